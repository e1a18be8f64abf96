import { CommonsError } from "../../core/errors.ts";
import type { Metadata, MetadataValue } from "../../core/document.ts";

/** What is nested deeper is no fact that anybody can use, and may be made to exhaust the stack. */
const maxDepth = 100;

/**
 * Facts of a record as JSON gave them: lists are joined by ", ", what is null is left out, the rest becomes JSON. null: they are nested deeper
 * than any that are taken.
 */
export function plainMetadata(given: Readonly<Record<string, unknown>> | null | undefined): Metadata | null {
  const facts: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(given ?? {})) {
    if (value === null || value === undefined || key.startsWith("chroma:") || key === "__proto__") continue;
    if (isTooDeep(value)) return null;
    facts[key] = plainValue(value);
  }
  return facts;
}

/** Level by level, so that no depth exhausts the stack. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

function plainValue(value: unknown): MetadataValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item) => String(plainValue(item))).join(", ");
  return JSON.stringify(value) ?? "";
}

/** The length of a record as the limits of a page count it. */
export function recordLength(id: string, text: string | null, metadata: Metadata): number {
  let length = id.length + (text?.length ?? 0);
  for (const [key, value] of Object.entries(metadata))
    length += key.length + (typeof value === "string" ? value.length : 8);
  return length;
}

/** The error for what cannot be read. */
export function unreadable(fact: string, options: { readonly hint: string; readonly cause?: unknown }): CommonsError {
  return new CommonsError("MIGRATION_UNUSABLE", fact, options);
}
