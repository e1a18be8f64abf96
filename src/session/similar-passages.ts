import { toChunks } from "../chunk/segments.ts";
import { cutWindows } from "../chunk/windows.ts";
import type { Chunk, SkipReason } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { SimilarPassage } from "../core/similar.ts";
import { fileTypeOf } from "../extract/registry.ts";
import { filterOf, selectFiles } from "../ingest/select-files.ts";
import type { ReadResult } from "../reader/document-reader.ts";
import { openLastCommit, type FileChange, type LastCommit } from "../workspace/git-changes.ts";
import { isGitName } from "../workspace/path-form.ts";
import { isSecretName } from "../workspace/secret-names.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { type LineSpan, type SimilarMine, throwIfCancelled } from "./similar-input.ts";

/** A passage of the caller, and what to say of it. */
export interface MinePassage {
  readonly passage: SimilarPassage;
  readonly mine: SimilarMine;
}

/** What was read of one file. `changed`: it differs from the last commit; always true when that was not asked. */
export type FilePassages =
  | {
      readonly kind: "read";
      readonly path: string;
      readonly isChanged: boolean;
      readonly passages: readonly MinePassage[];
    }
  | { readonly kind: "unread"; readonly path: string; readonly reason: string };

const filesAhead = 12;
const maxCheckedBytes = 100_000_000;
const tellingReasons: ReadonlySet<SkipReason> = new Set(["too-large", "unreadable", "invalid-name"]);
// Pictures, tables and drawings have no patterns to find; their facts are all alike.
const comparedCategories = ["code", "documents"] as const;

/** Pasted code in windows: which language it is, and so where its functions begin, nobody says. */
export function passagesOfCode(code: string): MinePassage[] {
  const text = code.replaceAll("\r\n", "\n");
  const lines = text.replace(/\n$/, "").split("\n");
  const chunks = toChunks(lines, cutWindows(lines, { fileType: "text", language: null, text }));
  return chunks.map((chunk) => ({
    passage: { text: chunk.text, language: null, place: null },
    mine: { path: null, startLine: chunk.startLine, endLine: chunk.endLine, symbol: null, scope: [] },
  }));
}

/** Reads one file's passages. Errors: FILE_NOT_INDEXABLE, INPUT_INVALID for lines beyond its end. */
export async function passagesOfFile(
  session: Session,
  place: OpenWorkspace,
  { path, lines }: { readonly path: string; readonly lines: LineSpan | null },
): Promise<MinePassage[]> {
  const reader = await fileReader(session, place);
  const slash = path.lastIndexOf("/");
  // What git keeps is none of the project's text, and its config may hold a password.
  const isClosed =
    path.split("/").some(isGitName) || isSecretName(path.slice(slash + 1), path.slice(0, Math.max(0, slash)));
  const result = isClosed ? secret : await reader(path);
  if (result.kind !== "document") throw notReadable(path, result);
  const all = minePassages(result, place);
  if (lines === null) return all;
  const last = Math.max(0, ...all.map(({ mine }) => mine.endLine));
  if (lines.start > last) {
    throw new CommonsError("INPUT_INVALID", `${path} ends with line ${last}; line ${lines.start} is beyond it.`, {
      hint: `Give lines from 1 to ${last}.`,
    });
  }
  return all.filter(({ mine }) => overlaps(mine, lines)).map((each) => clipped(each, lines));
}

