import { expect, test } from "vitest";
import { idleMirror } from "../engine/mirror-status.ts";
import { mirrorDetail } from "./mirror-detail.ts";

const foreign = { database: "d", collection: "docs", isForeign: true, message: '"docs" belongs to another program.' };
const refusal = "ChromaDB refused the input: Expected a name that is not a valid ip address. Got 192.168.1.1";
const refused = { database: "d", collection: "192.168.1.1", isForeign: false, message: refusal };

test("a mirror that is well has nothing to say", () => {
  expect(mirrorDetail(idleMirror)).toBeNull();
});

test("a name that another program holds is told as that", () => {
  expect(mirrorDetail({ ...idleMirror, conflicts: [foreign] })).toBe(
    "Not in ChromaDB, because another program holds the name there: docs. To have it there too, ingest it under another name.",
  );
});

test("a collection that Chroma itself refuses is told in Chroma's words, not as another program's", () => {
  expect(mirrorDetail({ ...idleMirror, conflicts: [refused] })).toBe(
    `"192.168.1.1" is not in ChromaDB: ${refusal}. To have it there too, ingest it under another name.`,
  );
});

test("refused records are counted", () => {
  expect(mirrorDetail({ ...idleMirror, refused: { count: 1, latest: [] } })).toBe("ChromaDB refused 1 record.");
});
