import { z } from "zod";
import { referenceRates, type IngestRates } from "../core/ingest-rates.ts";

/** An ingest that wrote something: chunks written, bytes of text in them, and how long it took from call to answer. */
export interface MeasuredRun {
  readonly chunks: number;
  readonly textBytes: number;
  readonly ms: number;
}

const recordSchema = z.object({ chunks: z.number(), textBytes: z.number(), seconds: z.number() });

// A few files say little: start-up is most of their time.
const minChunks = 500;
// Older runs fade: the machine, or what is ingested, may have changed.
const keptChunks = 200_000;

/** The record of runs with one more in it, as JSON. */
export function newRates(stored: string | null, run: MeasuredRun): string {
  const known = parse(stored);
  const fade = Math.min(1, Math.max(0, keptChunks - run.chunks) / Math.max(known.chunks, 1));
  return JSON.stringify({
    chunks: Math.round(known.chunks * fade) + run.chunks,
    textBytes: Math.round(known.textBytes * fade) + run.textBytes,
    seconds: known.seconds * fade + run.ms / 1_000,
  });
}

/** What an ingest takes here: measured where enough was ingested, else of the reference machine. */
export function ingestRates(
  stored: string | null,
  totals: { readonly chunks: number; readonly sizeBytes: number },
): IngestRates {
  const { chunks, textBytes, seconds } = parse(stored);
  const catalogBytesPerChunk =
    totals.chunks >= minChunks ? Math.round(totals.sizeBytes / totals.chunks) : referenceRates.catalogBytesPerChunk;
  if (chunks < minChunks || seconds <= 0) return { ...referenceRates, catalogBytesPerChunk };
  return {
    chunksPerSecond: Math.max(1, Math.round(chunks / seconds)),
    textBytesPerChunk: Math.max(1, Math.round(textBytes / chunks)),
    catalogBytesPerChunk,
    engineBytesPerChunk: referenceRates.engineBytesPerChunk,
    measuredChunks: chunks,
  };
}

function parse(stored: string | null): z.output<typeof recordSchema> {
  const parsed = recordSchema.safeParse(stored === null ? null : JSON.parse(stored));
  return parsed.success ? parsed.data : { chunks: 0, textBytes: 0, seconds: 0 };
}
