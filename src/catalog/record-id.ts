import { CommonsError } from "../core/errors.ts";

/** The parts of a record id. `ordinal` counts from 0 among chunks of the document with equal text. */
export interface RecordIdParts {
  readonly sourceKey: string;
  readonly path: string;
  /** First 16 hex digits of the sha256 of the chunk's text. */
  readonly hashPrefix: string;
  readonly ordinal: number;
}

const pattern = /^([^/#]+)\/(.*)#([0-9a-f]{16})\.([0-9]{1,9})$/s;
const sourceKeyPattern = /^[^/#\s]{1,200}$/;

/** `<sourceKey>/<path>#<16 hex>.<ordinal>`: unique inside a collection, and readable in Chroma. */
export function recordId(parts: RecordIdParts): string {
  return `${parts.sourceKey}/${parts.path}#${parts.hashPrefix}.${parts.ordinal}`;
}

/** The same as SQL, over the tables s (sources), d (documents), t (texts) and c (chunks). */
export const recordIdSql = "s.key || '/' || d.path || '#' || lower(hex(substr(t.hash, 1, 8))) || '.' || c.ordinal";

/** null when the text is no record id. */
export function parseRecordId(id: string): RecordIdParts | null {
  const [, sourceKey, path, hashPrefix, ordinal] = pattern.exec(id) ?? [];
  if (sourceKey === undefined || path === undefined || hashPrefix === undefined || ordinal === undefined) return null;
  return { sourceKey, path, hashPrefix, ordinal: Number(ordinal) };
}

/** `<sourceKey>/<path>` names a whole document; null when the text has no such parts. */
export function parsePlaceId(id: string): Pick<RecordIdParts, "sourceKey" | "path"> | null {
  const slash = id.indexOf("/");
  return slash <= 0 || slash === id.length - 1 ? null : { sourceKey: id.slice(0, slash), path: id.slice(slash + 1) };
}

/** A key with a slash or a hash sign would make record ids ambiguous. */
export function requireSourceKey(key: string): string {
  if (sourceKeyPattern.test(key)) return key;
  throw new CommonsError(
    "INPUT_INVALID",
    `"${key.slice(0, 80)}" is no source key: 1 to 200 characters without white space, "/" and "#".`,
  );
}
