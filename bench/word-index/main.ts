/**
 * Speed of the word index alone: `npm run bench -- word-index [passages] [fts5] [--save]` (200000). Passages of some 80 tokens are made
 * of the words of this repository's sources, as often as they stand there, and of identifiers that two of them make; they are written in
 * batches of 1,000. `fts5` writes the same into an FTS5 table such as the catalog had before. --save writes bench/results/word-index.json.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { catalogFileName, type Connection, openConnection } from "../../src/catalog/connection.ts";
import { wordIndexSchema } from "../../src/catalog/word-index/schema.ts";
import { createWordIndex, type IndexedPassage, type WordIndex } from "../../src/catalog/word-index/word-index.ts";
import type { IndexSnapshot } from "../../src/search/index-snapshot.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";
import { randomNumbers } from "../../test/fixtures/random.ts";

const root = join(import.meta.dirname, "..", "..");
const batchSize = 1_000;
const collectionId = 1;
const common = 10;

function sourceWords(): string[] {
  const tokenizer = createTokenizer();
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return files.flatMap((file) => tokenizer.parts(readFileSync(join(root, "src", file), "utf8")));
}

function createPassages(): (chunkId: number) => IndexedPassage {
  const words = sourceWords();
  const random = randomNumbers(1);
  const word = (): string => words[random(words.length)] ?? "";
  const field = (length: number): string =>
    Array.from({ length }, () => (random(20) === 0 ? `${word()}${word()}${random(100)}` : word())).join(" ");
  return (chunkId) => ({
    chunkId,
    documentId: (chunkId >> 3) + 1,
    textId: chunkId,
    path: field(5),
    name: field(2),
    signature: field(6),
    doc: field(7),
    body: field(30 + random(60)),
  });
}

interface Figures {
  readonly [name: string]: number | string;
}

/** Batches are made before the clock starts; the worst one is told apart, because a session waits for it. */
function writeAll(
  connection: Connection,
  passages: number,
  write: (batch: readonly IndexedPassage[]) => void,
): { totalMs: number; worstBatchMs: number; cpuMs: number } {
  const passage = createPassages();
  let totalMs = 0;
  let cpuMs = 0;
  let worstBatchMs = 0;
  for (let from = 1; from <= passages; from += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, passages - from + 1) }, (_, index) => passage(from + index));
    const cpuBefore = process.cpuUsage();
    const batchMs = milliseconds(() => connection.write(() => write(batch)));
    const { user, system } = process.cpuUsage(cpuBefore);
    cpuMs += (user + system) / 1_000;
    totalMs += batchMs;
    worstBatchMs = Math.max(worstBatchMs, batchMs);
  }
  return { totalMs: rounded(totalMs), worstBatchMs: rounded(worstBatchMs), cpuMs: rounded(cpuMs) };
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function median(values: readonly number[]): number {
  return rounded(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0);
}

function sizeMb(directory: string): number {
  return rounded(statSync(join(directory, catalogFileName)).size / 1e6);
}

function benchIndex(directory: string, passages: number): Figures {
  const connection = openConnection({ directory, isReadOnly: false });
  connection.write(() => connection.exec(wordIndexSchema));
  const index = createWordIndex(connection);
  const build = writeAll(connection, passages, (batch) => {
    const words = index.batch(collectionId);
    for (const passage of batch) words.insert(passage);
    words.finish();
  });
  const built = connection.read(() => index.snapshot(collectionId)).segments.length;
  const editMs = benchEdits(connection, index, passages);
  const merges: number[] = [];
  let hasMore: boolean;
  do {
    const start = performance.now();
    hasMore = connection.write(() => index.merge(null));
    merges.push(performance.now() - start);
  } while (hasMore);
  connection.vacuum(1_000_000);
  const mergeMs = rounded(merges.reduce((sum, ms) => sum + ms, 0));
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  connection.close();
  return {
    buildMs: build.totalMs,
    buildCpuMs: build.cpuMs,
    worstBatchMs: build.worstBatchMs,
    segmentsWhenBuilt: built,
    editMs,
    mergeMs,
    worstMergeStepMs: rounded(Math.max(...merges)),
    sizeMb: sizeMb(directory),
  };
}

