import type { EngineRecord } from "../core/ports.ts";

/** What one call of Chroma's client takes; parts that no record of the batch has are left out. */
export interface RecordBatch {
  readonly ids: string[];
  readonly embeddings: number[][];
  readonly documents?: string[];
  readonly metadatas?: Record<string, string | number | boolean>[];
}

// The server refuses bodies above 40 MB; JSON may double a text, and a batch should not hold readers up for long.
const maxBatchBytes = 8_000_000;

/**
 * Cuts records into batches that Chroma accepts: of limited size, and each with documents (or metadata) for all of its records or for
 * none, because the client takes no gaps. Lone surrogates, which make Chroma refuse a whole batch, become U+FFFD.
 */
export function recordBatches(records: readonly EngineRecord[]): RecordBatch[] {
  const groups = new Map<string, EngineRecord[]>();
  for (const record of records) {
    const key = `${record.document === null} ${Object.keys(record.metadata).length === 0}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return [...groups.values()].flatMap(cutBySize).map(toBatch);
}

function cutBySize(records: readonly EngineRecord[]): EngineRecord[][] {
  const parts: EngineRecord[][] = [];
  let part: EngineRecord[] = [];
  let partBytes = 0;
  for (const record of records) {
    const bytes = (record.document?.length ?? 0) * 2 + record.embedding.length * 6 + 500;
    if (part.length > 0 && partBytes + bytes > maxBatchBytes) {
      parts.push(part);
      part = [];
      partBytes = 0;
    }
    part.push(record);
    partBytes += bytes;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function toBatch(records: readonly EngineRecord[]): RecordBatch {
  const first = records[0];
  const hasDocuments = first !== undefined && first.document !== null;
  const hasMetadata = first !== undefined && Object.keys(first.metadata).length > 0;
  return {
    ids: records.map((record) => record.id),
    embeddings: records.map((record) => [...record.embedding]),
    ...(hasDocuments ? { documents: records.map((record) => (record.document ?? "").toWellFormed()) } : {}),
    ...(hasMetadata ? { metadatas: records.map(wellFormedMetadata) } : {}),
  };
}

function wellFormedMetadata(record: EngineRecord): Record<string, string | number | boolean> {
  const entries = Object.entries(record.metadata);
  return Object.fromEntries(
    entries.map(([key, value]) => [key.toWellFormed(), typeof value === "string" ? value.toWellFormed() : value]),
  );
}
