import { countOf, formatBytes } from "../../core/quantities.ts";
import type { DuplicateFile, DuplicateGroup, DuplicateReport } from "../../duplicates/duplicate-report.ts";
import { duplicateFacts, duplicatesHeadline, folderLines } from "../../session/duplicates-text.ts";
import { shownName } from "../../session/shown-name.ts";
import { tableLines, type Column } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const columns: readonly Column[] = [
  { header: "frees", align: "right" },
  { header: "size", align: "right" },
  { header: "changed" },
  { header: "" },
  { header: "file", minWidth: 20, keep: "end" },
  { header: "", minWidth: 12 },
];

/** A table of the groups, the copy to keep first in each, and below it what was found and compared. */
export function duplicateLines(terminal: Terminal, path: string, report: DuplicateReport): string[] {
  const rows = report.groups.flatMap((group) => groupRows(group));
  const [header = "", ...lines] = rows.length === 0 ? [] : tableLines(columns, rows, terminal.columns);
  const shown = lines.map((line, index) => (rows[index]?.[3] === "keep" ? terminal.style("bold", line) : line));
  const left = report.groupCount - report.groups.length;
  const facts = [
    duplicatesHeadline(path, report),
    ...(left > 0 ? [`${countOf(left, "further group")} not shown: -n shows more, --json all.`] : []),
    ...folderLines(report),
    ...duplicateFacts(report),
  ];
  const table = rows.length === 0 ? [] : [terminal.style("dim", header), ...shown, ""];
  return [...table, ...facts.map(shownName)];
}

function groupRows(group: DuplicateGroup): string[][] {
  const rows = group.files.map((file, index) => fileRow(file, index, group));
  if (group.moreFiles > 0)
    rows.push(["", "", "", "", `and ${countOf(group.moreFiles, "more copy", "more copies")}`, ""]);
  return rows;
}

function fileRow(file: DuplicateFile, index: number, group: DuplicateGroup): string[] {
  const { sizeBytes, mtimeMs, path, likeness, note, otherNames } = file;
  const facts = [
    ...(index === 0 ? [group.keepBecause.replace(/\.$/, "")] : []),
    ...(likeness < 1 ? [`${Math.floor(likeness * 100)} % alike`] : []),
    ...(note === null ? [] : [note]),
    ...(otherNames.length > 0 ? [`same file: ${otherNames.join(", ")}`] : []),
    ...(index === 0 && !group.isProven ? ["not proven"] : []),
  ];
  return [
    index === 0 ? formatBytes(group.wastedBytes) : "",
    formatBytes(sizeBytes),
    new Date(mtimeMs).toISOString().slice(0, 10),
    index === 0 ? "keep" : "copy",
    shownName(path),
    shownName(facts.join("; ")),
  ];
}
