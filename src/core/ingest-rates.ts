/** What an ingest takes on a machine. */
export interface IngestRates {
  readonly chunksPerSecond: number;
  readonly textBytesPerChunk: number;
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
  catalogBytesPerChunk: 2_300,
  engineBytesPerChunk: 10_000,
  measuredChunks: 0,
};
