import type { BigIntStats } from "node:fs";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { countOf, formatBytes } from "../core/quantities.ts";
import type { FileType } from "../extract/extracted.ts";
import { fileTypeByContent, fileTypeOf, readingOf } from "../extract/registry.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import type { FileReader, FileRequest } from "../reader/file-tasks.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import { isGitName } from "../workspace/path-form.ts";
import { isSecretName, isSecretText } from "../workspace/secret-names.ts";
import { likelyCopy, textLikeness } from "./alike-texts.ts";
import type { Closeness } from "./closeness.ts";
import { compareArchives } from "./compare-archives.ts";
import { firstDifference, type OpenPair } from "./compare-bytes.ts";
import { compareImages } from "./compare-images.ts";
import { compareLargeTexts } from "./compare-large-texts.ts";
import { compareTexts, likenessSentence } from "./compare-texts.ts";
import type { ComparedFile, FileComparison } from "./file-comparison.ts";
import { readWritten } from "./text-layout.ts";

export interface CompareWork {
  readonly reader: FileReader;
  readonly limits: ReadLimits;
  readonly signal: AbortSignal;
  readonly onProgress?: ((step: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** A file, and how the caller wrote its path. */
export interface NamedFile extends FileRequest {
  readonly shown: string;
}

// Of larger ones only the part that differs is held.
const maxTextBytes = 10_000_000;
// As long as this share of the longer one, a beginning is a copy that was cut.
const cutShare = 0.5;

/**
 * Compares two regular files: their bytes, and where those differ what they hold. Reads as much as it takes to tell. Errors:
 * FILE_NOT_READABLE for files that hold secrets by their name or text, those of `openCheckedFile`, PATH_NOT_FOUND for a file that cannot
 * be opened, CANCELLED.
 */
export async function compareFiles(first: NamedFile, second: NamedFile, work: CompareWork): Promise<FileComparison> {
  try {
    return await compareOpened(first, second, work);
  } catch (error) {
    if (work.signal.aborted) throw new CommonsError("CANCELLED", "The comparison was cancelled.", { cause: error });
    throw error;
  }
}

async function compareOpened(first: NamedFile, second: NamedFile, work: CompareWork): Promise<FileComparison> {
  for (const each of [first, second]) refuseSecret(each);
  using a = openNamed(first);
  using b = openNamed(second);
  const stats = [a.stat(), b.stat()] as const;
  const pair: OpenPair = { first: a, second: b, firstBytes: Number(stats[0].size), secondBytes: Number(stats[1].size) };
  const [kindA, kindB] = [await typeOf(a, first), await typeOf(b, second)];
  const files = { first: described(first, stats[0], kindA), second: described(second, stats[1], kindB) };
  const plain = { ...files, diff: null, picture: null, tags: null };
  if (stats[0].dev === stats[1].dev && stats[0].ino === stats[1].ino) {
    const isSamePath = first.root === second.root && first.path === second.path;
    const finding = isSamePath
      ? "Both paths lead to the same file: there is nothing to compare."
      : "Two names of one file (a hard link): a change of one is a change of the other, and the second takes no room.";
    return { ...plain, verdict: "same", findings: [finding] };
  }
  const offset = await firstDifference(pair, passOf(pair, work));
  const changed = [a, b].some((file, index) => file.stat().mtimeNs !== stats[index]?.mtimeNs)
    ? ["A file was written while it was compared: ask again."]
    : [];
  if (offset === null) return { ...plain, verdict: "same", findings: [sameSentence(pair.firstBytes), ...changed] };
  const areImages = kindA?.category === "images" && kindB?.category === "images";
  const close = await closenessOf({ first, second, pair, offset, files, areImages }, work);
  const findings = [...close.findings, ...byteFacts(pair, offset, close), ...changed];
  const isNear = close.isNear || isCutCopy(pair, offset);
  return { ...plain, ...close.parts, verdict: isNear ? "near" : "different", findings };
}

function openNamed({ root, path, shown }: NamedFile): CheckedFile {
  try {
    return openCheckedFile(path, root);
  } catch (error) {
    const code = error instanceof CommonsError ? undefined : systemErrorCode(error);
    if (code === undefined) throw error;
    throw new CommonsError("PATH_NOT_FOUND", `${shown} cannot be opened (${code}).`, {
      hint: "Check that it is there and that you may read it.",
      details: { path: shown },
      cause: error,
    });
  }
}

interface Comparing {
  readonly first: NamedFile;
  readonly second: NamedFile;
  readonly pair: OpenPair;
  readonly offset: number;
  readonly files: { readonly first: ComparedFile; readonly second: ComparedFile };
  readonly areImages: boolean;
}

interface Found extends Closeness {
  /** What else an answer has of it. */
  readonly parts: Partial<Pick<FileComparison, "diff" | "picture" | "tags">>;
}

async function closenessOf(what: Comparing, work: CompareWork): Promise<Found> {
  const { pair, files } = what;
  if (pair.firstBytes === 0 || pair.secondBytes === 0)
    return { isNear: false, findings: [`The ${pair.firstBytes === 0 ? "first" : "second"} is empty.`], parts: {} };
  const ways = [asImages, asTexts, asArchives, asDocuments];
  const findings: string[] = [];
  let parts: Found["parts"] = {};
  for (const way of ways) {
    work.signal.throwIfAborted();
    const found = await way(what, work);
    if (found === null) continue;
    findings.push(...found.findings);
    parts = { ...parts, ...found.parts };
    if (found.isNear) return { isNear: true, findings, parts };
  }
  const { first, second } = files;
  const kinds =
    first.type !== second.type
      ? [`The first is ${first.type ?? "unknown"}, the second ${second.type ?? "unknown"}.`]
      : [];
  return { isNear: false, findings: [...findings, ...kinds], parts };
}

async function asImages({ first, second, areImages }: Comparing, { reader }: CompareWork): Promise<Found | null> {
  if (!areImages) return null;
  const { isNear, findings, picture, tags } = await compareImages(first, second, reader);
  return { isNear, findings, parts: { picture, tags } };
}

async function asTexts({ first, second, pair, offset }: Comparing, work: CompareWork): Promise<Found | null> {
  if (Math.max(pair.firstBytes, pair.secondBytes) > maxTextBytes) {
    const large = await compareLargeTexts(pair, offset, passOf(pair, work));
    return large === null ? null : { ...large, parts: { diff: large.diff } };
  }
  const texts = [pair.first.read(0, pair.firstBytes), pair.second.read(0, pair.secondBytes)].map(readWritten);
  const [a, b] = texts;
  if (a == null || b == null) return null;
  if (isSecretText(nameOf(first.path), a.text)) throw secret(first);
  if (isSecretText(nameOf(second.path), b.text)) throw secret(second);
  const { diff, ...closeness } = await compareTexts(a, b);
  return { ...closeness, parts: { diff } };
}

async function asArchives({ pair }: Comparing, { limits, signal }: CompareWork): Promise<Found | null> {
  const isZip = (file: CheckedFile): boolean => file.read(0, 4).toString("latin1") === "PK\x03\x04";
  if (Math.max(pair.firstBytes, pair.secondBytes) > limits.maxDocumentBytes) return null;
  if (!isZip(pair.first) || !isZip(pair.second)) return null;
  const [a, b] = [pair.first.read(0, pair.firstBytes), pair.second.read(0, pair.secondBytes)];
  const closeness = await compareArchives(a, b, signal);
  return closeness === null ? null : { ...closeness, parts: {} };
}

/** The text that PDF, office files and the like hold, one of them maybe a plain text. */
async function asDocuments({ first, second }: Comparing, { reader, limits }: CompareWork): Promise<Found | null> {
  const reads = [first, second].map(({ path }) => readingOf(path));
  if (!reads.includes("whole") || reads.some((each) => each !== "whole" && each !== "text")) return null;
  const maxBytes = limits.maxDocumentBytes;
  const [a, b] = await Promise.all([first, second].map((each) => reader.run("text", { ...each, maxBytes })));
  if (a?.kind !== "text" || b?.kind !== "text") return null;
  if (a.layoutFreeHash === b.layoutFreeHash)
    return { isNear: true, findings: [`They hold the same text (${countOf(a.words, "word")}).`], parts: {} };
  const likeness = textLikeness(a, b);
  return { isNear: likeness >= likelyCopy, findings: [`They hold texts. ${likenessSentence(likeness)}`], parts: {} };
}

function byteFacts({ firstBytes, secondBytes }: OpenPair, offset: number, { parts }: Found): string[] {
  const sizes =
    firstBytes === secondBytes
      ? `both have ${countOf(firstBytes, "byte")}`
      : `${firstBytes.toLocaleString("en-US")} and ${countOf(secondBytes, "byte")}`;
  const [shorter, longer] = [Math.min(firstBytes, secondBytes), Math.max(firstBytes, secondBytes)];
  const isCut = offset === shorter && shorter > 0;
  const cut =
    firstBytes < secondBytes ? "first is the beginning of the second" : "second is the beginning of the first";
  if (isCut) return [`The ${cut}: ${formatBytes(longer - shorter)} more follow there; ${sizes}.`];
  // Of what is told by its lines, bytes say nothing more.
  if (parts.diff !== undefined) return [];
  return [`The first byte that differs is number ${(offset + 1).toLocaleString("en-US")}; ${sizes}.`];
}

function sameSentence(sizeBytes: number): string {
  return sizeBytes === 0 ? "Both are empty." : `All ${countOf(sizeBytes, "byte")} are the same.`;
}

function passOf({ firstBytes, secondBytes }: OpenPair, { signal, onProgress }: CompareWork) {
  const total = Math.max(firstBytes, secondBytes);
  return { signal, onBytes: (done: number) => onProgress?.({ done: Math.min(done, total), total }) };
}

function isCutCopy({ firstBytes, secondBytes }: OpenPair, offset: number): boolean {
  const [shorter, longer] = [Math.min(firstBytes, secondBytes), Math.max(firstBytes, secondBytes)];
  return offset === shorter && shorter >= longer * cutShare;
}

async function typeOf(file: CheckedFile, { path }: NamedFile): Promise<FileType | null> {
  const sizeBytes = Number(file.stat().size);
  const read = async (offset: number, length: number) => file.read(offset, length);
  return (await fileTypeByContent({ path, sizeBytes, read })) ?? fileTypeOf(path);
}

function described({ shown }: NamedFile, stat: BigIntStats, type: FileType | null): ComparedFile {
  return { path: shown, sizeBytes: Number(stat.size), mtimeMs: Number(stat.mtimeMs), type: type?.id ?? null };
}

function refuseSecret(file: NamedFile): void {
  const slash = file.path.lastIndexOf("/");
  const directory = file.path.slice(0, Math.max(0, slash));
  if (file.path.split("/").some(isGitName) || isSecretName(nameOf(file.path), directory)) throw secret(file);
}

function secret({ shown }: NamedFile): CommonsError {
  return new CommonsError("FILE_NOT_READABLE", `${shown} cannot be compared: secret.`, {
    hint: "Files that hold secrets are never read, and nothing of them is told.",
    details: { path: shown },
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
