import { z } from "zod";
import { categories, type Category } from "../core/document.ts";
import { referenceRates, type IngestRates } from "../core/ingest-rates.ts";

/** What became of the texts that an ingest cut. */
interface CutTexts {
  readonly chunks: number;
  readonly textBytes: number;
}

/** An ingest that wrote something: chunks written, bytes of text in them, and how long it took from call to answer. */
export interface MeasuredRun extends CutTexts {
  readonly ms: number;
  readonly byCategory?: Readonly<Partial<Record<Category, CutTexts | undefined>>> | undefined;
}

const cutSchema = z.object({ chunks: z.number(), textBytes: z.number() });
const recordSchema = cutSchema.extend({
  seconds: z.number(),
  byCategory: z.partialRecord(z.enum(categories), cutSchema).default({}),
});

// A few files say little: start-up is most of their time.
const minChunks = 500;
// How long chunks are shows sooner than how fast they are made.
const minChunksOfCategory = 100;
// Older runs fade: the machine, or what is ingested, may have changed.
const keptChunks = 200_000;

/** The record of runs with one more in it, as JSON. */
export function newRates(stored: string | null, run: MeasuredRun): string {
  const known = parse(stored);
  const byCategory: Partial<Record<Category, CutTexts>> = { ...known.byCategory };
  for (const category of categories) {
    const texts = run.byCategory?.[category];
    if (texts !== undefined && texts.chunks > 0) byCategory[category] = plus(known.byCategory[category], texts);
  }
  const seconds = known.seconds * fadeFor(known, run) + run.ms / 1_000;
  return JSON.stringify({ ...plus(known, run), seconds, byCategory });
}

/** What an ingest takes here: measured where enough was ingested, else of the reference machine. */
export function ingestRates(
  stored: string | null,
  totals: { readonly chunks: number; readonly sizeBytes: number },
): IngestRates {
  const { chunks, textBytes, seconds, byCategory } = parse(stored);
  const measuredHere = {
    catalogBytesPerChunk:
      totals.chunks >= minChunks ? Math.round(totals.sizeBytes / totals.chunks) : referenceRates.catalogBytesPerChunk,
    textBytesPerChunkOf: Object.fromEntries(
      Object.entries(byCategory)
        .filter(([, texts]) => texts.chunks >= minChunksOfCategory)
        .map(([category, texts]) => [category, lengthOf(texts)]),
    ),
  };
  if (chunks < minChunks || seconds <= 0) return { ...referenceRates, ...measuredHere };
  return {
    ...measuredHere,
    chunksPerSecond: Math.max(1, Math.round(chunks / seconds)),
    textBytesPerChunk: lengthOf({ chunks, textBytes }),
    engineBytesPerChunk: referenceRates.engineBytesPerChunk,
    measuredChunks: chunks,
  };
}

function plus(known: CutTexts = { chunks: 0, textBytes: 0 }, more: CutTexts): CutTexts {
  const fade = fadeFor(known, more);
  return {
    chunks: Math.round(known.chunks * fade) + more.chunks,
    textBytes: Math.round(known.textBytes * fade) + more.textBytes,
  };
}

function fadeFor(known: CutTexts, more: CutTexts): number {
  return Math.min(1, Math.max(0, keptChunks - more.chunks) / Math.max(known.chunks, 1));
}

function lengthOf({ chunks, textBytes }: CutTexts): number {
  return Math.max(1, Math.round(textBytes / chunks));
}

function parse(stored: string | null): z.output<typeof recordSchema> {
  const parsed = recordSchema.safeParse(stored === null ? null : JSON.parse(stored));
  return parsed.success ? parsed.data : { chunks: 0, textBytes: 0, seconds: 0, byCategory: {} };
}
