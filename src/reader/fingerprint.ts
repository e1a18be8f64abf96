import { chunkerVersion } from "../chunk/registry.ts";
import type { Category } from "../core/document.ts";
import { extractorVersionOf, fileTypeOf } from "../extract/registry.ts";
import { redactionVersion } from "../extract/redaction.ts";

const namesVersion = "names-1";

/**
 * What a stored document of this path must carry besides its content hash to count as unchanged: the versions of what makes
 * its text and its chunks.
 */
export function fingerprintOf(path: string, contentHash: string, includeContent: boolean): string {
  const version = includeContent ? `${extractorVersionOf(path)}:${chunkerVersion}:${redactionVersion}` : namesVersion;
  return `${contentHash}:${version}`;
}

/** The category that a file's name gives it; text of an unknown name counts as a document. */
export function categoryOf(path: string): Category {
  return fileTypeOf(path)?.category ?? "documents";
}

/** Whether a document was stored with its name only. */
export function isNameOnly(fingerprint: string): boolean {
  return fingerprint.endsWith(`:${namesVersion}`);
}