/** How many files a directory has to compare, and their passages file by file. */
export async function directoryPassages(
  session: Session,
  place: OpenWorkspace,
  options: {
    readonly directory: string;
    /** Only this file of it; null: all. */
    readonly file: string | null;
    readonly isChangedOnly: boolean;
    readonly signal: AbortSignal;
    readonly onScan: (names: number) => void;
  },
): Promise<{
  readonly files: number;
  readonly read: AsyncGenerator<FilePassages>;
  /** Files of code and documents that are not read at all. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}> {
  const { workspace } = place;
  const { directory, file, signal, onScan } = options;
  const { limits } = await session.reading();
  const last = options.isChangedOnly ? await openLastCommit(workspace, signal) : null;
  try {
    const isWanted = filterOf({ categories: [...comparedCategories] });
    const leftOut: { path: string; reason: string }[] = [];
    const selected = await selectFiles(
      {
        workspace,
        directory: directory === "" ? "." : directory,
        recursive: true,
        includeContent: true,
        limits,
        signal,
        onProgress: ({ scanned }) => onScan(scanned),
      },
      (path, reason) => {
        const isMeant = file === null ? fileTypeOf(path) !== null && isWanted(path) : path === file;
        if (isMeant && tellingReasons.has(reason) && !isUnchanged(last, path)) leftOut.push({ path, reason });
      },
    );
    const paths = selected.files
      .map(({ path }) => path)
      .filter((path) => (file === null ? isWanted(path) : path === file));
    const work = { reader: await fileReader(session, place), place, last, maxBytes: limits.maxFileBytes, signal };
    return { files: paths.length, read: readAhead(paths, work), leftOut };
  } catch (error) {
    last?.close();
    throw error;
  }
}

interface Reading {
  readonly reader: (path: string) => Promise<ReadResult>;
  readonly place: OpenWorkspace;
  readonly last: LastCommit | null;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

async function* readAhead(paths: readonly string[], work: Reading): AsyncGenerator<FilePassages> {
  const ahead: Promise<FilePassages>[] = [];
  try {
    for (const [index, path] of paths.entries()) {
      throwIfCancelled(work.signal);
      for (const next of paths.slice(index + ahead.length, index + filesAhead)) ahead.push(readOne(next, work));
      yield (await ahead.shift()) ?? { kind: "unread", path, reason: "failed" };
    }
  } finally {
    await Promise.allSettled(ahead);
    work.last?.close();
  }
}

/** Also of a file that is too large to compare. */
function isUnchanged(last: LastCommit | null, path: string): boolean {
  try {
    return last?.changeOf(path, maxCheckedBytes).kind === "same";
  } catch {
    // It is named with the reason that the scan gave.
    return false;
  }
}

/** Never rejects: one file that cannot be read is one result. */
async function readOne(path: string, { reader, place, last, maxBytes }: Reading): Promise<FilePassages> {
  let change: FileChange = { kind: "new" };
  try {
    if (last !== null) change = last.changeOf(path, maxBytes);
    if (change.kind === "same") return { kind: "read", path, isChanged: false, passages: [] };
    if (change.kind === "submodule")
      return { kind: "unread", path, reason: "of a submodule whose commit cannot be read" };
    const result = await reader(path);
    if (result.kind !== "document") return { kind: "unread", path, reason: reasonOf(result) };
    const passages = minePassages(result, place);
    const { metadata } = result.content;
    // Other documents count pages or slides, which no line tells.
    const ranges = change.kind === "lines" && metadata["unit"] === undefined ? change.ranges : null;
    const kept = passages.filter(({ mine }) => ranges === null || ranges.some((range) => overlaps(mine, range)));
    return { kind: "read", path, isChanged: true, passages: kept };
  } catch (error) {
    return { kind: "unread", path, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function fileReader(
  session: Session,
  { workspace }: OpenWorkspace,
): Promise<(path: string) => Promise<ReadResult>> {
  const { reader, limits } = await session.reading();
  return (path) => reader.read({ root: workspace.root, path, includeContent: true, limits, storedFingerprints: [] });
}

function minePassages(
  { reading: { path }, content }: Extract<ReadResult, { kind: "document" }>,
  { source }: OpenWorkspace,
): MinePassage[] {
  // Safe: `packChunks` made it of chunks.
  const chunks = JSON.parse(content.chunks.json) as Chunk[];
  return chunks.map(({ text, startLine, endLine, symbol, scope }) => ({
    passage: {
      text,
      language: content.language,
      place: {
        sourceKey: source.key,
        machine: source.machine,
        sourcePath: source.path,
        repositoryId: source.repository?.id ?? null,
        path,
        startLine,
        endLine,
      },
    },
    mine: { path, startLine, endLine, symbol, scope },
  }));
}

/** Only the lines that were asked for. */
function clipped({ passage, mine }: MinePassage, lines: LineSpan): MinePassage {
  const own = passage.text.split("\n");
  const count = mine.endLine - mine.startLine + 1;
  if (own.length !== count || passage.place === null) return { passage, mine };
  const startLine = Math.max(mine.startLine, lines.start);
  const endLine = Math.min(mine.endLine, lines.end);
  const text = own.slice(startLine - mine.startLine, endLine - mine.startLine + 1).join("\n");
  // The place stays whole: the rest of the function is no likeness of its part.
  return { passage: { ...passage, text }, mine: { ...mine, startLine, endLine } };
}

function overlaps(mine: LineOwner, { start, end }: LineSpan): boolean {
  return mine.startLine <= end && start <= mine.endLine;
}

type LineOwner = Pick<SimilarMine, "startLine" | "endLine">;
type Unread = Exclude<ReadResult, { kind: "document" }>;
const secret: Unread = { kind: "skipped", reason: "secret" };

function reasonOf(result: Unread): string {
  if (result.kind === "stored") return "failed";
  return result.kind === "skipped" ? (result.message ?? result.reason) : result.message;
}

function notReadable(path: string, result: Unread): CommonsError {
  return new CommonsError("FILE_NOT_INDEXABLE", `${path} cannot be compared: ${reasonOf(result)}.`, {
    hint: "Choose a file with text in it, or give the code itself.",
    details: { path },
  });
}
