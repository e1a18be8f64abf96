import { structuredPatch } from "diff";
import type { FileChange } from "../../setup/file-change.ts";
import { fit, printableLine } from "../output/printable-text.ts";
import type { Terminal } from "../output/terminal.ts";

const contextLines = 3;
const maxShownLines = 200;
// A file without line breaks is one line.
const maxShownColumns = 500;

/** The change as a unified diff, for programs: no colours, every line. An unchanged file gives an empty text. */
export function unifiedDiff(change: FileChange): string {
  const lines = diffLines(change);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** The change as a unified diff for a person; lines are cut at 500 columns, and beyond 200 it says how many there are more. */
export function changeLines(terminal: Terminal, change: FileChange): string[] {
  const lines = diffLines(change);
  const shown = lines
    .slice(0, maxShownLines)
    .map((line) => coloured(terminal, fit(printableLine(line.slice(0, 2 * maxShownColumns)), maxShownColumns)));
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
      ...lines.filter((line) => !line.startsWith("\\")).map((line) => line.replace(/\r$/, "")),
    ]),
    ...(isBareRemoval ? ["(an empty file)"] : []),
  ];
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
