/** Facts that the program itself keeps with every record in Chroma. */
export const ownRecordKeys: ReadonlySet<string> = new Set([
  "source",
  "source_key",
  "source_path",
  "path",
  "start_line",
  "end_line",
  "symbol",
  "kind",
  "language",
  "category",
  "content_hash",
  "indexed_at",
  "agent",
  "branch",
  "commit",
]);

const reservedKeys: ReadonlySet<string> = new Set([...ownRecordKeys, "commons_id"]);

const maxKeyLength = 512;

/**
 * Why a key of given metadata is not taken, as the end of a sentence; null when it is. Chroma's server refuses the empty key and those
 * that begin with # or $, with the whole record, and drops those that begin with "chroma:" without a word.
 */
export function metadataKeyFault(key: string): string | null {
  if (key === "") return "is empty";
  if (key.length > maxKeyLength) return `has more than ${maxKeyLength} characters`;
  if (/^[#$]/.test(key)) return "begins with # or $, which ChromaDB keeps for itself";
  if (key.startsWith("chroma:")) return 'begins with "chroma:", which ChromaDB keeps for itself';
  if (key === "__proto__") return "is a name of JavaScript's own";
  if (reservedKeys.has(key)) return "is reserved for what the program itself stores with every record";
  return null;
}
