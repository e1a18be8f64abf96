import type { ChunkKind, Metadata } from "../core/document.ts";
import type { DocumentFacts, PassageFacts } from "../search/passage-filter.ts";
import type { Connection } from "./connection.ts";
import { recordIdSql } from "./record-id.ts";

/** What filters ask of stored passages. Documents are remembered as long as nothing of their collection changes. */
export interface FactReader {
  /** Facts of the collection's documents by row; null for one that is not there. Good inside one transaction. */
  documentsOf(collectionId: number): (documentId: number) => DocumentFacts | null;
  /**
   * What was found out of each document under the same key before, for as long as nothing of the collection changes; to be
   * filled by the caller.
   */
  verdictsOf(collectionId: number, key: string): Map<number, Verdict>;
  /** A passage by its rows in `chunks` and `texts`; `onText` is told when its text is read. */
  passage(place: { readonly chunkId: number; readonly textId: number; readonly onText?: () => void }): PassageFacts;
  /** Empty for a text that is not there. */
  text(textId: number): string;
}

/** Of a document under some filter; "depends": its passages decide. */
export type Verdict = boolean | "depends";

type DocumentRow = Omit<DocumentFacts, "metadata"> & { readonly id: number };

interface PassageRow {
  readonly symbol: string | null;
  readonly kind: ChunkKind;
  readonly startLine: number;
  readonly endLine: number;
}

interface RememberedCollection {
  readonly revision: number;
  readonly documents: Map<number, DocumentFacts>;
  readonly verdicts: Map<string, Map<number, Verdict>>;
  misses: number;
}

const documentColumns = `
  d.id, d.path, d.language, d.category, s.name AS source, s.key AS sourceKey,
  CASE s.kind WHEN 'notes' THEN d.indexed_at ELSE d.mtime_ms END AS changedAtMs, d.indexed_at AS indexedAtMs
  FROM documents d JOIN sources s ON s.id = d.source_id`;
const passageSql = "SELECT symbol, kind, start_line AS startLine, end_line AS endLine FROM chunks WHERE id = ?";
const recordSql = `
  SELECT ${recordIdSql} AS recordId FROM chunks c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id JOIN texts t ON t.id = c.text_id
  WHERE c.id = ?`;
const noPassage: PassageRow = { symbol: null, kind: "window", startLine: 0, endLine: 0 };
// A document costs some 4 microseconds alone and 1 among all.
const missesBeforeAll = 500;
const maxRemembered = 8;
const maxFilters = 8;

export function createFactReader(connection: Connection): FactReader {
  const one = connection.prepare<DocumentRow>(`SELECT ${documentColumns} WHERE d.id = ? AND d.collection_id = ?`);
  const all = connection.prepare<DocumentRow>(`SELECT ${documentColumns} WHERE d.collection_id = ?`);
  const revisionOf = connection.prepare<{ revision: number }>(
    "SELECT ifnull(sum(revision), 0) + count(*) AS revision FROM collection_sources WHERE collection_id = ?",
  );
  const metadataOf = connection.prepare<{ metadata: string }>("SELECT metadata FROM documents WHERE id = ?");
  const passageOf = connection.prepare<PassageRow>(passageSql);
  const recordOf = connection.prepare<{ recordId: string }>(recordSql);
  const textOf = connection.prepare<{ text: string }>("SELECT text FROM texts WHERE id = ?");
  const remembered = new Map<number, RememberedCollection>();

  const toFacts = ({ id, ...row }: DocumentRow): DocumentFacts => {
    let metadata: Metadata | undefined;
    return {
      ...row,
      metadata: () => {
        // Safe: only `write` stores the column, from a Metadata.
        metadata ??= JSON.parse(metadataOf.get(id)?.metadata ?? "{}") as Metadata;
        return metadata;
      },
    };
  };
  const text: FactReader["text"] = (textId) => textOf.get(textId)?.text ?? "";
  const collection = (collectionId: number): RememberedCollection =>
    remember(remembered, collectionId, revisionOf.get(collectionId)?.revision ?? 0);
  return {
    text,
    verdictsOf: (collectionId, key) => {
      const { verdicts } = collection(collectionId);
      const known = verdicts.get(key) ?? new Map<number, Verdict>();
      verdicts.delete(key);
      verdicts.set(key, known);
      const [oldest] = verdicts.keys();
      if (oldest !== undefined && verdicts.size > maxFilters) verdicts.delete(oldest);
      return known;
    },
    documentsOf: (collectionId) => {
      const known = collection(collectionId);
      return (documentId) => {
        const facts = known.documents.get(documentId);
        if (facts !== undefined) return facts;
        known.misses += 1;
        if (known.misses === missesBeforeAll)
          for (const row of all.all(collectionId)) known.documents.set(row.id, toFacts(row));
        const row = one.get(documentId, collectionId);
        if (row === undefined) return null;
        const made = known.documents.get(documentId) ?? toFacts(row);
        known.documents.set(documentId, made);
        return made;
      };
    },
    passage: ({ chunkId, textId, onText }) => {
      let row: PassageRow | undefined;
      const stored = (): PassageRow => (row ??= passageOf.get(chunkId) ?? noPassage);
      // Each is read when a filter asks for it: most ask for one, and a search asks for thousands of passages.
      return {
        get symbol() {
          return stored().symbol;
        },
        get kind() {
          return stored().kind;
        },
        get startLine() {
          return stored().startLine;
        },
        get endLine() {
          return stored().endLine;
        },
        get recordId() {
          return recordOf.get(chunkId)?.recordId ?? "";
        },
        text: () => {
          onText?.();
          return text(textId);
        },
      };
    },
  };
}

function remember(
  remembered: Map<number, RememberedCollection>,
  collectionId: number,
  revision: number,
): RememberedCollection {
  const known = remembered.get(collectionId);
  const current =
    known?.revision === revision ? known : { revision, documents: new Map(), verdicts: new Map(), misses: 0 };
  remembered.delete(collectionId);
  remembered.set(collectionId, current);
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size > maxRemembered) remembered.delete(oldest);
  return current;
}
