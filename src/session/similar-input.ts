import { CommonsError } from "../core/errors.ts";
import type { Chunk } from "../core/document.ts";
import type { SimilarKind, SimilarMatch } from "../core/similar.ts";
import type { SearchNote } from "../core/search.ts";

/** What to find the like of. */
export type SimilarSubject =
  | { readonly kind: "code"; readonly code: string }
  /** A file, part of one, or a directory; lines from 1, inclusive, null: all. */
  | { readonly kind: "path"; readonly path: string; readonly lines: LineSpan | null }
  | { readonly kind: "workspace" };

export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

/** All plain data: it travels to the process that looks at files. */
export interface SimilarInput {
  readonly subject: SimilarSubject;
  readonly collections: "*" | readonly string[];
  /** Only the uncommitted change of it. */
  readonly isChangedOnly: boolean;
  /** Pairs at most. */
  readonly limit: number;
  /** The least similarity, 0 to 1; null: what each kind of likeness needs. */
  readonly threshold: number | null;
  /** After this long the rest is left out, and that is said. */
  readonly budgetMs: number;
}

/** Where the caller's half of a pair stands; path null: in the pasted code. */
export interface SimilarMine extends Pick<Chunk, "startLine" | "endLine" | "symbol" | "scope"> {
  readonly path: string | null;
}

export interface SimilarPair {
  readonly mine: SimilarMine;
  readonly theirs: SimilarMatch & { readonly isOwn: boolean };
  /** Further pairs of the same two files that are not shown for it. */
  readonly furtherOfFiles: number;
}

export interface SimilarAnswer {
  /** Best first. */
  readonly pairs: readonly SimilarPair[];
  /** All pairs that were found, shown or not. */
  readonly found: Readonly<Record<SimilarKind, number>>;
  readonly compared: number;
  readonly tooSmall: number;
  /** What the time was too short for: stored passages, or files. */
  readonly left: { readonly count: number; readonly of: "passage" | "file" } | null;
  /** Files that could not be read, with the reason, up to ten. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
  readonly unreadCount: number;
  /** Other checkouts of the repository that have passages in the same files. */
  readonly checkouts: readonly {
    readonly source: string;
    readonly sourcePath: string | null;
    readonly branch: string | null;
    readonly passages: number;
  }[];
  /** Of `isChangedOnly`: files that differ from the last commit. */
  readonly changedFiles: number | null;
  readonly collections: readonly string[];
  readonly searched: { readonly documents: number; readonly chunks: number };
  readonly notes: readonly SearchNote[];
  readonly ms: number;
}

const maxCodeLength = 1_000_000;

/** Puts parameters together. Errors: INPUT_INVALID for code with a path, lines without a file, empty or huge code. */
export function similarSubject(given: {
  readonly code?: string | undefined;
  readonly path?: string | undefined;
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
  readonly isChangedOnly: boolean;
}): SimilarSubject {
  const { code, path, startLine, endLine } = given;
  const hasLines = startLine !== undefined || endLine !== undefined;
  if (code !== undefined && (path !== undefined || given.isChangedOnly))
    throw invalid(
      "Give code, or a path, or changed; not two of them.",
      "Leave code out to compare what is in the workspace.",
    );
  if (hasLines && path === undefined)
    throw invalid("Lines are of a file, and no path was given.", "Give path, for example src/a.ts with its lines.");
  if (code !== undefined) {
    if (code.trim() === "")
      throw invalid("The code is empty.", "Give some lines, or a path, or neither for the whole workspace.");
    if (code.length > maxCodeLength)
      throw invalid(
        `The code has more than ${maxCodeLength.toLocaleString("en-US")} characters.`,
        "Give the path of a file instead.",
      );
    return { kind: "code", code };
  }
  if (path === undefined) return { kind: "workspace" };
  return { kind: "path", path, lines: hasLines ? spanOf(startLine ?? 1, endLine ?? Number.MAX_SAFE_INTEGER) : null };
}

/** `src/a.ts:10-40` and `src/a.ts:10` as path and lines; null: it ends with no lines. */
export function withLines(path: string): { readonly path: string; readonly lines: LineSpan } | null {
  const match = /^(.+?):(\d{1,9})(?:-(\d{1,9}))?$/.exec(path);
  if (match === null) return null;
  const start = Number(match[2]);
  return { path: match[1] ?? "", lines: spanOf(start, match[3] === undefined ? start : Number(match[3])) };
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CommonsError("CANCELLED", "The comparison was cancelled.");
}

function spanOf(start: number, end: number): LineSpan {
  if (start >= 1 && end >= start) return { start, end };
  throw invalid(
    `The lines ${start} to ${end} are no range.`,
    "Lines count from 1, and the first comes first: src/a.ts:10-40.",
  );
}

function invalid(fact: string, hint: string): CommonsError {
  return new CommonsError("INPUT_INVALID", fact, { hint });
}
