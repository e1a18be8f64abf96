import { diffArrays } from "diff";

export interface LineRange {
  /** From 1, inclusive. */
  readonly start: number;
  readonly end: number;
}

// Beyond this many differing lines, and this long, the two are different texts.
const maxEdits = 2_000;
const maxMs = 1_000;

/**
 * The lines of `now` that differ from `before`, in order; where lines were only taken out, the one that follows. Line ends of either
 * kind are the same. null: the two differ in so much that all is new. Algorithm: Myers, "An O(ND) difference algorithm", 1986.
 */
export function changedLines(before: string, now: string): LineRange[] | null {
  const [old, current] = [linesOf(before), linesOf(now)];
  const changes = diffArrays(old, current, { maxEditLength: maxEdits, timeout: maxMs });
  if (changes === undefined) return null;
  const ranges: LineRange[] = [];
  let line = 1;
  for (const [index, { added, removed, count }] of changes.entries()) {
    const isReplaced = changes[index + 1]?.added === true || changes[index - 1]?.added === true;
    if (added) ranges.push({ start: line, end: line + count - 1 });
    else if (removed && !isReplaced) {
      const next = Math.min(line, current.length);
      ranges.push({ start: next, end: next });
    }
    if (!removed) line += count;
  }
  return ranges;
}

function linesOf(text: string): string[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}
