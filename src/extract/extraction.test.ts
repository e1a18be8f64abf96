import { expect, test } from "vitest";
import { categories } from "../core/document.ts";
import { metadataKeyFault } from "../core/metadata-rule.ts";
import { samples as formats } from "../../test/fixtures/samples/registry.ts";
import { extracted, reasonOf } from "../../test/fixtures/extraction.ts";
import { extractorVersionOf, fileTypeOf, listFileTypes } from "./registry.ts";

test.each([
  ["src/App.tsx", "tsx", "code"],
  ["a/Dockerfile", "dockerfile", "code"],
  ["Dockerfile.dev", "dockerfile", "code"],
  ["CMakeLists.txt", "cmake", "code"],
  ["x.d.ts", "typescript", "code"],
  ["lib.min.map.py", "python", "code"],
  ["README.md", "markdown", "documents"],
  ["README", "text", "documents"],
  ["LICENSE", "text", "documents"],
  ["package.json", "json", "data"],
  [".env.example", "ini", "data"],
  [".gitignore", "ini", "data"],
  ["readme.png", "png", "images"],
  ["report.PDF", "pdf", "documents"],
  ["part.step", "step", "cad"],
  ["a.tar.gz", "archive", "archives"],
])("%s is %s", (path, id, category) => expect(fileTypeOf(path)).toMatchObject({ id, category }));

test("every type has an id of its own, a known category and a sentence", async () => {
  const types = listFileTypes();
  expect(new Set(types.map((type) => type.id)).size).toBe(types.length);
  for (const type of types) {
    expect(categories).toContain(type.category);
    expect(type.extracts).toMatch(/^[A-Z].*\.$/);
    expect([...type.extensions, ...type.fileNames].every((name) => name === name.toLowerCase())).toBe(true);
  }
});

test("no name is claimed by two types that are read", async () => {
  const claims = listFileTypes()
    .filter((type) => type.extractor.reads !== "nothing")
    .flatMap((type) => [...type.extensions.map((each) => `.${each}`), ...type.fileNames]);
  expect(claims.filter((name, index) => claims.indexOf(name) !== index)).toEqual([]);
});

test("line ends and byte order marks go, line numbers stay", async () => {
  expect((await extracted("a.ts", "\uFEFFa\r\n\r\nb\r\n")).text).toBe("a\n\nb\n");
  expect((await extracted("a.txt", "a\rb\rc")).text).toBe("a\nb\nc");
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a\r\nñ", "utf16le")]);
  expect(await extracted("a.cs", utf16)).toMatchObject({ text: "a\nñ", metadata: { encoding: "utf-16le" } });
  expect((await extracted("a.cs", Buffer.from([0xfe, 0xff, 0, 97, 0, 98]))).text).toBe("ab");
});

test("files without text are left out for a reason", async () => {
  expect(await reasonOf("a.ts", "")).toBe("empty");
  expect(await reasonOf("a.ts", " \n\t\n")).toBe("empty");
  expect(await reasonOf("a.ts", "a\0b")).toBe("binary");
  expect(await reasonOf("a.unknown", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]))).toBe("binary");
  expect(await reasonOf("bundle.js", `var a=1;${"x=1;".repeat(3_000)}`)).toBe("minified");
});

test("a bundle is left out with its licence, and what a person wrote around long values is taken", async () => {
  const minified = "x=function(a){return a.b(1)};".repeat(600);
  const functions = Array.from({ length: 50 }, (_, n) => `export function f${n}() {\n  return ${n};\n}\n`).join("\n");
  const pixels = "iVBORw0KGgo".repeat(6_000);
  expect(await reasonOf("a.js", `/*!\n${" * words of a licence\n".repeat(40)} */\n${minified}`)).toBe("minified");
  expect(await reasonOf("b.ts", `export const icon = "data:image/png;base64,${pixels}";\n${functions}`)).toBe("none");
  expect(await reasonOf("c.ts", `export const icon = "<svg d='${"M 1 2 ".repeat(20_000)}'/>";\n${functions}`)).toBe(
    "none",
  );
  expect(await reasonOf("d.css", `.a { background: url(data:image/png;base64,${pixels}) }\n`)).toBe("none");
});

test("a file of an unknown name is decided by its content", async () => {
  expect(await extracted("run", "#!/usr/bin/env python3\nprint(1)\n")).toMatchObject({
    language: "python",
    category: "code",
  });
  expect(await extracted("run", "#!/bin/bash -e\nls\n")).toMatchObject({ language: "shell" });
  expect(await extracted("notes.xyz", "just text")).toMatchObject({
    fileType: "text",
    category: "documents",
    language: null,
  });
});

test("a table keeps its head and says how many rows were left out", async () => {
  const csv = `id,name\n${Array.from({ length: 1_000 }, (_, index) => `${index},n`).join("\n")}\n`;
  const document = await extracted("a.csv", csv);
  expect(document.metadata).toEqual({ rows: 1_000, rowsLeftOut: 800, columns: 2 });
  expect(document.parts.at(-1)?.text.split("\n").at(-2)).toBe("199,n");
  expect((await extracted("a.csv", "id,name\n1,a")).metadata).toEqual({ rows: 1, columns: 2 });
  expect((await extracted("a.json", "1,\n".repeat(5_000))).metadata).toEqual({ linesLeftOut: 2_000 });
});

test("a document's title is its front matter's or its first heading's", async () => {
  expect((await extracted("a.md", "---\ntitle: From matter\n---\n# Other\n")).metadata).toEqual({
    title: "From matter",
  });
  expect((await extracted("a.md", "text\n\n# Heading #\n")).metadata).toEqual({ title: "Heading" });
  expect((await extracted("a.rst", "Under\n=====\n")).metadata).toEqual({ title: "Under" });
});

test("the version of a stored document follows from the path alone", async () => {
  for (const path of ["a.ts", "a.md", "a.json", "run"])
    expect((await extracted(path, "#!/bin/sh\nx")).extractorVersion).toBe(extractorVersionOf(path));
});

test.each(formats.map((sample) => [sample.path, sample] as const))(
  "no fact of %s has a name that the hub refuses",
  async (path, sample) => {
    const { content } = await extracted(path, await sample.bytes());
    expect(Object.keys(content.metadata).filter((key) => metadataKeyFault(key) !== null)).toEqual([]);
  },
);
