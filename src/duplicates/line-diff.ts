import { structuredPatch, type StructuredPatchHunk } from "diff";
import { changedSpan, lineBreaks, type ChangedSpan } from "./changed-span.ts";
import type { TextDiff } from "./file-comparison.ts";

const contextLines = 3;
// It runs in the thread that calls; most of what a person compares takes some milliseconds.
const maxMs = 2_000;
const maxEdits = 20_000;
// Each becomes an object or two before the time is looked at.
const maxExactLines = 400_000;
// Enough for the lines that are shown around a change, as a rule.
const marginChars = 1_000;
const maxShownLines = 240;
const maxShownChars = 16_000;
const maxLineChars = 240;
const charsBeforeChange = 60;

export interface LineDiffOptions {
  /** The line that the texts begin with, from 1: they may be cut out of larger ones. */
  readonly firstLine?: number;
  readonly maxMs?: number;
}

/**
 * The changed lines of two texts that end their lines with "\n", by Myers' algorithm ("An O(ND) difference algorithm", 1986; the library
 * `diff`). Bounded in time, in the lines it gives, and in the length of each: of a long line it gives what lies around the change.
 */
export function diffLines(first: string, second: string, options: LineDiffOptions = {}): TextDiff {
  const shift = (options.firstLine ?? 1) - 1;
  const hunks = exactHunks(changedSpan(first, second, marginChars), options.maxMs ?? maxMs);
  if (hunks !== null) return { ...shown(hunks, shift), isExact: true };
  const span = changedSpan(first, second, 0);
  const [removed, added] = [lineCount(span.first), lineCount(span.second)];
  const { text, leftOut } = shown([wholeHunk(span, { removed, added })], shift);
  // Of many lines only so many were made as there is room for.
  const notMade = Math.max(0, removed - maxShownLines) + Math.max(0, added - maxShownLines);
  return { added, removed, text, leftOut: leftOut + notMade, isExact: false };
}

function exactHunks({ first, second, firstLine }: ChangedSpan, timeout: number): readonly StructuredPatchHunk[] | null {
  if (lineCount(first) + lineCount(second) > maxExactLines) return null;
  const limits = { context: contextLines, timeout, maxEditLength: maxEdits };
  const patch = structuredPatch("", "", first, second, "", "", limits);
  const before = firstLine - 1;
  return (
    patch?.hunks.map((hunk) => ({ ...hunk, oldStart: hunk.oldStart + before, newStart: hunk.newStart + before })) ??
    null
  );
}

/** All lines of the span as one change; of many the first. */
function wholeHunk(
  { first, second, firstLine }: ChangedSpan,
  { removed, added }: { readonly removed: number; readonly added: number },
): StructuredPatchHunk {
  const lines = [...firstLines(first).map((line) => `-${line}`), ...firstLines(second).map((line) => `+${line}`)];
  return { oldStart: firstLine, oldLines: removed, newStart: firstLine, newLines: added, lines };
}

function firstLines(text: string): string[] {
  const lines = text.split("\n", maxShownLines);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A last line without a line break counts. */
export function lineCount(text: string): number {
  return lineBreaks(text, 0, text.length) + (text === "" || text.endsWith("\n") ? 0 : 1);
}

function shown(hunks: readonly StructuredPatchHunk[], shift: number): Omit<TextDiff, "isExact"> {
  const counts = { added: 0, removed: 0, shown: 0 };
  const out: string[] = [];
  let room = maxShownChars;
  for (const hunk of hunks) {
    const lines = shortened(hunk.lines);
    const isBegun = room > 0 && out.length < maxShownLines;
    if (isBegun)
      out.push(
        `@@ -${rangeOf(hunk.oldStart + shift, hunk.oldLines)} +${rangeOf(hunk.newStart + shift, hunk.newLines)} @@`,
      );
    for (const line of lines) {
      const isAdded = line.startsWith("+");
      const isRemoved = line.startsWith("-");
      if (isAdded) counts.added++;
      if (isRemoved) counts.removed++;
      if (room <= 0 || out.length >= maxShownLines) continue;
      out.push(line);
      room -= line.length + 1;
      if (isAdded || isRemoved) counts.shown++;
    }
  }
  const { added, removed } = counts;
  return { added, removed, text: out.map((line) => `${line}\n`).join(""), leftOut: added + removed - counts.shown };
}

function rangeOf(start: number, count: number): string {
  return count === 1 ? `${start}` : `${start},${count}`;
}

/** Long lines cut to what lies around the change: the first of the removed lines of a block stands against the first that was added. */
function shortened(lines: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length;) {
    let end = at;
    while (end < lines.length && lines[end]?.startsWith(" ") === false) end++;
    if (end === at) {
      out.push(cutAround(lines[at++] ?? "", 0));
      continue;
    }
    for (const line of shortenedBlock(lines.slice(at, end))) out.push(line);
    at = end;
  }
  return out;
}

/** Beside lines that were removed and added it may hold the mark of a text without a line break at its end. */
function shortenedBlock(block: readonly string[]): string[] {
  const removed = block.filter((line) => line.startsWith("-"));
  const added = block.filter((line) => line.startsWith("+"));
  const places = removed.map((line, index) => equalChars(line.slice(1), (added[index] ?? line).slice(1)));
  const seen = { "-": 0, "+": 0 };
  return block.map((line) => {
    const mark = line[0];
    return mark === "-" || mark === "+" ? cutAround(line, places[seen[mark]++] ?? 0) : line;
  });
}

function equalChars(first: string, second: string): number {
  if (first.length <= maxLineChars && second.length <= maxLineChars) return 0;
  const length = Math.min(first.length, second.length);
  let at = 0;
  while (at < length && first.charCodeAt(at) === second.charCodeAt(at)) at++;
  return at === first.length && at === second.length ? 0 : at;
}

/** A line with its mark; `place` is where its change begins, behind the mark. */
function cutAround(line: string, place: number): string {
  if (line.length <= maxLineChars + 1) return line;
  const text = line.slice(1);
  const from = Math.max(0, Math.min(place - charsBeforeChange, text.length - maxLineChars));
  const piece = text.slice(from, from + maxLineChars).toWellFormed();
  const before = from > 0 ? "... " : "";
  return `${line[0] ?? ""}${before}${piece} ... (${text.length.toLocaleString("en-US")} characters, from ${(from + 1).toLocaleString("en-US")})`;
}
