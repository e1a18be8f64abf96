import { countOf } from "../../core/quantities.ts";
import { printableLine } from "../output/printable-text.ts";
import { wrapped } from "../output/wrapped.ts";
import type { Terminal } from "../output/terminal.ts";
import type { AreaFindings } from "./doctor-run.ts";
import type { Finding, FindingLevel } from "./finding.ts";

const words: Readonly<Record<FindingLevel, string>> = { ok: "ok", note: "note", warning: "warning", error: "error" };
const colours = { ok: "green", note: "dim", warning: "yellow", error: "red" } as const;
const order: readonly FindingLevel[] = ["error", "warning", "note"];

/** Findings first, the gravest first; then what is well, in one line or (`isVerbose`) one line each. */
export function doctorLines(terminal: Terminal, areas: readonly AreaFindings[], isVerbose: boolean): string[] {
  const all = areas.flatMap(({ area, findings }) => findings.map((finding) => ({ area, finding })));
  const lines = order.flatMap((level) =>
    all
      .filter(({ finding }) => finding.level === level)
      .flatMap(({ area, finding }) => findingLines(terminal, area, finding)),
  );
  return [...lines, ...(isVerbose ? verboseLines(terminal, all) : shortLines(areas))];
}

/** What is well, one area once; one with a finding that is not is not. */
function shortLines(areas: readonly AreaFindings[]): string[] {
  const isWell = ({ level, isSkipped }: Finding): boolean => isSkipped !== true && (level === "ok" || level === "note");
  const well = areas.filter(({ findings }) => findings.some(({ level }) => level === "ok") && findings.every(isWell));
  const left = areas.flatMap(({ area, findings }) =>
    findings.flatMap(({ fact, isSkipped }) => (isSkipped === true ? [`${area}: ${fact}`] : [])),
  );
  const ok = well.length === 0 ? [] : [`ok: ${well.map(({ area }) => area).join(", ")}`];
  return [...ok, ...left].flatMap((line) => wrapped(line, 0));
}

function verboseLines(
  terminal: Terminal,
  all: readonly { readonly area: string; readonly finding: Finding }[],
): string[] {
  const rest = all.filter(({ finding }) => finding.level === "ok");
  return rest.flatMap(({ area, finding: { fact, isSkipped } }) => {
    const label = isSkipped === true ? "-        " : `${terminal.style("green", "ok")}       `;
    const [first = "", ...more] = wrapped(printableLine(`${area}: ${fact}`), 9);
    return [`${label}${first.trimStart()}`, ...more];
  });
}

function findingLines(terminal: Terminal, area: string, { level, fact, fix }: Finding): string[] {
  const [first = "", ...rest] = wrapped(printableLine(`${area}: ${fact}`), 9);
  const label = terminal.style(colours[level], words[level]);
  const pad = " ".repeat(9 - words[level].length);
  const next = fix === null ? [] : wrapped(printableLine(`next: ${fix}`), 9);
  return [`${label}${pad}${first.trimStart()}`, ...rest, ...next];
}

export function closingLine(areas: readonly AreaFindings[]): string {
  const count = (level: FindingLevel) =>
    areas.flatMap(({ findings }) => findings).filter((each) => each.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors + warnings === 0) return "Nothing is wrong.";
  return `${countOf(errors, "error")}, ${countOf(warnings, "warning")}.`;
}