/** The median of writes as an edited file makes them: ten passages anew. */
function benchEdits(connection: Connection, index: WordIndex, passages: number): number {
  const passage = createPassages();
  const random = randomNumbers(2);
  const times = Array.from({ length: 100 }, () => {
    const first = 1 + random(Math.max(1, passages - 10));
    const edited = Array.from({ length: Math.min(10, passages) }, (_, at) => passage(first + at));
    return milliseconds(() =>
      connection.write(() => {
        const words = index.batch(collectionId);
        for (const each of edited) words.insert(each);
        words.finish();
      }),
    );
  });
  return median(times);
}

function benchReading(directory: string): Figures {
  const connection = openConnection({ directory, isReadOnly: true });
  try {
    const index = createWordIndex(connection);
    const before = memoryInUse();
    const openMs = milliseconds(() => void connection.read(() => index.snapshot(collectionId)));
    const snapshot = connection.read(() => index.snapshot(collectionId));
    const snapshotMb = rounded((memoryInUse() - before) / 1e6);
    const terms = connection.read(() => benchTerms(snapshot));
    return { segments: snapshot.segments.length, openMs: rounded(openMs), snapshotMb, ...terms };
  } finally {
    connection.close();
  }
}

setFlagsFromString("--expose-gc");
// Safe: the flag makes `gc` a function of every new context.
const collectGarbage = runInNewContext("gc") as () => void;

function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function benchTerms(snapshot: IndexSnapshot): Figures {
  const counts = new Map<string, number>();
  const termsMs = milliseconds(() => {
    for (const segment of snapshot.segments)
      for (const { term, slots } of segment.terms()) counts.set(term, (counts.get(term) ?? 0) + slots);
  });
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const decode = (terms: readonly string[]): { ms: number; postings: number } => {
    let postings = 0;
    const ms = milliseconds(() => {
      for (const term of terms) for (const segment of snapshot.segments) postings += segment.postings(term)?.count ?? 0;
    });
    return { ms, postings };
  };
  const terms = sorted.slice(0, common).map(([term]) => term);
  const first = decode(terms);
  // The fastest: what else the machine does can only add to it.
  const againMs = Math.min(...Array.from({ length: 100 }, () => decode(terms).ms));
  const random = randomNumbers(3);
  const rare = Array.from({ length: 1_000 }, () => sorted[random(sorted.length)]?.[0] ?? "");
  const rareMs = Math.min(...Array.from({ length: 5 }, () => decode(rare).ms));
  return {
    terms: counts.size,
    allTermsMs: rounded(termsMs),
    commonPostings: first.postings,
    decodeCommonFirstMs: rounded(first.ms),
    decodeCommonMs: rounded(againMs),
    nanosecondsPerPosting: rounded((1e6 * againMs) / first.postings),
    rareTermMicroseconds: rounded(rareMs),
  };
}

function benchFullText(directory: string, passages: number): Figures {
  const connection = openConnection({ directory, isReadOnly: false });
  connection.exec(
    "CREATE VIRTUAL TABLE fts USING fts5 (path, name, signature, doc, body, content = '', contentless_delete = 1, tokenize = 'ascii')",
  );
  connection.exec("INSERT INTO fts (fts, rank) VALUES ('hashsize', 16777216)");
  const insert = connection.prepare(
    "INSERT INTO fts (rowid, path, name, signature, doc, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const build = writeAll(connection, passages, (batch) => {
    for (const { chunkId, path, name, signature, doc, body } of batch)
      insert.run(chunkId, path, name, signature, doc, body);
  });
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  connection.close();
  return {
    fts5BuildMs: build.totalMs,
    fts5BuildCpuMs: build.cpuMs,
    fts5WorstBatchMs: build.worstBatchMs,
    fts5SizeMb: sizeMb(directory),
  };
}

function inDirectory(work: (directory: string) => Figures): Figures {
  const directory = mkdtempSync(join(tmpdir(), "commons-bench-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({ options: { save: { type: "boolean" } }, allowPositionals: true });
const passages = Number(positionals.find((argument) => /^\d+$/.test(argument)) ?? 200_000);
const figures = {
  bench: "word-index",
  passages,
  cpu: cpus()[0]?.model ?? "unknown",
  ...inDirectory((directory) => ({ ...benchIndex(directory, passages), ...benchReading(directory) })),
  ...(positionals.includes("fts5") ? inDirectory((directory) => benchFullText(directory, passages)) : {}),
};
console.log(JSON.stringify(figures, null, 2));
if (values.save === true) {
  mkdirSync(join(root, "bench", "results"), { recursive: true });
  writeFileSync(join(root, "bench", "results", "word-index.json"), `${JSON.stringify(figures, null, 2)}\n`);
}
