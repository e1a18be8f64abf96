import type { SkipReason } from "../core/document.ts";
import type { FileType } from "../extract/extracted.ts";
import { fileTypeOf } from "../extract/registry.ts";
import type { ReadLimits } from "./document-reader.ts";

/** What a file's size says against it; null: nothing. A large file of an unknown name is for its first bytes to decide. */
export function sizeReason(path: string, sizeBytes: number, limits: ReadLimits): SkipReason | null {
  const type = fileTypeOf(path);
  if (type === null) return sizeBytes === 0 ? "empty" : null;
  return sizeReasonOf(type, sizeBytes, limits);
}

/** The same for a file whose type is known; null stands for text. */
export function sizeReasonOf(type: FileType | null, sizeBytes: number, limits: ReadLimits): SkipReason | null {
  const reads = type?.extractor.reads ?? "text";
  if (reads === "name") return null;
  if (reads === "nothing") return "binary";
  if (sizeBytes === 0) return "empty";
  if (reads === "ranges") return null;
  return sizeBytes > (reads === "whole" ? limits.maxDocumentBytes : limits.maxFileBytes) ? "too-large" : null;
}
