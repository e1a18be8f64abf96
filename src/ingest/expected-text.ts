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
export type Expectation = ExpectedText | { readonly kind: "left-out"; readonly reason: SkipReason };

interface ExpectedText {
  readonly kind: "text";
  /** Of the text that is cut into chunks. */
  readonly bytes: number;
  /** null: as many as the bytes give. */
  readonly chunks: number | null;
  readonly category: Category;
  /** The language, or the type's id where there is none. */
  readonly language: string;
  /** Decoded, so that only its words decide; a format may be broken or locked, which shows on reading. */
  readonly isPlainText: boolean;
}

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
// Half a second of reading. The largest files decide a price, so they come first.
const maxHeads = 10_000;
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
  const budget = { wholeBytes: maxWholeBytes };
  for (const [index, file] of open.slice(0, maxHeads).entries()) {
    throwIfCancelled(signal);
    // Other calls of the session get their turn.
    if (index % 50 === 49) await setImmediate();
    const expectation = await expectationOf(file.path, { workspace, limits, budget, isDoubtful: isDoubtful(file) });
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
  if (readingOf(path) === "text") return true;
  const type = fileTypeOf(path);
  return stat.sizeBytes > minBytes && (type?.expectedBytes ?? type?.expectedChunks) !== undefined;
}

interface HeadRequest {
  readonly workspace: Workspace;
  readonly limits: ReadLimits;
  readonly isDoubtful: boolean;
  /** What may still be read of texts whose head is not enough; goes down. */
  readonly budget: { wholeBytes: number };
}

/** null: it cannot be read now. */
async function expectationOf(path: string, request: HeadRequest): Promise<Expectation | null> {
  try {
    using opened = request.workspace.openInside(path);
    const sizeBytes = Number(opened.stat().size);
    const read: FileContent["read"] = async (offset, length) => opened.read(offset, length);
    const named = fileTypeOf(path);
    const type = named ?? (await fileTypeByContent({ path, sizeBytes, read }));
    // Of a name that says nothing the size is judged only now.
    const reason = named === null ? sizeReasonOf(type, sizeBytes, request.limits) : null;
    if (reason !== null) return { kind: "left-out", reason };
    if ((type?.extractor.reads ?? "text") === "text")
      return await expectationOfText({ path, sizeBytes, read, type }, request);
    const begin = opened.read(0, headBytes).toString("latin1");
    const bytes = type?.expectedBytes?.(begin, sizeBytes) ?? textBytesOfType(type, sizeBytes);
    return textOf(type, bytes, type?.expectedChunks?.(begin, sizeBytes));
  } catch {
    return null;
  }
}

type OpenText = FileContent & { readonly type: FileType | null };

/** By the first bytes, and by all of them where those are not enough: who was seen before, or has long lines only at its beginning. */
async function expectationOfText(file: OpenText, request: HeadRequest): Promise<Expectation> {
  const { sizeBytes } = file;
  const { workspace, limits, budget, isDoubtful } = request;
  const byHead = await expectationOfBegin(file, await file.read(0, headBytes), workspace.root);
  const isEnough = sizeBytes <= headBytes || (!isDoubtful && (byHead.kind === "text" || byHead.reason !== "minified"));
  if (isEnough || sizeBytes > Math.min(limits.maxFileBytes, budget.wholeBytes)) return byHead;
  budget.wholeBytes -= sizeBytes;
  return expectationOfBegin(file, await file.read(0, sizeBytes), workspace.root);
}

/** By the rules of an ingest, applied to the beginning as if it were the file. */
async function expectationOfBegin(file: OpenText, begin: Buffer, root: string): Promise<Expectation> {
  const { path, sizeBytes, type } = file;
  const isWhole = begin.length >= sizeBytes;
  // 0 is said of bundles and generated code; whether these are left out is for the rules, which know the project's word too.
  const bytes = type?.expectedBytes?.(begin.subarray(0, headBytes).toString("latin1"), sizeBytes) || sizeBytes;
  if (type !== null && type.category !== "code") {
    // Of other texts the words do not matter.
    const decoded = decodeText(begin);
    if (decoded.kind === "binary") return { kind: "left-out", reason: "binary" };
    return isWhole ? expectationOfWhole(decoded.text, path, textOf(type, bytes)) : textOf(type, bytes);
  }
  const read: FileContent["read"] = async (offset, length) => begin.subarray(offset, offset + length);
  const extraction = await extractByRules({ path, sizeBytes: begin.length, read }, root);
  if (extraction.kind === "skipped") {
    const isUnknown = !isWhole && extraction.reason === "empty";
    return isUnknown ? textOf(type, bytes) : { kind: "left-out", reason: extraction.reason };
  }
  const { category, language, fileType, content } = extraction.document;
  const taken: Expectation = { ...textOf(type, bytes), category, language: language ?? fileType };
  return isWhole && content.kind === "text" ? expectationOfWhole(content.text, path, taken) : taken;
}

function expectationOfWhole(text: string, path: string, taken: Expectation): Expectation {
  if (text.trim() === "") return { kind: "left-out", reason: "empty" };
  const isSecret = isSecretText(path.slice(path.lastIndexOf("/") + 1), text);
  return isSecret ? { kind: "left-out", reason: "secret" } : taken;
}

function textOf(type: FileType | null, bytes: number, chunks: number | null = null): ExpectedText {
  const language = type?.language ?? type?.id ?? "text";
  const isPlainText = (type?.extractor.reads ?? "text") === "text";
  return { kind: "text", bytes, chunks, category: type?.category ?? "documents", language, isPlainText };
}
