import { countOf, formatBytes } from "../../core/quantities.ts";
import type { RepeatGroup, RepeatPlace, RepeatReport } from "../../duplicates/repeat-report.ts";
import { repeatsFacts, repeatsHeadline } from "../../session/repeats-text.ts";
import { printableLine } from "./printable-text.ts";
import type { Terminal } from "./terminal.ts";

const kindWords: Readonly<Record<RepeatGroup["kind"], string>> = {
  "same-file": "same file",
  "same-text": "whole files of the same text",
  passages: "same text",
  "in-file": "repeated in the file",
};

/** Each group with its places below it, then what was found and left out. */
export function repeatLines(terminal: Terminal, report: RepeatReport): string[] {
  const left = report.groupCount - report.groups.length;
  const facts = [
    repeatsHeadline(report),
    ...(left > 0 ? [`${countOf(left, "further group")} not shown: -n shows more, --json all.`] : []),
    ...repeatsFacts(report),
  ];
  const groups = report.groups.flatMap((group) => groupLines(terminal, group));
  return [...groups, ...(groups.length > 0 ? [""] : []), ...facts.map(printableLine)];
}

function groupLines(terminal: Terminal, group: RepeatGroup): string[] {
  const { kind, passages, sizeBytes, wastedBytes, places, fileCount, furtherRuns } = group;
  const rest = fileCount - places.length;
  const [unit = "", where = ""] = kind === "in-file" ? ["place", "at"] : ["file", "in"];
  const size = `${countOf(passages, "passage")} of ${formatBytes(sizeBytes)} ${where} ${countOf(fileCount, unit)}`;
  return [
    `${terminal.style("bold", formatBytes(wastedBytes))}  ${kindWords[kind]}, ${size}`,
    ...places.map((place) => `    ${placeLine(terminal, place)}`),
    ...(rest > 0 ? [`    and ${countOf(rest, `more ${unit}`)}`] : []),
    ...(furtherRuns > 0 ? [`    and ${countOf(furtherRuns, "further run")} of these files`] : []),
  ];
}

function placeLine(terminal: Terminal, { place, collection, source, sourcePath, branch }: RepeatPlace): string {
  const name = `${source}${branch === null ? "" : `@${branch}`}`;
  const origin = sourcePath === null ? `note in ${collection}` : `${name} at ${sourcePath}, in ${collection}`;
  return `${terminal.style("cyan", printableLine(place))}  ${terminal.style("dim", printableLine(`(${origin})`))}`;
}
