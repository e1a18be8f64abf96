import { expect, test } from "vitest";
import { categories } from "../core/document.ts";
import type { ExtractedDocument } from "./extracted.ts";
import { extractFile, extractorVersionOf, fileTypeOf, listFileTypes } from "./registry.ts";

function documentOf(path: string, content: string | Buffer): ExtractedDocument {
  const extraction = extractFile(path, Buffer.from(content));
  if (extraction.kind === "skipped") throw new Error(extraction.reason);
  return extraction.document;
}

const reasonOf = (path: string, content: string | Buffer): string => {
  const extraction = extractFile(path, Buffer.from(content));
  return extraction.kind === "skipped" ? extraction.reason : "none";
};

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
  ["readme.png", "image", "images"],
  ["report.PDF", "pdf", "documents"],
  ["part.step", "cad", "cad"],
  ["a.tar.gz", "archive", "archives"],
])("%s is %s", (path, id, category) => expect(fileTypeOf(path)).toMatchObject({ id, category }));

test("every type has an id of its own, a known category and a sentence", () => {
  const types = listFileTypes();
  expect(new Set(types.map((type) => type.id)).size).toBe(types.length);
  for (const type of types) {
    expect(categories).toContain(type.category);
    expect(type.extracts).toMatch(/^[A-Z].*\.$/);
    expect([...type.extensions, ...type.fileNames].every((name) => name === name.toLowerCase())).toBe(true);
  }
});

test("no name is claimed by two types that are read", () => {
  const claims = listFileTypes()
    .filter((type) => type.extractor !== null)
    .flatMap((type) => [...type.extensions.map((each) => `.${each}`), ...type.fileNames]);
  expect(claims.filter((name, index) => claims.indexOf(name) !== index)).toEqual([]);
});

test("line ends and byte order marks go, line numbers stay", () => {
  expect(documentOf("a.ts", "\uFEFFa\r\n\r\nb\r\n").text).toBe("a\n\nb\n");
  expect(documentOf("a.txt", "a\rb\rc").text).toBe("a\nb\nc");
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a\r\nñ", "utf16le")]);
  expect(documentOf("a.cs", utf16)).toMatchObject({ text: "a\nñ", metadata: { encoding: "utf-16le" } });
  expect(documentOf("a.cs", Buffer.from([0xfe, 0xff, 0, 97, 0, 98])).text).toBe("ab");
});

test("files without text are left out for a reason", () => {
  expect(reasonOf("a.ts", "")).toBe("empty");
  expect(reasonOf("a.ts", " \n\t\n")).toBe("empty");
  expect(reasonOf("a.ts", "a\0b")).toBe("binary");
  expect(reasonOf("a.unknown", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]))).toBe("binary");
  expect(reasonOf("a.png", "not really")).toBe("unsupported");
  expect(reasonOf("bundle.js", `var a=1;${"x=1;".repeat(3_000)}`)).toBe("ignored");
});

test("a file of an unknown name is decided by its content", () => {
  expect(documentOf("run", "#!/usr/bin/env python3\nprint(1)\n")).toMatchObject({
    language: "python",
    category: "code",
  });
  expect(documentOf("run", "#!/bin/bash -e\nls\n")).toMatchObject({ language: "shell" });
  expect(documentOf("notes.xyz", "just text")).toMatchObject({
    fileType: "text",
    category: "documents",
    language: null,
  });
});

test("a table keeps its head and says how many rows were left out", () => {
  const csv = `id,name\n${Array.from({ length: 1_000 }, (_, index) => `${index},n`).join("\n")}\n`;
  const document = documentOf("a.csv", csv);
  expect(document.metadata).toEqual({ rows: 1_000, rowsLeftOut: 800, columns: 2 });
  expect(document.text.split("\n").at(-2)).toBe("199,n");
  expect(documentOf("a.csv", "id,name\n1,a").metadata).toEqual({ rows: 1, columns: 2 });
  expect(documentOf("a.json", "1,\n".repeat(5_000)).metadata).toEqual({ linesLeftOut: 2_000 });
});

test("a document's title is its front matter's or its first heading's", () => {
  expect(documentOf("a.md", "---\ntitle: From matter\n---\n# Other\n").metadata).toEqual({ title: "From matter" });
  expect(documentOf("a.md", "text\n\n# Heading #\n").metadata).toEqual({ title: "Heading" });
  expect(documentOf("a.rst", "Under\n=====\n").metadata).toEqual({ title: "Under" });
});

test("the version of a stored document follows from the path alone", () => {
  for (const path of ["a.ts", "a.md", "a.json", "run"])
    expect(documentOf(path, "#!/bin/sh\nx").extractorVersion).toBe(extractorVersionOf(path));
});
