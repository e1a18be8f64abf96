import type { SkipReason } from "../core/document.ts";
import { readingOf } from "../extract/registry.ts";
import type { ReadLimits } from "./document-reader.ts";

/** What a file's size says against it; null: nothing. */
export function sizeReason(path: string, sizeBytes: number, limits: ReadLimits): SkipReason | null {
  const reads = readingOf(path);
  if (reads === "name") return null;
  if (reads === "nothing") return "binary";
  if (sizeBytes === 0) return "empty";
  if (reads === "ranges") return null;
  return sizeBytes > (reads === "whole" ? limits.maxDocumentBytes : limits.maxFileBytes) ? "too-large" : null;
}
