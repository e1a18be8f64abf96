import { foreignSource } from "../../core/foreign-source.ts";
import { categories, type Category, type Metadata } from "../../core/document.ts";
import type { ForeignRecord } from "../../core/ports.ts";
import type { DocumentFacts, PassageFacts } from "../passage-filter.ts";

const pathKeys = ["path", "file_path", "filepath", "file", "filename", "file_name", "source", "url", "uri"];
const titleKeys = ["symbol", "title", "heading", "name"];
const momentKeys = ["indexed_at", "updated_at", "modified_at", "created_at", "timestamp", "date"];

export interface RecordFacts {
  /** Where its text is from, as the other program noted it; else the record's id. */
  readonly path: string;
  /** The path, and the record's id where nothing else tells records of one path apart. */
  readonly place: string;
  readonly title: string | null;
  readonly language: string | null;
  readonly category: Category;
  readonly startLine: number;
  readonly endLine: number;
  /** NaN: nothing says when. */
  readonly changedAtMs: number;
}

/** What the usual names of metadata say of a record. */
export function recordFacts({ id, document, metadata }: ForeignRecord): RecordFacts {
  const lines = document === null ? 1 : document.split("\n").length;
  const start = metadata["start_line"];
  const startLine = typeof start === "number" && start >= 1 ? Math.floor(start) : 1;
  const category = categories.find((known) => known === metadata["category"]);
  const path = firstText(metadata, pathKeys) ?? id;
  return {
    path,
    place: path === id || typeof start === "number" ? path : `${path}#${id}`,
    title: firstText(metadata, titleKeys),
    language: firstText(metadata, ["language"]),
    category: category ?? "documents",
    startLine,
    endLine: startLine + lines - 1,
    changedAtMs: momentOf(metadata),
  };
}

/** The record as filters see it. Fields of ours that the other program has, too, are its own. */
export function filterFacts(record: ForeignRecord): { document: DocumentFacts; passage: PassageFacts } {
  const { path, title, language, category, startLine, endLine, changedAtMs } = recordFacts(record);
  const source = record.metadata["source"];
  return {
    document: {
      path,
      language,
      category,
      source: typeof source === "string" ? source : foreignSource.name,
      sourceKey: foreignSource.key,
      changedAtMs,
      indexedAtMs: changedAtMs,
      metadata: () => record.metadata,
    },
    passage: {
      recordId: record.id,
      symbol: title,
      kind: "record",
      startLine,
      endLine,
      text: () => record.document ?? "",
    },
  };
}

function firstText(metadata: Metadata, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return null;
}

/** A date as text, or epoch seconds or milliseconds. */
function momentOf(metadata: Metadata): number {
  for (const key of momentKeys) {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    const moment = typeof value === "string" ? Date.parse(value) : typeof value === "number" ? value : Number.NaN;
    if (!Number.isNaN(moment)) return typeof value === "number" && moment < 1e11 ? moment * 1_000 : moment;
  }
  return Number.NaN;
}
