import { fileURLToPath } from "node:url";
import { createDirectReader } from "../../src/reader/read-document.ts";
import { ReaderPool } from "../../src/reader/reader-pool.ts";
import { testDocumentReader } from "./document-reader.contract.ts";

const entry = fileURLToPath(new URL("../../dist/reader.mjs", import.meta.url));

testDocumentReader("in this thread", createDirectReader);
testDocumentReader("in processes", () => new ReaderPool({ entry, processes: 2 }));
