import { createDirectReader } from "../../src/reader/read-document.ts";
import { ReaderPool } from "../../src/reader/reader-pool.ts";
import { testDocumentReader } from "./document-reader.contract.ts";

testDocumentReader("in this thread", createDirectReader);
testDocumentReader(
  "in threads",
  () => new ReaderPool({ threadPath: new URL("../../src/reader/reader-thread.ts", import.meta.url), threads: 2 }),
);
