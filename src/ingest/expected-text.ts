import { setImmediate } from "node:timers/promises";
import type { Category, FileStat, SkipReason } from "../core/document.ts";
import { decodeText } from "../extract/decode.ts";
import type { FileContent, FileType } from "../extract/extracted.ts";
import { fileTypeByContent, fileTypeOf, readingOf } from "../extract/registry.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import { categoryOf } from "../reader/fingerprint.ts";
import { extractByRules } from "../reader/extract-by-rules.ts";
import { sizeReasonOf } from "../reader/size-reason.ts";
import { isSecretText } from "../workspace/secret-names.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { throwIfCancelled } from "./mirror.ts";

interface FoundFile {
  readonly path: string;
  readonly stat: FileStat;
}

/** What an ingest makes of a file, as far as its first bytes tell. */
export type Expectation =
  | {
      readonly kind: "text";
      /** Of the text that is cut into chunks. */
      readonly bytes: number;
      readonly category: Category;
      /** The language, or the type's id where there is none. */
      readonly language: string;
      /** Decoded, so that only its words decide; a format may be broken or locked, which shows on reading. */
      readonly isPlainText: boolean;
    }
  | { readonly kind: "left-out"; readonly reason: SkipReason };

export interface ExpectedTexts {
  /** By path. A file that is not in the map counts by its name and size. */
  readonly byPath: ReadonlyMap<string, Expectation>;
  /** Files whose first bytes could tell more, and that were not opened because there are too many. */
  readonly unopened: number;
}

interface ExpectRequest {
  readonly workspace: Workspace;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
  /** Of which texts the first bytes are not enough; they are read whole, up to `maxWholeBytes` of them. */
  readonly isDoubtful: (file: FoundFile) => boolean;
}

// Below this the head of a table or drawing says no more than its size.
const minBytes = 5_000;
// A second of reading at most. The largest files decide a price, so they come first.
const maxHeads = 5_000;
const headBytes = 16_384;
const maxWholeBytes = 32_000_000;
const maxUnknownBytes = 2_000_000;

/**
 * Looks at the first bytes of files whose name and size do not tell what an ingest takes of them: texts may be bundles, written by
 * tools, or no texts at all; of tables only the first rows count; files of unknown names may be anything. Errors: CANCELLED.
 */
export async function expectTexts(request: ExpectRequest, files: readonly FoundFile[]): Promise<ExpectedTexts> {
  const { workspace, limits, isDoubtful, signal } = request;
  const open = files.filter(isOpenQuestion).toSorted((a, b) => b.stat.sizeBytes - a.stat.sizeBytes);
  const byPath = new Map<string, Expectation>();
  let wholeBytes = 0;
  for (const [index, file] of open.slice(0, maxHeads).entries()) {
    throwIfCancelled(signal);
    // Other calls of the session get their turn.
    if (index % 50 === 49) await setImmediate();
    const { sizeBytes } = file.stat;
    const isWhole = isDoubtful(file) && sizeBytes <= limits.maxFileBytes && wholeBytes + sizeBytes <= maxWholeBytes;
    if (isWhole) wholeBytes += sizeBytes;
    const expectation = await expectationOf(file.path, {
      workspace,
      limits,
      maxBytes: isWhole ? sizeBytes : headBytes,
    });
    if (expectation !== null) byPath.set(file.path, expectation);
  }
  return { byPath, unopened: Math.max(0, open.length - maxHeads) };
}

/** The category of a file: by its first bytes where they were read, else by its name. */
export function expectedCategory({ byPath }: ExpectedTexts, path: string): Category {
  const expectation = byPath.get(path);
  return expectation?.kind === "text" ? expectation.category : categoryOf(path);
}

/** The language of a file, or its type's id where it has none. */
export function expectedLanguage({ byPath }: ExpectedTexts, path: string): string {
  const expectation = byPath.get(path);
  if (expectation?.kind === "text") return expectation.language;
  return fileTypeOf(path)?.language ?? fileTypeOf(path)?.id ?? "text";
}

