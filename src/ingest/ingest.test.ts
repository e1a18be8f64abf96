import { packChunks } from "../core/writes.ts";
import { mkdir, rename, rm, stat, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counts, ingest, maxFileBytes, paths, settle, textOf } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";
import { withClosed, makeTree } from "../../test/fixtures/tree.ts";
import { CommonsError } from "../core/errors.ts";

test("a first ingest takes every text file, and a second one writes nothing", async () => {
  await using tree = await makeTree({
    "src/a.ts": "const a = 1;",
    "README.md": "# Hi\n",
    "empty.ts": "",
    "logo.bin": "x",
    ".env": "K=1",
  });
  const target = createMemoryTarget();
  const first = await ingest(tree, target);
  expect(counts(first)).toEqual({ added: 2, skipped: 3 });
  expect(first).toMatchObject({
    skippedBy: { empty: 1, binary: 1, secret: 1 },
    skippedSamples: { secret: [".env"] },
    chunks: 2,
    embedded: 2,
    isTruncated: false,
  });
  await settle(tree, target);
  await ingest(tree, target);
  const writes = target.writes.length;
  const again = await ingest(tree, target);
  expect(counts(again)).toEqual({ unchanged: 2, skipped: 3 });
  expect(target.writes.length).toBe(writes);
});

test("an edited file replaces its text, a deleted one leaves", async () => {
  await using tree = await makeTree({ "a.ts": "old", "b.ts": "b", "c/d.ts": "d" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await tree.add({ "a.ts": "new" });
  await rm(join(tree.path, "c"), { recursive: true });
  expect(counts(await ingest(tree, target))).toEqual({ changed: 1, removed: 1, unchanged: 1 });
  expect(textOf(target, "a.ts")).toBe("new");
  expect(paths(target)).toEqual(["a.ts", "b.ts"]);
});

test("a file that was written again with the same content counts as unchanged and gets its new stat", async () => {
  await using tree = await makeTree({ "a.ts": "same" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  const before = target.documents.get("a.ts");
  await utimes(join(tree.path, "a.ts"), new Date(1_000), new Date(1_000));
  const report = await ingest(tree, target);
  expect(counts(report)).toEqual({ unchanged: 1 });
  expect(report.chunks).toBe(0);
  expect(target.documents.get("a.ts")?.stat.mtimeMs).toBe(1_000);
  expect(target.documents.get("a.ts")?.chunks).toBe(before?.chunks);
});

test("a renamed file moves without being embedded again, and keeps no document under its old path", async () => {
  await using tree = await makeTree({ "a.ts": "moved", "b.ts": "stays" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await mkdir(join(tree.path, "sub"));
  await rename(join(tree.path, "a.ts"), join(tree.path, "sub/c.ts"));
  const report = await ingest(tree, target);
  expect(counts(report)).toEqual({ renamed: 1, unchanged: 1 });
  expect(report.chunks).toBe(0);
  expect(paths(target)).toEqual(["b.ts", "sub/c.ts"]);
});

test("a file renamed to another type is made anew", async () => {
  await using tree = await makeTree({ "a.txt": "# Title\n" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await rename(join(tree.path, "a.txt"), join(tree.path, "a.md"));
  expect(counts(await ingest(tree, target))).toEqual({ added: 1, removed: 1 });
  expect(target.documents.get("a.md")).toMatchObject({ fileType: "markdown", metadata: { title: "Title" } });
});

test("two files swapped by name end with their own texts", async () => {
  await using tree = await makeTree({ "a.ts": "one", "b.ts": "two" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await tree.add({ "a.ts": "two", "b.ts": "one" });
  const report = await ingest(tree, target);
  expect(counts(report)).toEqual({ changed: 2 });
  expect(report.embedded).toBe(0);
  expect([textOf(target, "a.ts"), textOf(target, "b.ts")]).toEqual(["two", "one"]);
});

test("a filter takes in its own files and leaves what others stored", async () => {
  await using tree = await makeTree({ "a.ts": "1", "b.md": "# 2", "c.json": "3", "sub/d.ts": "4" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await rm(join(tree.path, "b.md"));
  await tree.add({ "a.ts": "changed" });
  const filtered = await ingest(tree, target, { categories: ["code"], extensions: [".TS"], recursive: false });
  expect(counts(filtered)).toEqual({ changed: 1, removed: 1, skipped: 1 });
  expect(filtered.skippedBy).toEqual({ filtered: 1 });
  expect(paths(target)).toEqual(["a.ts", "c.json", "sub/d.ts"]);
});

test("an ingest of one directory touches no other", async () => {
  await using tree = await makeTree({ "a/x.ts": "1", "ab/y.ts": "2", "b/z.ts": "3" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  for (const name of ["a/x.ts", "ab/y.ts", "b/z.ts"]) await rm(join(tree.path, name));
  expect(counts(await ingest(tree, target, { directory: "/workspace/a" }))).toEqual({ removed: 1 });
  expect(paths(target)).toEqual(["ab/y.ts", "b/z.ts"]);
});

test("a file that is ignored, secret, too large or binary by now leaves the collection", async () => {
  await using tree = await makeTree({
    "a.ts": "1",
    "gen/b.ts": "2",
    "c.ts": "3",
    "d.ts": "4",
    "key.txt": "harmless",
    "e.ts": "5",
  });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await tree.add({
    ".gitignore": "gen/\na.ts\n",
    "c.ts": "x".repeat(maxFileBytes + 1),
    "d.ts": "\0",
    "key.txt": "-----BEGIN PRIVATE KEY-----\nabc",
  });
  const report = await ingest(tree, target);
  expect(report.skippedBy).toEqual({ ignored: 2, "too-large": 1, binary: 1, secret: 1 });
  expect(paths(target)).toEqual([".gitignore", "e.ts"]);
});

test.skipIf(process.platform === "win32")("what lies below a directory that cannot be read stays", async () => {
  await using tree = await makeTree({ "closed/a.ts": "1", "b.ts": "2" });
  const target = createMemoryTarget();
  const workspace = await tree.open();
  await ingest(tree, target, { workspace });
  const report = await withClosed(tree, "closed", () => ingest(tree, target, { workspace }));
  expect(report.skippedBy).toEqual({ unreadable: 1 });
  expect(paths(target)).toEqual(["b.ts", "closed/a.ts"]);
});

test("a directory that became a link out takes its documents along", async () => {
  await using tree = await makeTree({ "inner/sub/a.ts": "mine", "out/a.ts": "theirs" });
  const target = createMemoryTarget();
  const workspace = await tree.open({ directory: join(tree.path, "inner") });
  await ingest(tree, target, { workspace });
  await rm(join(tree.path, "inner/sub"), { recursive: true });
  await symlink("../out", join(tree.path, "inner/sub"));
  const report = await ingest(tree, target, { workspace });
  expect(report).toMatchObject({ files: { removed: 1 }, skippedBy: { "symlink-outside": 1 } });
  expect(paths(target)).toEqual([]);
});

test("a document made by an older chunker is made again though its file did not change", async () => {
  await using tree = await makeTree({ "a.ts": "1" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  const [document] = target.documents.values();
  if (document === undefined) throw new Error("no document");
  await target.write({
    documents: [{ ...document, chunks: packChunks(document.chunks), fingerprint: `${document.contentHash}:old` }],
    renames: [],
    touches: [],
    removals: [],
  });
  expect(counts(await ingest(tree, target))).toEqual({ changed: 1 });
});

test("an ingest cancelled between two writes keeps the first, and the next run does the rest", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`f${index}.ts`, `const a${index} = 1;`])),
  );
  const target = createMemoryTarget();
  const abort = new AbortController();
  target.beforeWrite = () => abort.abort();
  const thrown = await ingest(tree, target, { signal: abort.signal }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "CANCELLED", details: { report: { files: { added: 200 } } } });
  expect(target.documents.size).toBe(200);
  target.beforeWrite = () => undefined;
  expect((await ingest(tree, target)).files).toMatchObject({ added: 250, unchanged: 200, changed: 0 });
});

test("a cancelled ingest ends only when the write under way has ended", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`f${index}.ts`, `const a${index} = 1;`])),
  );
  const target = createMemoryTarget();
  const abort = new AbortController();
  const gate = Promise.withResolvers<void>();
  const writing = Promise.withResolvers<void>();
  target.beforeWrite = () => {
    writing.resolve();
    return gate.promise;
  };
  let isSettled = false;
  const run = ingest(tree, target, { signal: abort.signal }).catch((error: unknown) => {
    isSettled = true;
    return error;
  });
  await writing.promise;
  abort.abort();
  for (let round = 0; round < 200; round++) await stat(tree.path);
  expect(isSettled).toBe(false);
  gate.resolve();
  expect(await run).toMatchObject({ code: "CANCELLED", details: { report: { files: { added: 200 } } } });
});

test("a rename that is interrupted loses nothing", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`f${index}.ts`, `const a${index} = 1;`])),
  );
  const target = createMemoryTarget();
  await ingest(tree, target);
  await rename(join(tree.path, "f0.ts"), join(tree.path, "zz.ts"));
  await tree.add(
    Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`f${index + 1_000}.ts`, `const a${index} = 2;`])),
  );
  target.beforeWrite = () => {
    throw new CommonsError("HUB_UNREACHABLE", "gone");
  };
  await expect(ingest(tree, target)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  expect(paths(target)).toContain("f0.ts");
  target.beforeWrite = () => undefined;
  expect((await ingest(tree, target)).files).toMatchObject({ renamed: 1, removed: 0 });
  expect(paths(target)).not.toContain("f0.ts");
});

