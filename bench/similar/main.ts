/**
 * Speed of find_similar_patterns: `npm run bench -- similar [--chunks 50000] [--mine 5000] [--only speed,likeness] [--save]`. A real hub in a scratch home holds
 * passages cut from node_modules; mine are half of them the same files cut elsewhere, so that each is a copy in part, and half this
 * project's own sources. Searches of another client go on meanwhile. Then how well copies are told from strangers (likeness.ts). Prints
 * one JSON line a figure.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { HubClient } from "../../src/client/hub-client.ts";
import type { DocumentInput } from "../../src/core/document.ts";
import { maxSimilarPassages, type SimilarResult, type StoredPassages } from "../../src/core/similar.ts";
import { percentiles, rounded, timed } from "../search/percentiles.ts";
import { measureLikeness } from "./likeness.ts";
import { openSearchWorld, type SearchWorld } from "../search/search-world.ts";

const { values } = parseArgs({
  options: {
    chunks: { type: "string", default: "50000" },
    mine: { type: "string", default: "5000" },
    only: { type: "string", default: "speed,likeness" },
    save: { type: "boolean", default: false },
  },
});
const linesPerPassage = 30;
const ownSources = join(import.meta.dirname, "..", "..", "src");

/** This project's files in passages of thirty lines. */
function ownDocuments(limit: number): DocumentInput[] {
  const names = readdirSync(ownSources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const documents: DocumentInput[] = [];
  let left = limit;
  // A second round begins in the middle of the first one's passages.
  for (const shift of [0, 15]) {
    for (const name of names.toSorted()) {
      const lines = readFileSync(join(ownSources, name), "utf8").split("\n").slice(shift);
      const starts = Array.from(
        { length: Math.ceil(lines.length / linesPerPassage) },
        (_, index) => index * linesPerPassage,
      );
      const chunks = starts.slice(0, Math.max(0, left)).map((start) => ({
        text: lines.slice(start, start + linesPerPassage).join("\n"),
        startLine: start + 1,
        endLine: start + linesPerPassage,
        kind: "window" as const,
        symbol: null,
        signature: null,
        doc: null,
        scope: [],
      }));
      left -= chunks.length;
      if (chunks.length > 0) documents.push(documentOf(`own${shift}/${name}`, chunks));
    }
  }
  return documents;
}

function documentOf(path: string, chunks: DocumentInput["chunks"]): DocumentInput {
  return {
    path,
    stat: { sizeBytes: 1, mtimeMs: 1, signature: "bench" },
    contentHash: `bench-${path}`,
    fingerprint: "bench",
    readAtMs: 1,
    fileType: "ts",
    language: "typescript",
    category: "code",
    metadata: {},
    givenMetadata: null,
    chunks,
  };
}

const question = { collections: ["bench"], limit: 3, threshold: null };

/** Passages that begin in the middle of the stored ones: each shares its halves with two of them. */
function shiftedDocuments(documents: readonly DocumentInput[], limit: number): DocumentInput[] {
  const shifted: DocumentInput[] = [];
  const step = Math.max(1, Math.floor(documents.flatMap(({ chunks }) => chunks).length / (limit * 2)));
  let left = limit;
  for (const { path, chunks } of documents.filter((_, index) => index % step === 0)) {
    const halves = chunks.slice(1).map((chunk, index) => {
      const before = chunks[index]?.text.split("\n") ?? [];
      const after = chunk.text.split("\n");
      return { ...chunk, text: [...before.slice(before.length / 2), ...after.slice(0, after.length / 2)].join("\n") };
    });
    const kept = halves.slice(0, Math.max(0, left));
    left -= kept.length;
    if (kept.length > 0) shifted.push(documentOf(`shifted/${path}`, kept));
  }
  return shifted;
}

interface Compared {
  readonly ms: number;
  readonly compared: number;
  readonly tooSmall: number;
  readonly pairs: Record<string, number>;
}

/** Goes through the stored passages as a session does. */
async function compareStored(client: HubClient, collectionId: string): Promise<Compared> {
  const results: SimilarResult[] = [];
  const { ms } = await timed(async () => {
    for (let after: SimilarResult["next"] = null; ;) {
      const stored: StoredPassages = {
        collectionId,
        sourceKey: "ws-mine",
        directory: "",
        after,
        limit: maxSimilarPassages,
      };
      const of = { kind: "stored" as const, stored };
      const result: SimilarResult = await client.call("similar", { ...question, of });
      results.push(result);
      after = result.next;
      if (after === null) return;
    }
  });
  return { ms, ...countsOf(results) };
}

/** Sends the texts, as a session does whose workspace is not stored. */
async function compareSent(client: HubClient, documents: readonly DocumentInput[]): Promise<Compared> {
  const passages = documents.flatMap(({ language, chunks }) =>
    chunks.map(({ text }) => ({ text, language, place: null })),
  );
  const results: SimilarResult[] = [];
  const { ms } = await timed(async () => {
    for (let from = 0; from < passages.length; from += maxSimilarPassages) {
      const of = { kind: "sent" as const, passages: passages.slice(from, from + maxSimilarPassages) };
      results.push(await client.call("similar", { ...question, of }));
    }
  });
  return { ms, ...countsOf(results) };
}

function countsOf(results: readonly SimilarResult[]): Omit<Compared, "ms"> {
  const pairs: Record<string, number> = {};
  for (const { match } of results.flatMap(({ groups }) => groups.flatMap(({ matches }) => matches)))
    pairs[match] = (pairs[match] ?? 0) + 1;
  return {
    compared: results.reduce((sum, { compared }) => sum + compared, 0),
    tooSmall: results.reduce((sum, { tooSmall }) => sum + tooSmall, 0),
    pairs,
  };
}

/** Searches one after another until the work is done. */
async function searchesDuring(world: SearchWorld, work: Promise<unknown>) {
  const client = world.client("searcher");
  const times: number[] = [];
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  for (let index = 0; !state.isDone; index++) {
    const query = world.queries[index % world.queries.length] ?? "parse";
    const asked = { collections: ["bench"], query, limit: 8, mode: "hybrid" as const, filters: {} };
    times.push((await timed(() => client.call("search", asked))).ms);
  }
  await done;
  return percentiles(times);
}

const results: Record<string, unknown> = {};
function keep(name: string, figures: unknown): void {
  results[name] = figures;
  console.log(JSON.stringify({ bench: "similar", name, figures }));
}

function figuresOf({ ms, compared, tooSmall, pairs }: Compared) {
  const passages = compared + tooSmall;
  return { seconds: rounded(ms / 1_000), passages, compared, pairs, perSecond: Math.round((1_000 * passages) / ms) };
}

async function measureSpeed(): Promise<void> {
  const mineCount = Number(values.mine);
  const world = await openSearchWorld(Number(values.chunks));
  try {
    keep("corpus", world.corpus);
    const client = world.client("mine");
    const half = Math.floor(mineCount / 2);
    const mine = [...shiftedDocuments(world.documents, half), ...ownDocuments(mineCount - half)];
    await world.write(client, "mine", mine);
    const { collections } = await client.call("collections.list", {});
    const collectionId = collections.find(({ name }) => name === "mine")?.id ?? "";
    keep("alone", await searchesDuring(world, new Promise((resolve) => setTimeout(resolve, 3_000))));
    keep("stored", figuresOf(await compareStored(client, collectionId)));
    keep("sent", figuresOf(await compareSent(client, mine)));
    const again = compareStored(client, collectionId);
    keep("searchesMeanwhile", await searchesDuring(world, again));
    keep("storedMeanwhile", figuresOf(await again));
  } finally {
    await world.close();
  }
}

const parts = new Set(values.only.split(","));
if (parts.has("speed")) await measureSpeed();
if (parts.has("likeness")) keep("likeness", await measureLikeness());
if (values.save) {
  const machine = { processors: availableParallelism(), model: cpus()[0]?.model ?? "unknown", node: process.version };
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const saved = { at: new Date().toISOString(), commit, machine, ...results };
  writeFileSync(join(import.meta.dirname, "..", "results", "similar.json"), `${JSON.stringify(saved, null, 2)}\n`);
}
