import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { extract, extracted, fileOf, reasonOf } from "../../test/fixtures/extraction.ts";
import { binaryStl, glb, stepModel, threeMf } from "../../test/fixtures/samples/cad.ts";
import { sqliteDatabase } from "../../test/fixtures/samples/data.ts";
import { extractorVersionOf, fileTypeOf, listFileTypes } from "./registry.ts";
import { sniffEnding } from "./sniff.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");
const zip = (names: readonly string[]): Uint8Array =>
  zipSync(Object.fromEntries(names.map((name) => [name, strToU8("content")])));

test.each([
  ["pdf", "%PDF-1.7\n%âãÏÓ\n"],
  ["png", png],
  ["jpg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
  ["webp", Buffer.from("RIFF\x10\0\0\0WEBPVP8 ", "latin1")],
  ["heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1")],
  ["cr3", Buffer.from("\0\0\0\x18ftypcrx \0\0\0\0", "latin1")],
  ["mp4", Buffer.from("\0\0\0\x18ftypisom\0\0\0\0", "latin1")],
  ["tif", Buffer.from("II*\0\x08\0\0\0\0\0", "latin1")],
  ["cr2", Buffer.from("II*\0\x10\0\0\0CR\x02\0", "latin1")],
  ["gz", Buffer.from([0x1f, 0x8b, 8, 0, 0])],
  ["tar", Buffer.concat([Buffer.alloc(257), Buffer.from("ustar\0")])],
  ["glb", glb()],
  ["step", stepModel],
  ["3mf", threeMf()],
  ["docx", zip(["[Content_Types].xml", "word/document.xml"])],
  ["xlsx", zip(["[Content_Types].xml", "xl/workbook.xml"])],
  ["zip", zip(["a.txt", "b.txt"])],
  ["epub", zipSync({ mimetype: [strToU8("application/epub+zip"), { level: 0 }], "a.xhtml": strToU8("x") })],
  ["odt", zipSync({ mimetype: [strToU8("application/vnd.oasis.opendocument.text"), { level: 0 }] })],
])("the first bytes of %s tell what it is, and the type is known", async (ending, bytes) => {
  expect(await sniffEnding(fileOf("unnamed", bytes))).toBe(ending);
  expect(fileTypeOf(`a.${ending}`)).not.toBeNull();
});

test("words that begin like a format are text", async () => {
  for (const text of [
    "MZ is a code\n",
    "BZh and so on\n",
    "RIFF on this\n",
    "ID3 tags\n",
    "BLENDER notes\n",
    "AC1032 room\n",
  ])
    expect(await extracted("notes", text)).toMatchObject({ fileType: "text" });
});

test("a text of an unknown name is what its beginning says", async () => {
  expect(await extracted("page", "<!DOCTYPE html>\n<p>Hello</p>\n")).toMatchObject({ fileType: "html" });
  expect(await extracted("feed", '<?xml version="1.0"?>\n<feed/>\n')).toMatchObject({ fileType: "xml" });
  expect(await extracted(".tool", '{ "a": 1 }\n')).toMatchObject({ fileType: "json", category: "data" });
  expect(await extracted("notes", "{ not json }\n")).toMatchObject({ fileType: "text" });
});

test("a database named cache.dat is a database, and an archive without an ending is named only", async () => {
  expect(await extracted("cache.dat", await sqliteDatabase("CREATE TABLE t (a)"))).toMatchObject({
    fileType: "sqlite",
  });
  expect(await extracted("backup", zip(["secret.txt"]))).toMatchObject({
    fileType: "archive",
    text: expect.stringContaining("backup\narchive, "),
  });
  expect(await reasonOf("tool", Buffer.from("\x7fELF\x02\x01\x01\0\0", "latin1"))).toBe("binary");
  expect(await reasonOf("blob", Buffer.from([0, 1, 2, 3, 4, 5]))).toBe("binary");
});

test("a known ending is believed: what has it and is something else is not taken for it", async () => {
  expect(await reasonOf("a.md", png)).toBe("binary");
  expect(await reasonOf("a.stl", png)).toBe("damaged");
  expect((await extracted("a.stl", binaryStl())).fileType).toBe("stl");
});

test("what content decides counts as stored under the version that the path gives", async () => {
  expect((await extracted("model", stepModel)).extractorVersion).toBe(extractorVersionOf("model"));
});

test.each([
  "a.zip",
  "a.tar",
  "a.tgz",
  "a.tar.gz",
  "a.7z",
  "a.rar",
  "a.jar",
  "a.whl",
  "a.mp3",
  "a.mp4",
  "a.woff2",
  "a.iso",
])("%s is named, not opened", async (path) => {
  const unreadable = { path, sizeBytes: 1_234, read: async () => Promise.reject(new Error("opened")) };
  const { extractFile } = await import("./registry.ts");
  const extraction = await extractFile(unreadable);
  expect(extraction).toMatchObject({ kind: "document", document: { content: { metadata: { sizeBytes: 1_234 } } } });
});

test("there are at least 77 types, and OpenSCAD is code", async () => {
  expect(listFileTypes().length).toBeGreaterThanOrEqual(77);
  expect(await extract("a.scad", "module arm(length) {\n  cube(length);\n}\n")).toMatchObject({
    document: { language: "openscad", category: "code" },
  });
});

test.each(["app.log", "app.log.1", "app.log.2024-07-14", "APP.LOG-20240714"])("%s is a log", (path) =>
  expect(fileTypeOf(path)?.extensions).toContain("log"),
);