/** Bytes of text to expect of a file when only its name and size are known. */
export function textBytesOf(path: string, sizeBytes: number): number {
  const type = fileTypeOf(path);
  // A large file of an unknown name is rarely text.
  return type === null && sizeBytes > maxUnknownBytes ? 1 : textBytesOfType(type, sizeBytes);
}

function textBytesOfType(type: FileType | null, sizeBytes: number): number {
  const reads = type?.extractor.reads ?? "text";
  if (reads === "text") return sizeBytes;
  // Formats with pictures and fonts in them: a tenth is text. What is not read whole gives one passage of facts.
  return reads === "whole" ? Math.ceil(sizeBytes / 10) : 1;
}

function isOpenQuestion({ path, stat }: FoundFile): boolean {
  return readingOf(path) === "text" || (stat.sizeBytes > minBytes && fileTypeOf(path)?.expectedBytes !== undefined);
}

interface HeadRequest {
  readonly workspace: Workspace;
  readonly limits: ReadLimits;
  readonly maxBytes: number;
}

/** null: it cannot be read now. */
async function expectationOf(path: string, { workspace, limits, maxBytes }: HeadRequest): Promise<Expectation | null> {
  try {
    using opened = workspace.openInside(path);
    const sizeBytes = Number(opened.stat().size);
    const read: FileContent["read"] = async (offset, length) => opened.read(offset, length);
    const named = fileTypeOf(path);
    const type = named ?? (await fileTypeByContent({ path, sizeBytes, read }));
    // Of a name that says nothing the size is judged only now.
    const reason = named === null ? sizeReasonOf(type, sizeBytes, limits) : null;
    if (reason !== null) return { kind: "left-out", reason };
    const head = opened.read(0, maxBytes);
    if ((type?.extractor.reads ?? "text") === "text")
      return await expectationOfText(head, { path, sizeBytes, type, root: workspace.root });
    const bytes = type?.expectedBytes?.(head.toString("latin1"), sizeBytes) ?? textBytesOfType(type, sizeBytes);
    return textOf(type, bytes);
  } catch {
    return null;
  }
}

interface BegunText {
  readonly path: string;
  readonly sizeBytes: number;
  readonly root: string;
  readonly type: FileType | null;
}

/** By the rules of an ingest, applied to the beginning as if it were the file. */
async function expectationOfText(head: Buffer, { path, sizeBytes, type, root }: BegunText): Promise<Expectation> {
  const isWhole = head.length >= sizeBytes;
  const leftOut = (reason: SkipReason): Expectation => ({ kind: "left-out", reason });
  const bytes = type?.expectedBytes?.(head.toString("latin1"), sizeBytes) ?? sizeBytes;
  // 0 is said of bundles and generated code; whether these are left out is for the rules below, which know the project's word too.
  const expectedBytes = bytes === 0 ? sizeBytes : bytes;
  const decoded = decodeText(head);
  if (decoded.kind === "binary") return leftOut("binary");
  if (isWhole && decoded.text.trim() === "") return leftOut("empty");
  if (isWhole && isSecretText(path.slice(path.lastIndexOf("/") + 1), decoded.text)) return leftOut("secret");
  // Of other texts the words do not matter; code may hide behind a name that says nothing.
  if (type !== null && type.category !== "code") return textOf(type, expectedBytes);
  const read: FileContent["read"] = async (offset, length) => head.subarray(offset, offset + length);
  const extraction = await extractByRules({ path, sizeBytes: head.length, read }, root);
  if (extraction.kind === "document") {
    const { category, language, fileType } = extraction.document;
    return { kind: "text", bytes: expectedBytes, category, language: language ?? fileType, isPlainText: true };
  }
  return isWhole || extraction.reason !== "empty" ? leftOut(extraction.reason) : textOf(type, expectedBytes);
}

function textOf(type: FileType | null, bytes: number): Expectation {
  const language = type?.language ?? type?.id ?? "text";
  const isPlainText = (type?.extractor.reads ?? "text") === "text";
  return { kind: "text", bytes, category: type?.category ?? "documents", language, isPlainText };
}
