import { CommonsError } from "../../core/errors.ts";
import type { Metadata, MetadataValue } from "../../core/document.ts";

/** Facts of a record as JSON gave them: lists are joined by ", ", what is null is left out, the rest becomes JSON. */
export function plainMetadata(given: Readonly<Record<string, unknown>> | null | undefined): Metadata {
  const facts: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(given ?? {})) {
    if (value === null || value === undefined || key.startsWith("chroma:") || key === "__proto__") continue;
    facts[key] = plainValue(value);
  }
  return facts;
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
