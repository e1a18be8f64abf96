import { rename } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { ingest, maxFileBytes, reading, settle } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import type { PriceBasis } from "./ingest-price.ts";
import { scanDirectory, type ScanRequest } from "./scan-directory.ts";

const price: PriceBasis = {
  chunksPerSecond: 1_000,
  textBytesPerChunk: 800,
  textBytesPerChunkOf: {},
  catalogBytesPerChunk: 2_000,
  engineBytesPerChunk: 10_000,
};

const requestFor = async (tree: Tree): Promise<ScanRequest> => ({
  workspace: await tree.open(),
  directory: ".",
  recursive: true,
  price,
  limits: reading.limits,
});

/** Bytes without order, the same at every run. */
function noise(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = 42;
  for (let at = 0; at < sizeBytes; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

test("a scan counts without reading, and with a target says what is new", async () => {
  await using tree = await makeTree({
    "a.ts": "const a = 1;",
    "b.md": "# Hi",
    "big.txt": "x".repeat(maxFileBytes + 1),
    "node_modules/x/i.js": "1",
    "lib.dll": "x",
  });
  const target = createMemoryTarget();
  await settle(tree, target);
  await ingest(tree, target, { extensions: ["ts"] });
  await settle(tree, target);
  await ingest(tree, target, { extensions: ["ts"] });
  const report = await scanDirectory(
    { workspace: await tree.open(), directory: "/workspace", recursive: true, price, ...reading },
    target,
  );
  expect(report).toMatchObject({
    files: 2,
    byCategory: { code: { files: 1, sizeBytes: 12 }, documents: { files: 1, sizeBytes: 4 } },
    byLanguage: { typescript: { files: 1 }, markdown: { files: 1 } },
    skippedBy: { "too-large": 1, vendored: 1, binary: 1 },
    stored: { unchanged: 1, changed: 0, new: 1 },
    estimate: { chunks: 1 },
  });
});

test("a scan prices what an ingest would take: no bundles, the first rows of tables, and places for files that are taken", async () => {
  const source = Array.from({ length: 2_000 }, (_, line) => `export const a${line} = ${line};`).join("\n");
  await using tree = await makeTree({
    "a-bundle.js": `/* licence */\nvar a=1;${"x=1;".repeat(20_000)}`,
    "b-empty.ts": "",
    "c-table.csv": `id,name\n${"1,some words\n".repeat(7_000)}`,
    "d-source.ts": source,
    "e-more.ts": "const e = 1;",
  });
  const request = { workspace: await tree.open(), directory: ".", recursive: true, price, ...reading };
  const report = await scanDirectory(request);
  expect(report).toMatchObject({ files: 3, skippedBy: { minified: 1, empty: 1 } });
  const { chunks } = await ingest(tree, createMemoryTarget());
  expect(report.estimate.chunks).toBeGreaterThan(chunks / 3);
  expect(report.estimate.chunks).toBeLessThan(chunks * 3);
  const limited = await scanDirectory({ ...request, maxFiles: 2 });
  expect(limited).toMatchObject({ files: 2, isTruncated: true, skippedBy: { minified: 1, empty: 1, "over-limit": 1 } });
});

test("a scan tells what share of the new files is stored with the same content elsewhere", async () => {
  await using tree = await makeTree({ "a.ts": "const a = 1;", "b.ts": "const b = 2;", "c.ts": "const c = 3;" });
  const target = createMemoryTarget();
  await ingest(tree, target, { extensions: ["ts"] });
  const stored = new Set([...target.documents.values()].slice(0, 2).map((document) => document.contentHash));
  const knownContents = async (hashes: readonly string[]) => hashes.filter((hash) => stored.has(hash)).length;
  const request = { workspace: await tree.open(), directory: ".", recursive: true, price, knownContents, ...reading };
  expect((await scanDirectory(request)).reuse).toEqual({ checked: 3, known: 2 });
  expect((await scanDirectory({ ...request, price: { ...price, textBytesPerChunk: 6 } })).estimate).toMatchObject({
    chunks: 6,
    seconds: 1,
  });
});

test("files of unknown names are priced by what their first bytes say", async () => {
  const gif = Buffer.concat([Buffer.from("GIF89a"), noise(60_000)]);
  await using tree = await makeTree({
    "one.dat": noise(60_000),
    "two.dat": noise(90_000),
    picture: gif,
    words: "Words that people wrote.\n".repeat(400),
    deploy: "#!/bin/bash\necho deploy\n",
    "long-words": "word ".repeat(maxFileBytes),
  });
  const report = await scanDirectory(await requestFor(tree));
  const target = createMemoryTarget();
  const ingested = await ingest(tree, target);
  expect(report.skippedBy).toEqual({ binary: 2, "too-large": 1 });
  expect(ingested.skippedBy).toMatchObject({ binary: 2, "too-large": 1 });
  expect(report).toMatchObject({ files: 3, byCategory: { images: { files: 1 }, code: { files: 1 } } });
  expect(report.estimate.chunks).toBeLessThan(20);
  const onlyCode = await scanDirectory({ ...(await requestFor(tree)), categories: ["code"] });
  expect(onlyCode).toMatchObject({ files: 1, skippedBy: { filtered: 2 } });
});

test("small files count as an ingest counts them: generated, minified, blank and binary ones are left out", async () => {
  const generated = "// Code generated by a tool. DO NOT EDIT.\n";
  await using tree = await makeTree({
    "a.go": `${generated}package a\n`,
    "b.ts": "const b = 1;\n",
    "c.js": "x=1;".repeat(1_500),
    "d.ts": "\n \n",
    "e.md": Buffer.from([0x61, 0, 0x62]),
    "kept.go": `${generated}package kept\n`,
    ".gitattributes": "kept.go -linguist-generated\n",
  });
  const report = await scanDirectory(await requestFor(tree));
  const ingested = await ingest(tree, createMemoryTarget());
  expect(report.skippedBy).toEqual({ generated: 1, minified: 1, empty: 1, binary: 1 });
  expect(report.skippedBy).toEqual(ingested.skippedBy);
  expect(report.files).toBe(ingested.files.added);
});

test("what an ingest has refused is not new to the next scan, and what was removed since is", async () => {
  await using tree = await makeTree({
    "a.ts": "const a = 1;",
    "damaged.pdf": "%PDF-1.7 and no more",
    "late-nul.txt": Buffer.concat([Buffer.alloc(40_000, "word "), Buffer.from([0])]),
    "removed.md": "# Removed from the collection",
  });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await settle(tree, target);
  await ingest(tree, target);
  await target.write({ documents: [], renames: [], touches: [], removals: ["removed.md"] });
  const request = await requestFor(tree);
  const before = await scanDirectory(request, target);
  expect(before.stored).toMatchObject({ unchanged: 1, new: 3, leftOut: 0 });
  const after = await scanDirectory({ ...request, wasSeen: () => true }, target);
  expect(after.stored).toEqual({ unchanged: 1, changed: 0, new: 1, leftOut: 1, leftOutSamples: ["damaged.pdf"] });
  expect(after).toMatchObject({ files: 2, skippedBy: { binary: 1 }, estimate: { chunks: 1 } });
});

test("a file under a new name is new although its times are old", async () => {
  await using tree = await makeTree({ "old/a.pdf": "%PDF-1.7 here" });
  const target = createMemoryTarget();
  await ingest(tree, target, { includeContent: false });
  await rename(join(tree.path, "old"), join(tree.path, "moved"));
  const report = await scanDirectory({ ...(await requestFor(tree)), wasSeen: () => true }, target);
  expect(report.stored).toMatchObject({ new: 1, leftOut: 0 });
});

test("texts that are stored already cost less time and disk, and not nothing", async () => {
  await using tree = await makeTree({ "a.ts": "const a = 1;\n".repeat(4_000) });
  const slow = { ...price, chunksPerSecond: 1 };
  const request = { ...(await requestFor(tree)), price: slow };
  const all = await scanDirectory({ ...request, knownContents: async () => 0 });
  const known = await scanDirectory({ ...request, knownContents: async (hashes) => hashes.length });
  expect(known.estimate.chunks).toBe(all.estimate.chunks);
  expect(known.estimate.seconds).toBeLessThan(all.estimate.seconds * 0.8);
  expect(known.estimate.seconds).toBeGreaterThan(all.estimate.seconds / 2);
  expect(all.estimate.diskBytes).toBe(all.estimate.chunks * 12_000);
  expect(known.estimate.diskBytes).toBeLessThan(all.estimate.diskBytes);
  expect(known.estimate.diskBytes).toBeGreaterThan(all.estimate.chunks * price.engineBytesPerChunk);
});

test("the chunks of a category are priced by what its files gave before, and the range narrows", async () => {
  await using tree = await makeTree({ "a.md": "# Short\n\nA few words.\n\n".repeat(400) });
  const request = await requestFor(tree);
  const { chunks } = await ingest(tree, createMemoryTarget());
  const blind = (await scanDirectory(request)).estimate;
  const textBytesPerChunkOf = { documents: Math.round(9_600 / chunks) };
  const learned = (await scanDirectory({ ...request, price: { ...price, textBytesPerChunkOf } })).estimate;
  expect(Math.abs(learned.chunks - chunks)).toBeLessThan(chunks / 10);
  expect(learned.mostChunks / learned.fewestChunks).toBeLessThan(blind.mostChunks / blind.fewestChunks);
});

test("a database is priced by its tables, and a long log by the lines that are kept of it", async () => {
  const line = (index: number): string =>
    `2026-01-01T00:00:00Z INFO request ${index} took ${index % 97} ms in the mill\n`;
  await using tree = await makeTree({ "a.log": Array.from({ length: 9_000 }, (_, index) => line(index)).join("") });
  const database = new DatabaseSync(join(tree.path, "b.db"));
  database.exec("BEGIN");
  for (let index = 0; index < 300; index++)
    database.exec(`CREATE TABLE orders_${index} (id INTEGER PRIMARY KEY, name TEXT, value REAL, of_${index} TEXT)`);
  database.exec("COMMIT");
  database.close();
  for (const extension of ["log", "db"]) {
    const { estimate } = await scanDirectory({ ...(await requestFor(tree)), extensions: [extension] });
    const { chunks, texts } = await ingest(tree, createMemoryTarget(), { extensions: [extension] });
    expect(estimate.fewestChunks).toBeLessThanOrEqual(chunks);
    expect(estimate.mostChunks).toBeGreaterThanOrEqual(chunks);
    // The length of such chunks says nothing of the next JSON file.
    expect(texts).toEqual({});
  }
});

test("a text that only begins like a bundle is taken, as an ingest does it", async () => {
  const lines = Array.from({ length: 1_500 }, (_, line) => `export const a${line} = ${line};`).join("\n");
  await using tree = await makeTree({ "table.js": `export const table = "${"ab".repeat(9_000)}";\n${lines}\n` });
  const report = await scanDirectory(await requestFor(tree));
  const { files } = await ingest(tree, createMemoryTarget());
  expect([report.files, files.added]).toEqual([1, 1]);
});
