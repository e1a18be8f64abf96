import type { ForeignRecord } from "../../core/ports.ts";
import { type EarlierPage, maxRecordLength, pageLength, pageRecords } from "./earlier-place.ts";
import { plainMetadata, recordLength, unreadable } from "./record-metadata.ts";

/** Lists of a file that each hold one thing of all records, as `collection.get()` of Chroma's own clients gives them. */
export const columnNames: ReadonlySet<string> = new Set(["ids", "documents", "metadatas"]);

/** They must be held until all are there; what is larger is better exported as records. */
const maxColumnsLength = 64_000_000;
const recordsHint = 'Give a list of {"id", "document", "metadata"}, which may be of any size.';

/** Gathers columns and puts records together from them. Memory is bounded. */
export class JsonColumns {
  readonly #columns = new Map<string, unknown[]>();
  #length = 0;

  /** Whether the file has ids in a column: only then its other columns are of records. */
  get hasRecords(): boolean {
    return this.#columns.get("ids")?.some(isId) === true;
  }

  /** Values that stand in no record. */
  get values(): number {
    return Math.max(0, ...[...this.#columns.values()].map(({ length }) => length));
  }

  /** `length`: of its JSON. Errors: MIGRATION_UNUSABLE when the columns grow too large. */
  add(column: string, value: unknown, length: number): void {
    this.#length += length;
    if (this.#length > maxColumnsLength)
      throw unreadable("The file holds its texts in one list and their ids in another, and is too large for that.", {
        hint: recordsHint,
      });
    const values = this.#columns.get(column);
    if (values === undefined) this.#columns.set(column, [value]);
    else values.push(value);
  }

  /** The records, when all of the file was read. Errors: MIGRATION_UNUSABLE for columns that do not belong together. */
  *pages(): Generator<EarlierPage, void> {
    const [ids = [], documents, metadatas] = [...columnNames].map((name) => this.#columns.get(name));
    if ([documents, metadatas].some((column) => column !== undefined && column.length !== ids.length))
      throw unreadable("The lists of ids, documents and metadatas in the file are not of one length.", {
        hint: recordsHint,
      });
    let page = emptyPage();
    let length = 0;
    for (const [at, given] of ids.entries()) {
      const record = recordOf({ id: given, document: documents?.[at], metadata: metadatas?.[at] });
      const size = record === null ? 0 : recordLength(record.id, record.document, record.metadata);
      if (record === null) page.withoutId += 1;
      else if (size > maxRecordLength) page.tooLarge += 1;
      else page.records.push(record);
      length += size;
      if (page.records.length < pageRecords && length < pageLength) continue;
      yield page;
      [page, length] = [emptyPage(), 0];
    }
    if (page.records.length + page.tooLarge + page.withoutId > 0) yield page;
  }
}

function emptyPage(): { records: ForeignRecord[]; tooLarge: number; withoutId: number } {
  return { records: [], tooLarge: 0, withoutId: 0 };
}

function recordOf({ id, document, metadata }: Record<"id" | "document" | "metadata", unknown>): ForeignRecord | null {
  const isObject = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
  // Safe: any object can be asked for any key; what comes is checked.
  const facts = isObject ? plainMetadata(metadata as Record<string, unknown>) : {};
  if (!isId(id) || facts === null) return null;
  return { id: String(id), document: typeof document === "string" ? document : null, metadata: facts };
}

function isId(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}
