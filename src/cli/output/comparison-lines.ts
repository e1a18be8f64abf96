import type { FileComparison, TagDifferences, TextDiff } from "../../duplicates/file-comparison.ts";
import { diffWords, fileWords, verdictWords } from "../../session/compare-text.ts";
import { shownName } from "../../session/shown-name.ts";
import { fit, printableLine } from "./printable-text.ts";
import type { StyleName, Terminal } from "./terminal.ts";

const verdictStyles: Readonly<Record<FileComparison["verdict"], StyleName>> = {
  same: "green",
  near: "yellow",
  different: "red",
  undecided: "yellow",
};
const maxValueColumns = 50;
const lineStyles: Readonly<Record<string, StyleName>> = { "-": "red", "+": "green", "@": "cyan" };

/** A comparison as a person reads it. */
export function comparisonLines(terminal: Terminal, comparison: FileComparison): string[] {
  const { verdict, first, second, findings, tags, diff } = comparison;
  const head = `${terminal.style(verdictStyles[verdict], verdictWords[verdict])}: ${findings.map(printableLine).join(" ")}`;
  const files = [first, second].map((file) =>
    terminal.style("dim", `  ${shownName(file.path)}: ${printableLine(fileWords(file))}`),
  );
  return [
    head,
    ...files,
    ...(tags === null ? [] : tagTable(terminal, tags)),
    ...diffLinesOf(terminal, comparison, diff),
  ];
}

function tagTable(terminal: Terminal, { rows, leftOut }: TagDifferences): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ name, first, second }) =>
    [name, first ?? "-", second ?? "-"].map((cell) => fit(printableLine(cell), maxValueColumns)),
  );
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map(
    ([name = "", first = "", second = ""]) =>
      `  ${name.padEnd(widths[0] ?? 0)}  ${first.padEnd(widths[1] ?? 0)}  ${second}`,
  );
  const more = leftOut > 0 ? [`  ... and ${leftOut.toLocaleString("en-US")} more`] : [];
  return ["", terminal.style("bold", "Tags that differ"), ...lines, ...more];
}

function diffLinesOf(terminal: Terminal, { first, second }: FileComparison, diff: TextDiff | null): string[] {
  if (diff === null) return [];
  const names = [`--- ${shownName(first.path)}`, `+++ ${shownName(second.path)}`];
  const lines = diff.text.split("\n").slice(0, -1).map(printableLine);
  const styled = lines.map((line) => {
    const style = lineStyles[line[0] ?? ""];
    return style === undefined ? line : terminal.style(style, line);
  });
  const left = diff.leftOut > 0 ? [`${diffWords(diff)}.`] : [];
  return ["", ...names.map((name) => terminal.style("bold", name)), ...styled, ...left];
}
