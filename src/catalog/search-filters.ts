import type { SQLOutputValue } from "node:sqlite";
import picomatch from "picomatch";
import type { Metadata } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { SearchFilters } from "../core/search.ts";
import type { RetrieverRequest } from "../search/retriever.ts";
import { compileWhere, isEmptyWhere, type FieldLookup, type WherePredicate } from "../search/where.ts";
import type { Connection } from "./connection.ts";

/** What a `where` sees of a chunk: fields of the chunk and its document, then the document's own metadata. */
export interface FilterRow {
  readonly path: string;
  readonly language: string | null;
  readonly category: string;
  readonly symbol: string | null;
  readonly source: string;
  /** JSON. */
  readonly metadata: string;
}

/** SQL for filters; a condition is good until the next one is made, because its glob and `where` live in the connection. */
export type ConditionFor = (filters: SearchFilters) => RetrieverRequest["condition"];

interface ActiveFilters {
  path: (path: string) => boolean;
  where: WherePredicate;
}

export function createSearchFilters(connection: Connection): ConditionFor {
  const active: ActiveFilters = { path: () => true, where: () => true };
  connection.defineFunction("path_matches", (path) => (active.path(textOf(path) ?? "") ? 1 : 0));
  connection.defineFunction("record_matches", (path, language, category, symbol, source, metadata) => {
    const row = {
      path: textOf(path) ?? "",
      language: textOf(language),
      category: textOf(category) ?? "",
      symbol: textOf(symbol),
      source: textOf(source) ?? "",
      metadata: textOf(metadata) ?? "{}",
    };
    return active.where(fieldsOf(row)) ? 1 : 0;
  });
  return (filters) => {
    const conditions: string[] = [];
    const values: string[] = [];
    if (filters.language !== undefined) {
      conditions.push("d.language = ?");
      values.push(filters.language);
    }
    if (filters.category !== undefined) {
      conditions.push("d.category = ?");
      values.push(filters.category);
    }
    if (filters.path !== undefined) {
      active.path = remembered(compileGlob(filters.path));
      conditions.push("path_matches(d.path) = 1");
    }
    if (filters.where !== undefined && !isEmptyWhere(filters.where)) {
      active.where = compileWhere(filters.where);
      conditions.push("record_matches(d.path, d.language, d.category, c.symbol, s.name, d.metadata) = 1");
    }
    return conditions.length === 0 ? null : { sql: conditions.join(" AND "), values };
  };
}

/**
 * A glob over document paths. Without a slash it matches file names at any depth (`*.ts`), and a plain directory stands for all
 * that is below it.
 */
function compileGlob(glob: string): (path: string) => boolean {
  const pattern = glob.replace(/^\.\//, "").replace(/(?<=.)\/+$/, "");
  if (pattern === "")
    throw new CommonsError("INPUT_INVALID", "The path filter is empty.", {
      hint: 'Give a glob such as "src/**/*.ts".',
    });
  const { isGlob } = picomatch.scan(pattern);
  if (!isGlob) return (path) => path === pattern || path.startsWith(`${pattern}/`) || path.endsWith(`/${pattern}`);
  const matches = picomatch(pattern, { dot: true, basename: !pattern.includes("/"), nonegate: true, windows: false });
  return (path) => matches(path);
}

/** Looks a field of `where` up in a row. */
export function fieldsOf(row: FilterRow): FieldLookup {
  let metadata: Metadata | undefined;
  return (field): ReturnType<FieldLookup> => {
    if (field === "path" || field === "category" || field === "source") return row[field];
    if (field === "language") return row.language ?? undefined;
    if (field === "symbol") return row.symbol === null ? undefined : symbolsOf(row.symbol);
    // Safe: only `write` stores the column, from a Metadata.
    metadata ??= JSON.parse(row.metadata) as Metadata;
    return Object.hasOwn(metadata, field) ? metadata[field] : undefined;
  };
}

/** The whole symbol of a passage, and each name of one that joins several. */
function symbolsOf(symbol: string): readonly string[] {
  return symbol.includes(", ") ? [symbol, ...symbol.split(", ")] : [symbol];
}

function remembered(matches: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const answer = known.get(path) ?? matches(path);
    known.set(path, answer);
    return answer;
  };
}

function textOf(value: SQLOutputValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
