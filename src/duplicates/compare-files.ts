import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { FileType } from "../extract/extracted.ts";
import { fileTypeByContent, fileTypeOf } from "../extract/registry.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import { firstDifference, type OpenPair, type PassOptions } from "./compare-bytes.ts";
import { closenessOf, type Compared, type FoundCloseness } from "./compare-contents.ts";
import type { ComparedFile, FileComparison } from "./file-comparison.ts";
import { OpenedFile, type NamedFile } from "./opened-file.ts";
import { refuseSecretName } from "./secret-files.ts";

export interface CompareWork {
  readonly reader: FileReader;
  readonly limits: ReadLimits;
  readonly signal: AbortSignal;
  /** What is not known after so many milliseconds is said to be so; absent: no limit. */
  readonly budgetMs?: number | undefined;
  readonly onProgress?: ((step: { readonly done: number; readonly total: number }) => void) | undefined;
}

// As long as this share of the longer one, a beginning is a copy that was cut.
const cutShare = 0.5;

/**
 * Compares two regular files: their bytes, and where those differ what they hold. Reads as much as it takes to tell. Errors:
 * FILE_NOT_READABLE for files that hold secrets by their name or text or may not be read, FILE_CHANGED, PATH_OUTSIDE_WORKSPACE,
 * PATH_WRONG_KIND, PATH_NOT_FOUND for a file that cannot be opened, CANCELLED.
 */
export async function compareFiles(first: NamedFile, second: NamedFile, work: CompareWork): Promise<FileComparison> {
  const timer = new AbortController();
  const { budgetMs } = work;
  const timeout = budgetMs === undefined ? undefined : setTimeout(() => timer.abort(), budgetMs);
  try {
    return await compareNamed(first, second, { ...work, timeOver: timer.signal });
  } catch (error) {
    if (work.signal.aborted) throw new CommonsError("CANCELLED", "The comparison was cancelled.", { cause: error });
    const code = error instanceof CommonsError ? undefined : systemErrorCode(error);
    if (code === undefined) throw error;
    throw new CommonsError("FILE_NOT_READABLE", `${first.shown} or ${second.shown} cannot be read (${code}).`, {
      hint: "Check the disk, and that both are files like others.",
      cause: error,
    });
  } finally {
    clearTimeout(timeout);
  }
}

/** `timeOver` ends what takes too long; what is known by then is told. */
type BoundedWork = CompareWork & { readonly timeOver: AbortSignal };

async function compareNamed(first: NamedFile, second: NamedFile, work: BoundedWork): Promise<FileComparison> {
  for (const each of [first, second]) refuseSecretName(each);
  using a = await OpenedFile.open(first);
  using b = await OpenedFile.open(second);
  const comparison = await compareOpened(a, b, work);
  // Of one file by two names nothing was compared.
  if (oneFile(a, b) === null) for (const each of [a, b]) each.requireUnchanged();
  return comparison;
}

async function compareOpened(a: OpenedFile, b: OpenedFile, work: BoundedWork): Promise<FileComparison> {
  const pair: OpenPair = { first: a.bytes, second: b.bytes, firstBytes: a.sizeBytes, secondBytes: b.sizeBytes };
  const types = [await typeOf(a), await typeOf(b)] as const;
  const files = { first: described(a, types[0]), second: described(b, types[1]) };
  const plain = { ...files, diff: null, picture: null, tags: null };
  const linked = oneFile(a, b);
  if (linked !== null) return { ...plain, verdict: "same", findings: [linked] };
  const pass = new BytePass(pair, work);
  const offset = await pass.firstDifference();
  if (offset === "unknown") return { ...plain, verdict: "undecided", findings: [pass.howFar()] };
  if (offset === null) return { ...plain, verdict: "same", findings: [sameSentence(pair.firstBytes)] };
  const compared: Compared = { first: a, second: b, pair, offset, files, types, pass: pass.options };
  const close = await closenessOf(compared, work);
  const findings = [...close.findings, ...byteFacts(pair, offset, close)];
  const isNear = close.isNear || isCutCopy(pair, offset);
  return { ...plain, ...close.parts, verdict: isNear ? "near" : "different", findings };
}

/** Goes through the bytes of both, as far as there is time. */
class BytePass {
  readonly options: PassOptions;
  readonly #pair: OpenPair;
  readonly #work: BoundedWork;
  #done = 0;

  constructor(pair: OpenPair, work: BoundedWork) {
    const total = Math.max(pair.firstBytes, pair.secondBytes);
    this.#pair = pair;
    this.#work = work;
    this.options = {
      signal: AbortSignal.any([work.signal, work.timeOver]),
      onBytes: (done) => {
        this.#done = Math.min(done, total);
        work.onProgress?.({ done: this.#done, total });
      },
    };
  }

  /** "unknown": the time was over first. */
  async firstDifference(): Promise<number | null | "unknown"> {
    try {
      return await firstDifference(this.#pair, this.options);
    } catch (error) {
      if (this.#work.signal.aborted || !this.#work.timeOver.aborted) throw error;
      return "unknown";
    }
  }

  howFar(): string {
    const { firstBytes, secondBytes } = this.#pair;
    const sizes = firstBytes === secondBytes ? "" : " Their sizes differ, so they are not the same.";
    return `The first ${formatBytes(this.#done)} of ${formatBytes(Math.max(firstBytes, secondBytes))} are the same; after ${formatDuration(this.#work.budgetMs ?? 0)} the comparison was ended.${sizes} commons compare has no such limit.`;
  }
}

/** What is told of two paths that lead to one file; null: they lead to two. */
function oneFile(a: OpenedFile, b: OpenedFile): string | null {
  if (a.stat.dev !== b.stat.dev || a.stat.ino !== b.stat.ino) return null;
  return a.named.root === b.named.root && a.named.path === b.named.path
    ? "Both paths lead to the same file: there is nothing to compare."
    : "Two names of one file (a hard link): a change of one is a change of the other, and the second takes no room.";
}

function byteFacts({ firstBytes, secondBytes }: OpenPair, offset: number, { parts }: FoundCloseness): string[] {
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

function isCutCopy({ firstBytes, secondBytes }: OpenPair, offset: number): boolean {
  const [shorter, longer] = [Math.min(firstBytes, secondBytes), Math.max(firstBytes, secondBytes)];
  return offset === shorter && shorter >= longer * cutShare;
}

async function typeOf({ bytes, sizeBytes, named: { path } }: OpenedFile): Promise<FileType | null> {
  const read = async (offset: number, length: number) => bytes.read(offset, length);
  return (await fileTypeByContent({ path, sizeBytes, read })) ?? fileTypeOf(path);
}

function described({ named, sizeBytes, stat }: OpenedFile, type: FileType | null): ComparedFile {
  return { path: named.shown, sizeBytes, mtimeMs: Number(stat.mtimeMs), type: type?.id ?? null };
}
