import type { Where } from "../core/search.ts";
import { decide, type FieldValue } from "./filters/condition.ts";
import { parseWhere } from "./filters/parse-where.ts";

/** Looks up one field of a record; undefined when the record has no such key. */
export type FieldLookup = (field: string) => FieldValue;
export type WherePredicate = (field: FieldLookup) => boolean;

/**
 * Compiles Chroma's `where` for lookups that know every field. `{}` holds always, but only as the whole filter.
 * Errors: INPUT_INVALID names what is not understood.
 */
export function compileWhere(where: Where): WherePredicate {
  const condition = parseWhere(where);
  return (field) => decide(condition, field) === true;
}

/** Whether the filter is `{}`, which holds for every record. */
export function isEmptyWhere(where: Where): boolean {
  return Object.keys(where).length === 0;
}