test("nothing is written after a failed write was reported", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 650 }, (_, index) => [`f${index}.ts`, `const a${index} = 1;`])),
  );
  const target = createMemoryTarget();
  target.beforeWrite = () => {
    if (target.writes.length === 1) throw new CommonsError("DISK_FULL", "full");
  };
  await expect(ingest(tree, target)).rejects.toMatchObject({ code: "DISK_FULL" });
  expect(target.documents.size).toBe(200);
});

test("a file that vanishes between scan and reading is one skipped file", async () => {
  await using tree = await makeTree({ "a.ts": "1", "b.ts": "2" });
  const target = createMemoryTarget();
  const report = await ingest(tree, {
    ...target,
    known: async (after) => {
      await rm(join(tree.path, "a.ts"), { force: true });
      return target.known(after);
    },
  });
  expect(counts(report)).toEqual({ added: 1, skipped: 1 });
  expect(report.skippedBy).toEqual({ vanished: 1 });
});

test("only names are stored where no content is wanted, and asking for content later reads it", async () => {
  await using tree = await makeTree({ "photo.bin": "x".repeat(maxFileBytes + 1), "a.ts": "const a = 1;" });
  const target = createMemoryTarget();
  expect(counts(await ingest(tree, target, { includeContent: false }))).toEqual({ added: 2 });
  expect([textOf(target, "photo.bin"), textOf(target, "a.ts")]).toEqual(["photo.bin", "a.ts"]);
  const full = await ingest(tree, target);
  expect(full.files).toMatchObject({ changed: 1, removed: 1 });
  expect(textOf(target, "a.ts")).toBe("const a = 1;");
});
