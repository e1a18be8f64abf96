import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counts, doorTo, ingest, maxFileBytes, reading, paths, textOf } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { ingestFile, ingestPaths } from "./ingest.ts";
import type { TargetDoor } from "./requests.ts";

test("known paths are mended one by one: changed, gone and ignored", async () => {
  await using tree = await makeTree({ "a.ts": "old", "b.ts": "b", "c.ts": "c", "d.ts": "d" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await tree.add({ "a.ts": "new", ".gitignore": "c.ts\n" });
  await rm(join(tree.path, "b.ts"));
  const report = await ingestPaths(
    { workspace: await tree.open(), ...reading, paths: ["a.ts", "b.ts", "c.ts", "a.ts", "never.ts", "../out.ts"] },
    target,
  );
  expect(counts(report)).toMatchObject({ changed: 1, removed: 2 });
  expect(paths(target)).toEqual(["a.ts", "d.ts"]);
  expect(textOf(target, "a.ts")).toBe("new");
});

test("what was given with a file survives its edits, until other facts or none are given", async () => {
  await using tree = await makeTree({ "a.md": "# Old\n" });
  const target = createMemoryTarget();
  const workspace = await tree.open();
  const request = { workspace, path: "/workspace/a.md", ...reading };
  const factsOf = () => target.documents.get("a.md")?.metadata;
  const metadata = { topic: "one" };
  expect(counts(await ingestFile({ ...request, metadata }, doorTo(target)))).toEqual({ added: 1 });
  expect(counts(await ingestFile({ ...request, metadata }, doorTo(target)))).toEqual({ unchanged: 1 });

  await tree.add({ "a.md": "# Mended\n" });
  expect(counts(await ingestPaths({ workspace, ...reading, paths: ["a.md"] }, target))).toEqual({ changed: 1 });
  expect(factsOf()).toEqual({ title: "Mended", topic: "one" });
  await tree.add({ "a.md": "# New\n" });
  expect(counts(await ingest(tree, target))).toEqual({ changed: 1 });
  expect(counts(await ingestFile(request, doorTo(target)))).toEqual({ unchanged: 1 });
  expect(factsOf()).toEqual({ title: "New", topic: "one" });

  const other = { owner: "web" };
  expect(counts(await ingestFile({ ...request, metadata: other }, doorTo(target)))).toEqual({ changed: 1 });
  expect(factsOf()).toEqual({ title: "New", owner: "web" });
  expect(counts(await ingestFile({ ...request, metadata: {} }, doorTo(target)))).toEqual({ changed: 1 });
  expect(factsOf()).toEqual({ title: "New" });
});

test("what was given moves along with a file that is renamed to another type", async () => {
  await using tree = await makeTree({ "a.txt": "# Title\n" });
  const target = createMemoryTarget();
  const request = { workspace: await tree.open(), path: "a.txt", ...reading, metadata: { topic: "one" } };
  await ingestFile(request, doorTo(target));
  await rename(join(tree.path, "a.txt"), join(tree.path, "a.md"));
  await ingest(tree, target);
  expect(target.documents.get("a.md")?.metadata).toEqual({ title: "Title", topic: "one" });
});

test("a workspace that was moved away loses nothing of what is stored", async () => {
  await using tree = await makeTree({ "app/a.ts": "1", "app/b.ts": "2" });
  const target = createMemoryTarget();
  const workspace = await tree.open({ directory: join(tree.path, "app") });
  await ingest(tree, target, { workspace });
  const gone = { code: "WORKSPACE_REFUSED" };
  const moved = {
    ...target,
    known: async (after: string | null) => {
      await rename(join(tree.path, "app"), join(tree.path, "app2")).catch(() => undefined);
      return target.known(after);
    },
  };
  await tree.add({ "app/c.ts": "3" });
  await rm(join(tree.path, "app/b.ts"));
  await expect(ingest(tree, moved, { workspace })).rejects.toMatchObject(gone);
  await expect(ingestPaths({ workspace, ...reading, paths: ["a.ts"] }, target)).rejects.toMatchObject(gone);
  expect(paths(target)).toEqual(["a.ts", "b.ts"]);
});

test("a document that was stored by its name only stays so when its path is mended", async () => {
  await using tree = await makeTree({ "a.ts": "const a = 1;" });
  const target = createMemoryTarget();
  await ingest(tree, target, { includeContent: false });
  await tree.add({ "a.ts": "const changed = 2;" });
  const workspace = await tree.open();
  expect(counts(await ingestPaths({ workspace, ...reading, paths: ["a.ts"] }, target))).toEqual({ changed: 1 });
  expect(textOf(target, "a.ts")).toBe("a.ts");
});

test.each([
  [".env", "secret"],
  ["a.bin", "binary"],
  ["b.dat2", "binary"],
  ["big.txt", "too-large"],
  ["empty.ts", "empty"],
  ["yarn.lock", "lock-file"],
])("the single file %s is refused as %s", async (path, reason) => {
  await using tree = await makeTree({
    ".env": "K=1",
    "a.bin": "x",
    "b.dat2": "\0\0",
    "big.txt": "x".repeat(maxFileBytes + 1),
    "empty.ts": "",
    "yarn.lock": "x",
  });
  const door: TargetDoor = { open: () => Promise.reject(new Error("made a collection")), find: async () => null };
  await expect(ingestFile({ workspace: await tree.open(), path, ...reading }, door)).rejects.toMatchObject({
    code: "FILE_NOT_INDEXABLE",
    details: { reason },
  });
});

test("a single file that is refused by now leaves the collection", async () => {
  await using tree = await makeTree({ "a.ts": "1" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await tree.add({ "a.ts": "\0" });
  await expect(
    ingestFile({ workspace: await tree.open(), path: "a.ts", ...reading }, doorTo(target)),
  ).rejects.toMatchObject({ details: { reason: "binary" } });
  expect(paths(target)).toEqual([]);
});

test.each([{ extensions: [] }, { extensions: ["ts", " "] }, { extensions: ["."] }, { categories: [] }])(
  "an empty choice is refused, not guessed at: %j",
  async (choice) => {
    await using tree = await makeTree({ "a.ts": "1" });
    await expect(ingest(tree, createMemoryTarget(), choice)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      hint: expect.stringContaining("Leave"),
    });
  },
);

test("a missing directory, a file as directory and a directory as file are errors", async () => {
  await using tree = await makeTree({ "a.ts": "1", "src/b.ts": "2" });
  const target = createMemoryTarget();
  await expect(ingest(tree, target, { directory: "scr" })).rejects.toMatchObject({
    code: "PATH_NOT_FOUND",
    hint: "Did you mean src?",
  });
  await expect(ingest(tree, target, { directory: "a.ts" })).rejects.toMatchObject({ code: "PATH_WRONG_KIND" });
  await expect(ingest(tree, target, { directory: ".." })).rejects.toMatchObject({ code: "PATH_OUTSIDE_WORKSPACE" });
  await expect(
    ingestFile({ workspace: await tree.open(), path: "src", ...reading }, doorTo(target)),
  ).rejects.toMatchObject({
    code: "PATH_WRONG_KIND",
  });
});

test("a choice of kinds holds for single paths too, by content where the name is silent", async () => {
  await using tree = await makeTree({ deploy: "#!/bin/bash\necho deploy\n", notes: "Just some words.\n" });
  const target = createMemoryTarget();
  const request = { workspace: await tree.open(), ...reading, categories: ["code"] as const };
  const report = await ingestPaths({ ...request, paths: ["deploy", "notes"] }, target);
  expect(paths(target)).toEqual(["deploy"]);
  expect(report.skippedBy).toEqual({ filtered: 1 });
});
