import type { DocumentInput } from "./document.ts";

/** No hash of bytes and no entry of a disk begins so. */
const mark = "imported ";
/** Another one, so that the fingerprint is not what the marked hash would make of it either. */
const fingerprintMark = "imported as ";
/** Of a hash, a signature and a fingerprint, in characters, as they may travel. */
const longest = { contentHash: 128, signature: 200, fingerprint: 256 };

type Claims = Pick<DocumentInput, "stat" | "contentHash" | "fingerprint">;

/**
 * What an exported file says of the bytes behind a document, so that it proves nothing: no file looks like it, and the next look at one
 * reads it again. What is marked already stays as it is.
 */
export function markImported<T extends Claims>(document: T): T {
  const { stat, contentHash, fingerprint } = document;
  return {
    ...document,
    stat: { ...stat, signature: marked(stat.signature, mark, longest.signature) },
    contentHash: marked(contentHash, mark, longest.contentHash),
    fingerprint: marked(fingerprint, fingerprintMark, longest.fingerprint),
  };
}

/** Whether the document came by an import, and its file was not read here since. */
export function isImported({ contentHash }: Pick<Claims, "contentHash">): boolean {
  return contentHash.startsWith(mark);
}

function marked(value: string, by: string, maxLength: number): string {
  return value.startsWith(by) ? value : `${by}${value}`.slice(0, maxLength);
}
