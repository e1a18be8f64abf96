/**
 * Speed of the catalog: `node bench/catalog/main.ts [chunks ...]` (10000 and 50000 if none are given). Text is cut from the
 * declaration files and sources in node_modules; each size gets a catalog of its own in a temporary directory. Prints one JSON
 * line a figure.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Catalog } from "../../src/catalog/api.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import type { Author, Chunk, DocumentInput, Source } from "../../src/core/document.ts";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";

const nodeModules = join(import.meta.dirname, "..", "..", "node_modules");
const linesPerChunk = 30;
const documentsPerBatch = 50;
const author: Author = { sessionId: "bench", agent: "bench", workspace: null, branch: null, commit: null };
const source: Source = {
  key: "ws-bench",
  kind: "workspace",
  name: "bench",
  machine: "bench",
  path: null,
  repository: null,
};
const queries = [
  "parse a date string",
  "read file with encoding",
  "createServer options",
  "how is the abort signal passed to fetch",
  "error code of a failed request",
  "getUserName",
  "convert typed array to base64",
  "type of the event listener callback",
  "stream backpressure highWaterMark",
  "union of string literals",
  "validate schema",
  "worker thread message port",
];

function* sourceFiles(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(d\.ts|d\.mts|ts|js|mjs|md)$/.test(entry.name) && !/\.min\./.test(entry.name)) yield path;
  }
}

/** `shift` leaves out the first lines, so that a second pass over the same files gives other passages. */
function cutDocument(path: string, shift: number): DocumentInput {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n").slice(shift);
  const chunks: Chunk[] = [];
  for (let from = 0; from < lines.length; from += linesPerChunk) {
    const part = lines.slice(from, from + linesPerChunk).join("\n");
    if (part.trim() === "" || part.length > 10_000) continue;
    const symbol = /(?:function|class|interface|type|const)\s+(\w+)/.exec(part)?.[1] ?? null;
    const signature = symbol === null ? null : (part.split("\n").find((line) => line.includes(symbol)) ?? null);
    const doc = /\/\*\*\s*\n?\s*\*?\s*([^\n]+)/.exec(part)?.[1] ?? null;
    chunks.push({
      text: part,
      startLine: from + 1,
      endLine: from + linesPerChunk,
      kind: "window",
      symbol,
      signature,
      doc,
      scope: [],
    });
  }
  return {
    path: join(`part${shift}`, relative(nodeModules, path)),
    stat: { sizeBytes: text.length, mtimeMs: 0, signature: "bench" },
    contentHash: "bench",
    fingerprint: "bench",
    readAtMs: 1,
    fileType: "ts",
    language: path.endsWith(".md") ? "markdown" : "typescript",
    category: path.endsWith(".md") ? "documents" : "code",
    metadata: {},
    givenMetadata: null,
    chunks,
  };
}

function takeDocuments(chunkLimit: number): { documents: DocumentInput[]; chunks: number } {
  const documents: DocumentInput[] = [];
  let chunks = 0;
  for (let shift = 0; shift < linesPerChunk && chunks < chunkLimit; shift += 7) {
    for (const path of sourceFiles(nodeModules)) {
      if (chunks >= chunkLimit) break;
      const document = cutDocument(path, shift);
      const kept = { ...document, chunks: document.chunks.slice(0, chunkLimit - chunks) };
      chunks += kept.chunks.length;
      documents.push(kept);
    }
  }
  return { documents, chunks };
}

function print(figures: Record<string, string | number>): void {
  console.log(JSON.stringify({ bench: "catalog", ...figures }));
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function benchWrites(catalog: Catalog, collectionId: string, documents: readonly DocumentInput[]): number {
  let worstBatchMs = 0;
  const totalMs = milliseconds(() => {
    for (let from = 0; from < documents.length; from += documentsPerBatch) {
      const batch = { collectionId, source, author, documents: documents.slice(from, from + documentsPerBatch) };
      const batchMs = milliseconds(() => catalog.write({ ...batch, renames: [], touches: [], removals: [] }));
      worstBatchMs = Math.max(worstBatchMs, batchMs);
    }
  });
  print({ documents: documents.length, worstBatchMs: rounded(worstBatchMs) });
  return totalMs;
}

function benchSearch(catalog: Catalog, collectionId: string, filters: { path?: string }): { p50: number; p95: number } {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (const query of queries) {
      times.push(
        milliseconds(() => catalog.search({ collectionIds: [collectionId], query, limit: 8, mode: "hybrid", filters })),
      );
    }
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => rounded(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}

function run(chunkLimit: number): void {
  const directory = mkdtempSync(join(tmpdir(), "commons-bench-"));
  const tokenizer = createTokenizer();
  const catalog = openCatalog(
    { directory, mirror: "all" },
    createEmbedder(defaultEmbedderId, tokenizer.parts),
    tokenizer,
  );
  try {
    const { collection } = catalog.ensureCollection({
      space: "bench",
      sessionId: null,
      name: "bench",
      kind: "permanent",
      author,
    });
    const { documents, chunks } = takeDocuments(chunkLimit);
    const writeMs = benchWrites(catalog, collection.id, documents);
    const { sizeBytes } = catalog.totals();
    print({
      chunks,
      chunksPerSecond: Math.round((chunks / writeMs) * 1000),
      sizeMegabytes: Math.round(sizeBytes / 1e6),
    });
    const plain = benchSearch(catalog, collection.id, {});
    print({ chunks, searchP50Ms: plain.p50, searchP95Ms: plain.p95 });
    const filtered = benchSearch(catalog, collection.id, { path: "**/*.d.ts" });
    print({ chunks, filteredSearchP50Ms: filtered.p50, filteredSearchP95Ms: filtered.p95 });
    const known = { collectionId: collection.id, sourceKey: source.key, after: null, limit: 100_000 };
    print({ chunks, knownFilesMs: rounded(milliseconds(() => catalog.knownFiles(known))) });
    print({ chunks, unloadAndPurgeMs: rounded(milliseconds(() => unloadAndPurge(catalog, collection.id))) });
  } finally {
    catalog.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function unloadAndPurge(catalog: Catalog, collectionId: string): void {
  catalog.unloadCollection(collectionId, { origin: { author, callId: null }, isForced: false });
  while (catalog.purgeUnloaded({ keptMs: 0, maxDocuments: 500 }).hasMore);
}

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [10_000, 50_000]) run(size);
