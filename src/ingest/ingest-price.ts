import type { Category, FileStat } from "../core/document.ts";
import type { IngestRates } from "../core/ingest-rates.ts";
import { expectedCategory, textBytesOf, type ExpectedTexts } from "./expected-text.ts";

/** What an ingest takes on this machine. */
export type PriceBasis = Omit<IngestRates, "measuredChunks">;

/** What an ingest is expected to write and to take. */
export interface IngestPrice {
  readonly chunks: number;
  /** Between which bounds the chunks lie as a rule: texts of one length may be cut into few or many. */
  readonly fewestChunks: number;
  readonly mostChunks: number;
  readonly seconds: number;
  readonly diskBytes: number;
}

/** Files that were looked into, and how many of these are stored somewhere with the same content. */
export interface Reuse {
  readonly checked: number;
  readonly known: number;
}

// What a chunk costs whose text is stored already. Reading, cutting and indexing remain; only the embedding is saved: a second
// worktree takes 0.6 of the time where embedding is the bottleneck (bench/results/ingest.json), and all of it where reading is.
const timeOfKnown = 0.7;
// Text and vector are shared; the word index and the chunk's own row are not: 0.43 of the bytes of a first copy, by table.
const diskOfKnown = 0.43;

// How far off a price may be in chunks, as a factor: with and without ingests of the category to learn from. Measured on packages of
// code (0.8 to 1.2 without) and on notes of many short sections (0.5 without).
const measuredSpread = 1.4;
const unmeasuredSpread = 2;

/** Prices files by the texts that are expected of them. */
export function priceOf(
  files: readonly { readonly path: string; readonly stat: FileStat }[],
  by: { readonly expected: ExpectedTexts; readonly basis: PriceBasis; readonly reuse: Reuse | null },
): IngestPrice {
  const { basis, expected } = by;
  const chunksOf: Partial<Record<Category, number>> = {};
  for (const { path, stat } of files) {
    const category = expectedCategory(expected, path);
    const expectation = expected.byPath.get(path);
    const textBytes = expectation?.kind === "text" ? expectation.bytes : textBytesOf(path, stat.sizeBytes);
    const perChunk = basis.textBytesPerChunkOf[category] ?? basis.textBytesPerChunk;
    const expectedChunks = expectation?.kind === "text" ? expectation.chunks : null;
    chunksOf[category] = (chunksOf[category] ?? 0) + (expectedChunks ?? Math.ceil(textBytes / perChunk));
  }
  const counts = Object.entries(chunksOf);
  const sumOf = (factorOf: (spread: number) => number): number =>
    counts.reduce((sum, [category, chunks]) => {
      const isMeasured = Object.hasOwn(basis.textBytesPerChunkOf, category);
      return sum + chunks * factorOf(isMeasured ? measuredSpread : unmeasuredSpread);
    }, 0);
  const chunks = sumOf(() => 1);
  const known = by.reuse === null || by.reuse.checked === 0 ? 0 : by.reuse.known / by.reuse.checked;
  const catalogBytes = chunks * basis.catalogBytesPerChunk * (1 - known * (1 - diskOfKnown));
  return {
    chunks,
    // Each file gives one passage at least.
    fewestChunks: Math.max(Math.min(files.length, chunks), Math.round(sumOf((spread) => 1 / spread))),
    mostChunks: Math.round(sumOf((spread) => spread)),
    seconds: Math.ceil((chunks / basis.chunksPerSecond) * (1 - known * (1 - timeOfKnown))),
    diskBytes: Math.round(catalogBytes + chunks * basis.engineBytesPerChunk),
  };
}
