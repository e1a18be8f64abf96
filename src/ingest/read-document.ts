import { createHash } from "node:crypto";
import { lstat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { chunkDocument, chunkerVersion } from "../chunk/registry.ts";
import type { Category, Chunk, DocumentInput, FileStat, Metadata, SkipReason } from "../core/document.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import type { FileType } from "../extract/extracted.ts";
import { extractFile, extractorVersionOf, fileTypeOf } from "../extract/registry.ts";
import { storedStat } from "../workspace/file-stat.ts";
import { isSecretText } from "../workspace/secret-names.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface ReadOptions {
  readonly workspace: Workspace;
  readonly maxFileBytes: number;
  readonly includeContent: boolean;
}

/** The bytes of a file as they stood at one moment. */
export interface Reading {
  readonly kind: "reading";
  readonly path: string;
  readonly bytes: Buffer;
  readonly stat: FileStat;
  readonly contentHash: string;
  readonly fingerprint: string;
  readonly readAtMs: number;
}

export type Unread =
  | { readonly kind: "skipped"; readonly reason: SkipReason }
  | { readonly kind: "failed"; readonly error: unknown };

// A file that is being written is read again; one that is written all the time is left to the next run.
const maxReadings = 3;
const namesVersion = "names-1";

/**
 * What a stored document of this path must carry besides its content hash to count as unchanged: the versions of what makes
 * its text and its chunks.
 */
export function fingerprintOf(path: string, contentHash: string, includeContent: boolean): string {
  return `${contentHash}:${includeContent ? `${extractorVersionOf(path)}:${chunkerVersion}` : namesVersion}`;
}

/** The category that a file's name gives it; text of an unknown name counts as a document. */
export function categoryOf(path: string): Category {
  return fileTypeOf(path)?.category ?? "documents";
}

/** Whether a document was stored with its name only. */
export function isNameOnly(fingerprint: string): boolean {
  return fingerprint.endsWith(`:${namesVersion}`);
}

/** Whether a file's name alone says that its content is not read in this version. */
export function isUnsupported(path: string): boolean {
  return fileTypeOf(path)?.extractor === null;
}

/** Reads a file of the workspace whole. A change while it is read makes it read again, at most twice. Never throws. */
export async function readFileOnce(path: string, options: ReadOptions): Promise<Reading | Unread> {
  if (isUnsupported(path) && options.includeContent) return { kind: "skipped", reason: "unsupported" };
  try {
    if (!options.includeContent) return await readName(path, options);
    for (let attempt = 0; attempt < maxReadings; attempt++) {
      const reading = await readStable(path, options);
      if (reading !== null) return reading;
    }
    return { kind: "failed", error: new Error("The file kept changing while it was read.") };
  } catch (error) {
    return unreadFrom(error);
  }
}

/** Text, metadata and chunks of a reading. Never throws: a file that breaks an extractor is one failed file. */
export function makeDocument(
  reading: Reading,
  options: Pick<ReadOptions, "includeContent"> & { readonly givenMetadata: Metadata | null },
): DocumentInput | Unread {
  try {
    const { givenMetadata } = options;
    return options.includeContent ? contentDocument(reading, givenMetadata) : nameDocument(reading, givenMetadata);
  } catch (error) {
    return { kind: "failed", error };
  }
}

function contentDocument(reading: Reading, givenMetadata: Metadata | null): DocumentInput | Unread {
  const extraction = extractFile(reading.path, reading.bytes);
  if (extraction.kind === "skipped") return extraction;
  const { document } = extraction;
  if (isSecretText(nameOf(reading.path), document.text)) return { kind: "skipped", reason: "secret" };
  return {
    ...identityOf(reading),
    fileType: document.fileType,
    language: document.language,
    category: document.category,
    metadata: { ...document.metadata, ...givenMetadata },
    givenMetadata,
    chunks: chunkDocument(document),
  };
}

/** A file of which only the name is stored: found by its path, not by its content. */
function nameDocument(reading: Reading, givenMetadata: Metadata | null): DocumentInput {
  const type: FileType | null = fileTypeOf(reading.path);
  const chunk: Chunk = {
    text: reading.path,
    startLine: 1,
    endLine: 1,
    kind: "record",
    symbol: nameOf(reading.path),
    signature: null,
    doc: null,
    scope: [],
  };
  return {
    ...identityOf(reading),
    fileType: type?.id ?? "text",
    language: type?.language ?? null,
    category: categoryOf(reading.path),
    metadata: { sizeBytes: reading.stat.sizeBytes, ...givenMetadata },
    givenMetadata,
    chunks: [chunk],
  };
}

function identityOf(
  reading: Reading,
): Pick<DocumentInput, "path" | "stat" | "contentHash" | "fingerprint" | "readAtMs"> {
  const { path, stat, contentHash, fingerprint, readAtMs } = reading;
  return { path, stat, contentHash, fingerprint, readAtMs };
}

async function readStable(path: string, options: ReadOptions): Promise<Reading | Unread | null> {
  const readAtMs = Date.now();
  const handle = await options.workspace.openInside(path);
  try {
    const before = await handle.stat({ bigint: true });
    if (before.size === 0n) return { kind: "skipped", reason: "empty" };
    if (before.size > BigInt(options.maxFileBytes)) return { kind: "skipped", reason: "too-large" };
    const bytes = await readWhole(handle, Number(before.size));
    const after = await handle.stat({ bigint: true });
    const isStable = before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && before.size === after.size;
    if (!isStable || bytes.length !== Number(before.size)) return null;
    const contentHash = createHash("sha256").update(bytes).digest("hex");
    return {
      kind: "reading",
      path,
      bytes,
      stat: storedStat(after, readAtMs),
      contentHash,
      fingerprint: fingerprintOf(path, contentHash, true),
      readAtMs,
    };
  } finally {
    await handle.close();
  }
}

/** A file of which only the name is wanted is not opened, however large: its hash is made of size and time. */
async function readName(path: string, options: ReadOptions): Promise<Reading | Unread> {
  const readAtMs = Date.now();
  const stats = await lstat(join(options.workspace.root, path), { bigint: true });
  if (!stats.isFile()) return { kind: "skipped", reason: stats.isSymbolicLink() ? "ignored" : "special-file" };
  const contentHash = createHash("sha256").update(`${stats.size}:${stats.mtimeNs}`).digest("hex");
  const fingerprint = fingerprintOf(path, contentHash, false);
  return {
    kind: "reading",
    path,
    bytes: Buffer.alloc(0),
    stat: storedStat(stats, readAtMs),
    contentHash,
    fingerprint,
    readAtMs,
  };
}

/** At most `size` bytes and one more, so that a file that grows is noticed and never fills the memory. */
async function readWhole(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function unreadFrom(error: unknown): Unread {
  if (error instanceof CommonsError) {
    if (error.code === "PATH_OUTSIDE_WORKSPACE") return { kind: "skipped", reason: "symlink-outside" };
    if (error.code === "PATH_WRONG_KIND") return { kind: "skipped", reason: "special-file" };
  }
  const code = systemErrorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "skipped", reason: "vanished" };
  if (code === "EACCES" || code === "EPERM") return { kind: "skipped", reason: "unreadable" };
  return { kind: "failed", error };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
