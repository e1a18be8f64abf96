import { ownRecordKeys } from "../../core/metadata-rule.ts";
import { createHash } from "node:crypto";
import { type Chunk, chunkKinds, categories, type DocumentInput, type Metadata } from "../../core/document.ts";
import type { StoredRecords } from "../../engine/stored-records.ts";

/** One passage as Chroma holds it: what src/catalog/engine-records.ts wrote, read back. */
export interface ChromaPassage {
  readonly recordId: string;
  readonly sourceKey: string;
  readonly source: string;
  readonly sourcePath: string | null;
  readonly path: string;
  readonly chunk: Chunk;
  readonly language: string | null;
  readonly category: DocumentInput["category"];
  readonly agent: string;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly indexedAtMs: number;
  /** What is not ours among the metadata: extracted or given facts. */
  readonly facts: Metadata;
  readonly contentHash: string;
  readonly embedding: readonly number[];
}

export interface ReadPassages {
  readonly passages: readonly ChromaPassage[];
  /** Records without a text (mirrored as vectors only), or whose text or facts are not what was written. */
  readonly unusable: number;
}

export function readPassages(records: StoredRecords): ReadPassages {
  const passages = records.ids.flatMap((recordId, index) => {
    const document = records.documents[index] ?? null;
    const passage =
      document === null
        ? null
        : toPassage(recordId, document, records.metadatas[index] ?? {}, records.embeddings[index]);
    return passage === null ? [] : [passage];
  });
  return { passages, unusable: records.ids.length - passages.length };
}

function toPassage(
  recordId: string,
  text: string,
  metadata: Readonly<Record<string, unknown>>,
  embedding: readonly number[] | undefined,
): ChromaPassage | null {
  const words = (key: string): string | null => (typeof metadata[key] === "string" ? metadata[key] : null);
  const count = (key: string): number => (typeof metadata[key] === "number" ? Math.max(0, metadata[key]) : 0);
  const [sourceKey, path, contentHash] = [words("source_key"), words("path"), words("content_hash")];
  const kind = chunkKinds.find((known) => known === words("kind"));
  const category = categories.find((known) => known === words("category"));
  const isWhole = contentHash === createHash("sha256").update(text).digest("hex");
  if (sourceKey === null || path === null || contentHash === null || kind === undefined || category === undefined)
    return null;
  if (!isWhole || path === "" || path.includes("\0")) return null;
  return {
    recordId,
    sourceKey,
    source: words("source") ?? sourceKey,
    sourcePath: words("source_path"),
    path,
    chunk: {
      text,
      startLine: count("start_line"),
      endLine: count("end_line"),
      kind,
      symbol: words("symbol"),
      // Chroma is not told these; the next ingest finds them again.
      signature: null,
      doc: null,
      scope: [],
    },
    language: words("language"),
    category,
    agent: words("agent") ?? "unknown",
    branch: words("branch"),
    commit: words("commit"),
    indexedAtMs: Date.parse(words("indexed_at") ?? "") || 0,
    facts: factsOf(metadata),
    contentHash,
    embedding: embedding ?? [],
  };
}

function factsOf(metadata: Readonly<Record<string, unknown>>): Metadata {
  const facts: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (ownRecordKeys.has(key)) continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") facts[key] = value;
  }
  return facts;
}

/** A document of its passages, in the order of their lines. It counts as read when it was written, so that any later reading replaces it. */
export function documentOf(passages: readonly ChromaPassage[]): DocumentInput | null {
  const ordered = passages.toSorted((a, b) => a.chunk.startLine - b.chunk.startLine || compare(a.recordId, b.recordId));
  const [first] = ordered;
  if (first === undefined) return null;
  const text = ordered.map(({ chunk }) => chunk.text).join("\n");
  const contentHash = createHash("sha256").update(text).digest("hex");
  const isNote = first.sourceKey === "notes";
  const indexedAtMs = Math.max(...ordered.map((passage) => passage.indexedAtMs));
  return {
    path: first.path,
    stat: { sizeBytes: Buffer.byteLength(text), mtimeMs: indexedAtMs, signature: `rebuilt ${contentHash}` },
    contentHash,
    // No ingest makes such a one, so that the file is read again.
    fingerprint: `rebuilt ${contentHash}`,
    readAtMs: indexedAtMs,
    fileType: isNote ? "note" : "rebuilt",
    language: first.language,
    category: first.category,
    metadata: first.facts,
    givenMetadata: isNote ? first.facts : null,
    chunks: ordered.map(({ chunk }) => chunk),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
