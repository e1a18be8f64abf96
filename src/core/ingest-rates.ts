import type { Category } from "./document.ts";

/** What an ingest takes on a machine. */
export interface IngestRates {
  readonly chunksPerSecond: number;
  readonly textBytesPerChunk: number;
  /** The same for files of one category; absent where too little of it was ingested here. */
  readonly textBytesPerChunkOf: Readonly<Partial<Record<Category, number>>>;
  readonly catalogBytesPerChunk: number;
  /** What Chroma keeps on top; 0 where it is switched off. */
  readonly engineBytesPerChunk: number;
  /** Chunks that the figures come from; 0: they are the reference machine's. */
  readonly measuredChunks: number;
}

/** Of two busy cores (bench/results/ingest.json), for a machine that has measured nothing yet. */
export const referenceRates: IngestRates = {
  chunksPerSecond: 2_000,
  textBytesPerChunk: 900,
  textBytesPerChunkOf: {},
  catalogBytesPerChunk: 2_300,
  engineBytesPerChunk: 10_000,
  measuredChunks: 0,
};
