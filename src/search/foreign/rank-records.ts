import { createHash } from "node:crypto";
import type { Embedder, ForeignCollection, ForeignRecord } from "../../core/ports.ts";
import { foreignSource } from "../../core/foreign-source.ts";
import type { Hit, SearchFilters, SearchMode } from "../../core/search.ts";
import { compileFilters } from "../filters/compile-filters.ts";
import type { IndexSegment } from "../index-snapshot.ts";
import { parseQuery } from "../query.ts";
import { rankPassages, type RankedPassage } from "../ranking/rank-passages.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { defaultTuning } from "../tuning.ts";
import { filterFacts, recordFacts } from "./record-facts.ts";
import { indexRecords } from "./record-index.ts";

/** Candidates of one collection. */
export interface FoundRecords {
  readonly collection: ForeignCollection;
  readonly records: readonly ForeignRecord[];
}

export interface RecordRanking {
  readonly query: string;
  readonly mode: SearchMode;
  readonly filters: SearchFilters;
  readonly limit: number;
  readonly tokenizer: Tokenizer;
  /** Computes vectors for question and records alike; theirs are of models that may not be here. */
  readonly embedder: Embedder;
}

/**
 * Ranks records of other programs' collections as our own passages are ranked, by words and by our own vectors, so that scores compare.
 * Records without a text, and those that the filters hold back, take no part. Errors: QUERY_EMPTY, INPUT_INVALID.
 */
export function rankRecords(found: readonly FoundRecords[], request: RecordRanking): Hit[] {
  const { query, mode, filters, limit, tokenizer, embedder } = request;
  const filter = compileFilters(filters, tokenizer);
  const parsed = parseQuery(query, tokenizer);
  const isWanted = (record: ForeignRecord): boolean => {
    if (record.document === null || record.document.trim() === "") return false;
    const { document, passage } = filterFacts(record);
    return filter === null || filter.ofPassage(document, passage);
  };
  const candidates: { record: ForeignRecord; collection: ForeignCollection }[] = [];
  const indexes = found.map(({ collection, records }) => {
    const firstId = candidates.length;
    const wanted = records.filter(isWanted);
    candidates.push(...wanted.map((record) => ({ record, collection })));
    return indexRecords(wanted, { firstId, total: collection.records, tokenizer });
  });
  const recordAt = (segment: IndexSegment, slot: number): ForeignRecord | undefined =>
    candidates[segment.chunkIds[slot] ?? -1]?.record;
  const vectors =
    mode === "keyword"
      ? null
      : cosines(
          embedder,
          query,
          candidates.map(({ record }) => record),
        );
  const ranking = rankPassages(
    {
      indexes,
      vectorScores: (segment) => vectors?.subarray(segment.id, segment.id + segment.slots) ?? null,
      modelOf: () => embedder.id,
      filter: { mayBeWanted: null, isWanted: null },
      rows: (slots) =>
        slots.map(({ segment, slot }) => {
          const record = recordAt(segment, slot);
          if (record === undefined) return null;
          const { path, category, title } = recordFacts(record);
          const id = segment.chunkIds[slot] ?? 0;
          return { chunkId: id, documentId: id, path, category, isNote: true, symbol: title, scope: [], kind: "note" };
        }),
      textOf: (segment, slot) => recordAt(segment, slot)?.document ?? "",
    },
    { query: parsed, mode, limit, tuning: defaultTuning, tokenizer },
  );
  return ranking.passages.slice(0, limit).flatMap((passage) => {
    const candidate = candidates[passage.chunkId];
    return candidate === undefined ? [] : [toHit(candidate, passage)];
  });
}

function cosines(embedder: Embedder, query: string, records: readonly ForeignRecord[]): Float32Array {
  const texts = records.map((record) => [recordFacts(record).title ?? "", record.document ?? ""].join("\n").trim());
  const [asked = new Float32Array(), ...vectors] = embedder.embed([query, ...texts]);
  return Float32Array.from(vectors, (vector) => vector.reduce((sum, value, at) => sum + value * (asked[at] ?? 0), 0));
}

function toHit(
  { record, collection }: { record: ForeignRecord; collection: ForeignCollection },
  { score, scores }: RankedPassage,
): Hit {
  const { place, title, language, category, startLine, endLine, changedAtMs } = recordFacts(record);
  const text = record.document ?? "";
  return {
    collection: collection.name,
    sourceKey: foreignSource.key,
    source: foreignSource.name,
    sourcePath: null,
    branch: null,
    path: place,
    startLine,
    endLine,
    symbol: title,
    scope: [],
    kind: "record",
    language,
    category,
    text,
    score,
    scores,
    alsoAt: [],
    alsoAtCount: 0,
    recordId: record.id,
    stat: { sizeBytes: Buffer.byteLength(text), mtimeMs: 0, signature: "" },
    contentHash: createHash("sha256").update(text).digest("hex"),
    // It was read a moment ago; when it was stored only the other program may know.
    indexedAtMs: Number.isNaN(changedAtMs) ? Date.now() : changedAtMs,
    metadata: record.metadata,
  };
}
