import { countOf } from "../core/quantities.ts";
import type { FileType } from "../extract/extracted.ts";
import { readingOf } from "../extract/registry.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import { likelyCopy, textLikeness } from "./alike-texts.ts";
import type { Closeness } from "./closeness.ts";
import { compareArchives } from "./compare-archives.ts";
import type { FileBytes, OpenPair, PassOptions } from "./compare-bytes.ts";
import { compareImages } from "./compare-images.ts";
import { compareLargeTexts } from "./compare-large-texts.ts";
import { compareTexts, likenessSentence } from "./compare-texts.ts";
import type { ComparedFile, FileComparison } from "./file-comparison.ts";
import type { OpenedFile } from "./opened-file.ts";
import { refuseSecretText } from "./secret-files.ts";
import { looksLikeText, readWritten } from "./text-layout.ts";
import { isLayoutMeant } from "./layout-meaning.ts";

/** Two files whose bytes differ. */
export interface Compared {
  readonly first: OpenedFile;
  readonly second: OpenedFile;
  readonly pair: OpenPair;
  /** Of the first byte that differs. */
  readonly offset: number;
  readonly files: { readonly first: ComparedFile; readonly second: ComparedFile };
  readonly types: readonly [FileType | null, FileType | null];
  readonly pass: PassOptions;
}

export interface ContentWork {
  readonly reader: FileReader;
  readonly limits: ReadLimits;
  readonly signal: AbortSignal;
  /** Ends what takes too long. */
  readonly timeOver: AbortSignal;
}

export interface FoundCloseness extends Closeness {
  /** What else an answer has of it. */
  readonly parts: Partial<Pick<FileComparison, "diff" | "picture" | "tags">>;
}

// Of larger ones only the part that differs is held.
const maxTextBytes = 10_000_000;

/** What files hold in common whose bytes differ, by the first way of looking at them that finds them near; else what all ways found. */
export async function closenessOf(what: Compared, work: ContentWork): Promise<FoundCloseness> {
  const { pair, files } = what;
  if (pair.firstBytes === 0 || pair.secondBytes === 0)
    return { isNear: false, findings: [`The ${pair.firstBytes === 0 ? "first" : "second"} is empty.`], parts: {} };
  const findings: string[] = [];
  let parts: FoundCloseness["parts"] = {};
  for (const way of [asImages, asTexts, asPackages]) {
    const found = await inTime(way(what, work), work);
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

/** What a way found, or that there was no time for it. Errors: its own, the signal's reason. */
async function inTime(
  way: Promise<FoundCloseness | null>,
  { signal, timeOver }: ContentWork,
): Promise<FoundCloseness | null> {
  const over = Promise.withResolvers<"over">();
  const end = (): void => over.resolve("over");
  if (timeOver.aborted) end();
  timeOver.addEventListener("abort", end, { once: true });
  // What goes on unheard may fail.
  way.catch(() => undefined);
  try {
    const found = await Promise.race([way, over.promise]);
    signal.throwIfAborted();
    return found === "over" ? outOfTime : found;
  } catch (error) {
    if (signal.aborted || !timeOver.aborted) throw error;
    return outOfTime;
  } finally {
    timeOver.removeEventListener("abort", end);
  }
}

const outOfTime: FoundCloseness = {
  isNear: false,
  findings: ["How near they are was not looked at to the end: the time was over. commons compare has no such limit."],
  parts: {},
};

async function asImages({ first, second, types }: Compared, { reader }: ContentWork): Promise<FoundCloseness | null> {
  if (types.some((type) => type?.category !== "images")) return null;
  const { isNear, findings, picture, tags } = await compareImages(first.named, second.named, reader);
  return { isNear, findings, parts: { picture, tags } };
}

async function asTexts({ first, second, pair, offset, pass }: Compared): Promise<FoundCloseness | null> {
  const meant = [first, second].some(({ named }) => isLayoutMeant(named.path));
  if (Math.max(pair.firstBytes, pair.secondBytes) > maxTextBytes) {
    const large = await compareLargeTexts(pair, { offset, isLayoutMeant: meant }, pass);
    return large === null ? null : { ...large, parts: { diff: large.diff } };
  }
  const bytes = [pair.first.read(0, pair.firstBytes), pair.second.read(0, pair.secondBytes)] as const;
  const [a, b] = bytes.map(readWritten);
  if (a == null || b == null) {
    const findings = unknownEncodings(
      bytes.filter((each, index) => [a, b][index] == null && looksLikeText(each)),
      bytes,
    );
    return findings.length === 0 ? null : { isNear: false, findings, parts: {} };
  }
  refuseSecretText(first.named, a.text);
  refuseSecretText(second.named, b.text);
  const { diff, ...closeness } = await compareTexts(a, b, { isLayoutMeant: meant });
  return { ...closeness, parts: { diff } };
}

/** The texts among two files that no encoding explains. */
function unknownEncodings(unread: readonly Buffer[], [first]: readonly [Buffer, Buffer]): string[] {
  if (unread.length === 0) return [];
  const which = unread.length === 2 ? "Both look" : unread[0] === first ? "The first looks" : "The second looks";
  return [
    `${which} like a text in an encoding that is not known here (known: UTF-8, UTF-16, UTF-32, windows-1252): only bytes were compared. Convert to UTF-8 to see what differs.`,
  ];
}

/** Documents by their text, which tells more than what they are packed of; other archives by their entries. */
async function asPackages(what: Compared, work: ContentWork): Promise<FoundCloseness | null> {
  const text = await asDocuments(what, work);
  const archive = await asArchives(what, work);
  if (text === null || archive === null) return text ?? archive;
  return { isNear: text.isNear, findings: [...text.findings, ...archive.findings], parts: {} };
}

async function asArchives({ pair, pass }: Compared, { limits }: ContentWork): Promise<FoundCloseness | null> {
  const isZip = (file: FileBytes): boolean => file.read(0, 4).toString("latin1") === "PK\x03\x04";
  if (Math.max(pair.firstBytes, pair.secondBytes) > limits.maxDocumentBytes) return null;
  if (!isZip(pair.first) || !isZip(pair.second)) return null;
  const [a, b] = [pair.first.read(0, pair.firstBytes), pair.second.read(0, pair.secondBytes)];
  const closeness = await compareArchives(a, b, pass.signal);
  return closeness === null ? null : { ...closeness, parts: {} };
}

/** The text that PDF, office files and the like hold, one of them maybe a plain text. */
async function asDocuments(
  { first, second }: Compared,
  { reader, limits }: ContentWork,
): Promise<FoundCloseness | null> {
  const files = [first.named, second.named];
  const reads = files.map(({ path }) => readingOf(path));
  if (!reads.includes("whole") || reads.some((each) => each !== "whole" && each !== "text")) return null;
  const maxBytes = limits.maxDocumentBytes;
  const [a, b] = await Promise.all(files.map(({ root, path }) => reader.run("text", { root, path, maxBytes })));
  if (a?.kind !== "text" || b?.kind !== "text") return null;
  if (a.layoutFreeHash === b.layoutFreeHash)
    return {
      isNear: true,
      findings: [`They hold the same text, white space apart (${countOf(a.words, "word")}).`],
      parts: {},
    };
  const likeness = textLikeness(a, b);
  return { isNear: likeness >= likelyCopy, findings: [`They hold texts. ${likenessSentence(likeness)}`], parts: {} };
}
