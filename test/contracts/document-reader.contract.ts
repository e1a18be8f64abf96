import { rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DocumentReader, ReadRequest } from "../../src/reader/document-reader.ts";
import { samples } from "../fixtures/samples/registry.ts";
import { unpackChunks } from "../fixtures/packed-chunks.ts";
import { makeTree, type Tree } from "../fixtures/tree.ts";

const limits = { maxFileBytes: 10_000, maxDocumentBytes: 20_000 };

/** What every reader of documents must do. */
export function testDocumentReader(name: string, open: () => DocumentReader): void {
  const withReader = async (
    files: Record<string, string>,
    act: (
      read: (path: string, more?: Partial<ReadRequest>) => ReturnType<DocumentReader["read"]>,
      tree: Tree,
    ) => Promise<void>,
  ): Promise<void> => {
    await using tree = await makeTree(files);
    const { root } = await tree.open();
    const reader = open();
    try {
      const plain = { root, includeContent: true, limits, storedFingerprints: [] };
      await act((path, more) => reader.read({ ...plain, path, ...more }), tree);
    } finally {
      await reader.close();
    }
  };

  test(`${name}: a text becomes a document with its chunks, and is not taken apart again when it is stored`, () =>
    withReader({ "src/a.ts": "export function add(a: number) {\n  return a;\n}\n" }, async (read) => {
      const first = await read("src/a.ts");
      if (first.kind !== "document") throw new Error("no document");
      const chunks = [{ symbol: "add", startLine: 1, endLine: 3 }];
      expect({ ...first, content: { ...first.content, chunks: unpackChunks(first.content.chunks) } }).toMatchObject({
        content: { fileType: "typescript", category: "code", chunks },
        reading: { path: "src/a.ts", stat: { sizeBytes: 47 } },
      });
      expect(first.content.chunks).toMatchObject({ count: 1, textLength: 46 });
      expect(await read("src/a.ts", { storedFingerprints: ["other", first.reading.fingerprint] })).toMatchObject({
        kind: "stored",
        reading: { contentHash: first.reading.contentHash },
      });
    }));

  test(`${name}: many files at once all come back, each with its own content`, () =>
    withReader(
      Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}.md`, `# Title ${n}\n`])),
      async (read) => {
        const results = await Promise.all(Array.from({ length: 40 }, (_, n) => read(`f${n}.md`)));
        expect(
          results.map((result) => (result.kind === "document" ? result.content.metadata["title"] : result)),
        ).toEqual(Array.from({ length: 40 }, (_, n) => `Title ${n}`));
      },
    ));

  test(`${name}: what cannot be read is one result with its reason`, () =>
    withReader({ "big.txt": "", "empty.ts": "", "a.o": "x", "fake.docx": "no zip" }, async (read, tree) => {
      await truncate(join(tree.path, "big.txt"), limits.maxFileBytes + 1);
      await symlink("/etc/hostname", join(tree.path, "link.txt"));
      await symlink("a.o", join(tree.path, "inner-link.txt"));
      const reasons = async (path: string) => {
        const result = await read(path);
        return result.kind === "skipped" ? result.reason : result.kind;
      };
      expect(await reasons("big.txt")).toBe("too-large");
      expect(await reasons("empty.ts")).toBe("empty");
      expect(await reasons("a.o")).toBe("binary");
      expect(await reasons("link.txt")).toBe("symlink-outside");
      expect(await reasons("inner-link.txt")).toBe("symlink");
      expect(await reasons("../outside.txt")).toBe("symlink-outside");
      expect(await reasons("none.ts")).toBe("vanished");
      expect(await reasons(".")).toBe("special-file");
      await rm(tree.path, { recursive: true });
      expect(await reasons("empty.ts")).toBe("vanished");
    }));

  test(`${name}: a large file of an unknown name is taken when its first bytes tell a type that is read in parts`, () =>
    withReader({}, async (read, tree) => {
      const sample = samples.find(({ path }) => path.endsWith(".jpg"));
      if (sample === undefined) throw new Error("no sample");
      const padding = Buffer.alloc(limits.maxFileBytes);
      await writeFile(join(tree.path, "holiday"), Buffer.concat([await sample.bytes(), padding]));
      await writeFile(join(tree.path, "dump"), Buffer.alloc(limits.maxFileBytes + 1, "x"));
      expect(await read("holiday")).toMatchObject({ kind: "document", content: { category: "images" } });
      expect(await read("dump")).toMatchObject({ kind: "skipped", reason: "too-large" });
    }));

  test(`${name}: without content only name and size are taken, of any file`, () =>
    withReader({ "a.bin": "\0\0\0" }, async (read) => {
      expect(await read("a.bin", { includeContent: false })).toMatchObject({
        kind: "document",
        content: { metadata: { sizeBytes: 3 }, chunks: { count: 1, textLength: 5 } },
      });
    }));
}
