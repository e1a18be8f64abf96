import { structuredPatch } from "diff";
import type { FileChange } from "../../setup/file-change.ts";
import { fit, printableLine } from "../output/printable-text.ts";
import type { Terminal } from "../output/terminal.ts";

const contextLines = 3;
const maxShownLines = 200;
// A file without line breaks is one line.
const maxShownColumns = 500;
const columnsBeforeDifference = 60;

/** The change as a unified diff, for programs: no colours, every line. An unchanged file gives an empty text. */
export function unifiedDiff(change: FileChange): string {
  const lines = diffLines(change);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/**
 * The change as a unified diff for a person; of longer lines it shows 500 columns around what differs, and beyond 200 lines it says how many
 * there are more.
 */
export function changeLines(terminal: Terminal, change: FileChange): string[] {
  const lines = diffLines(change);
  const shown = aroundDifferences(lines.slice(0, maxShownLines)).map((line) =>
    coloured(terminal, fit(printableLine(line.slice(0, 2 * maxShownColumns)), maxShownColumns)),
  );
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, `(${rest} more lines)`] : shown;
}

function diffLines({ file, before, after }: FileChange): string[] {
  if (before === after) return [];
  const { hunks } = structuredPatch(file, file, before ?? "", after ?? "", "", "", { context: contextLines });
  const isBareRemoval = hunks.length === 0;
  return [
    `--- ${before === null ? "(no file)" : file}`,
    `+++ ${after === null ? "(no file)" : file}`,
    ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${firstLine(oldStart, oldLines)},${oldLines} +${firstLine(newStart, newLines)},${newLines} @@`,
      ...lines.map((line) => line.replace(/\r$/, "")),
    ]),
    ...(isBareRemoval ? ["(an empty file)"] : []),
  ];
}

/** Long lines that were replaced begin shortly before the first character in which old and new differ. */
function aroundDifferences(lines: readonly string[]): string[] {
  const shown = [...lines];
  // The first two lines name the file.
  for (let start = 2; start < lines.length; start++) {
    const removed = runOf(lines, start, "-");
    const added = runOf(lines, start + removed, "+");
    for (let index = start; index < start + Math.min(removed, added); index++) {
      const before = lines[index] ?? "";
      const after = lines[index + removed] ?? "";
      if (Math.max(before.length, after.length) <= maxShownColumns) continue;
      const from = sameCharacters(before, after) - columnsBeforeDifference;
      shown[index] = cutFrom(before, from);
      shown[index + removed] = cutFrom(after, from);
    }
    start += Math.max(0, removed + added - 1);
  }
  return shown;
}

/** How many lines of that mark stand there; the line on a missing end of line belongs to the one before it. */
function runOf(lines: readonly string[], start: number, mark: "-" | "+"): number {
  const length = lines
    .slice(start)
    .findIndex((line, index) => !line.startsWith(mark) && (index === 0 || !line.startsWith("\\")));
  return length === -1 ? lines.length - start : length;
}

/** How many characters after the mark are the same. */
function sameCharacters(before: string, after: string): number {
  let count = 0;
  while (count + 1 < before.length && before[count + 1] === after[count + 1]) count++;
  return count;
}

function cutFrom(line: string, from: number): string {
  return from <= 0 ? line : `${line.slice(0, 1)}…${line.slice(1 + from)}`;
}

/** As diff -u has it: no lines stand after the line before them. */
function firstLine(start: number, lines: number): number {
  return lines === 0 ? start - 1 : start;
}

function coloured(terminal: Terminal, line: string): string {
  if (line.startsWith("---") || line.startsWith("+++")) return terminal.style("bold", line);
  if (line.startsWith("@@")) return terminal.style("cyan", line);
  if (line.startsWith("+")) return terminal.style("green", line);
  return line.startsWith("-") ? terminal.style("red", line) : line;
}
