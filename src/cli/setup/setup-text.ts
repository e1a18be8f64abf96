import type { CommonsError } from "../../core/errors.ts";
import { countOf, formatDuration } from "../../core/quantities.ts";
import { printable, printableLine } from "../output/printable-text.ts";
import type { Terminal } from "../output/terminal.ts";
import { wrapped } from "../output/wrapped.ts";
import type { AgentPlan } from "./agent-plan.ts";
import type { SelectedAgent } from "./agent-selection.ts";
import { changeLines, unifiedDiff } from "./change-text.ts";
import type { InstructionsResult } from "./instructions-run.ts";
import type { AgentResult } from "./setup-run.ts";

/** What will be done with one agent, before anybody is asked. */
export function planLines(terminal: Terminal, { client }: SelectedAgent, plan: AgentPlan): string[] {
  const file = plan.kind === "change" ? plan.change.file : plan.file;
  const place = file === null ? "" : terminal.style("dim", `  ${printableLine(file)}`);
  const title = `${terminal.style("bold", client.title)}${place}`;
  return plan.kind === "change" ? [title, ...changeLines(terminal, plan.change)] : [title];
}

/** What became of it. */
export function resultLines(terminal: Terminal, result: AgentResult): string[] {
  const { outcome, error, notes, client, signs } = result;
  const isWritten = outcome === "changed" || outcome === "pending";
  return [
    ...(error === null ? [row(outcomeText(result))] : errorRows(terminal, error)),
    ...checkRows(terminal, result),
    ...[...notes, ...(isWritten ? client.notes : [])].flatMap(noteRows),
    ...(signs.length === 0 && isWritten ? noteRows(`${client.title} was not found on this machine.`) : []),
    "",
  ];
}

/** The last lines: how many of what, and what to do next. */
export function closingLines(results: readonly AgentResult[]): string[] {
  const count = (...outcomes: readonly AgentResult["outcome"][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const changed = count("changed");
  const pending = count("pending");
  if (changed > 0)
    return [
      `${countOf(changed, "agent")} set up. Sessions that start from now on share the context; the way back: commons uninstall`,
    ];
  if (pending > 0) return [`Nothing was changed. ${countOf(pending, "agent")} would be set up.`];
  if (count("declined", "failed") === 0) return ["Nothing to change: every agent is set up."];
  return ["Nothing was changed."];
}

/** The same for programs. Diffs are unified diffs; `error` is null or {code, message, hint}. */
export function resultJson(result: AgentResult): Record<string, unknown> {
  const { client, signs, scope, file, outcome, change, backup, notes, error, check, ownCheck } = result;
  return {
    client: client.id,
    title: client.title,
    signs,
    scope,
    file,
    outcome,
    diff: change === null ? "" : unifiedDiff(change),
    backup,
    notes: [...notes, ...client.notes],
    error: error === null ? null : error.toWire(),
    check,
    ownCheck,
  };
}

export function instructionLines(terminal: Terminal, result: InstructionsResult): string[] {
  if (result.error !== null) return errorRows(terminal, result.error);
  return [row(`instructions: ${result.file} ${instructionsText(result)}`)];
}

function instructionsText({ outcome, backup }: InstructionsResult): string {
  if (outcome === "unchanged") return "has the block already";
  if (outcome === "pending") return "would get the block";
  if (outcome === "declined") return "stays as it is";
  return `has the block now${backup === null ? "" : `; as it was: ${backup}`}`;
}

function outcomeText({ outcome, backup }: AgentResult): string {
  if (outcome === "unchanged") return "nothing to change";
  if (outcome === "pending") return "not written yet";
  if (outcome === "declined") return "left as it is";
  return backup === null ? "written: a new file" : `written; the file as it was: ${backup}`;
}

function errorRows(terminal: Terminal, { message, hint }: CommonsError): string[] {
  return [
    `  ${terminal.style("red", "error:")} ${printableLine(message)}`,
    ...(hint === undefined ? [] : [`  ${terminal.style("bold", "next:")} ${printableLine(hint)}`]),
  ];
}

function checkRows(terminal: Terminal, { check, ownCheck }: AgentResult): string[] {
  const rows: string[] = [];
  if (check?.kind === "ok")
    rows.push(row(`starts in a bare environment: ${countOf(check.tools, "tool")} after ${formatDuration(check.ms)}`));
  if (check?.kind === "failed") {
    rows.push(`  ${terminal.style("red", "error:")} The entry does not start a server. ${printableLine(check.reason)}`);
    rows.push(...outputRows(check.stderr));
    rows.push(`  ${terminal.style("bold", "next:")} commons doctor says what is wrong; the change stays.`);
  }
  if (ownCheck?.isThere) rows.push(row(`${ownCheck.command}: the agent knows the entry`));
  if (ownCheck?.isThere === false) {
    rows.push(`  ${terminal.style("yellow", "warning:")} ${ownCheck.command} does not show the entry. It says:`);
    rows.push(...outputRows(ownCheck.output || "(nothing)"));
  }
  return rows;
}

function outputRows(output: string): string[] {
  const lines = printable(output).trimEnd().split("\n");
  return lines
    .filter((line) => line !== "")
    .slice(-10)
    .map((line) => `    | ${line}`);
}

function noteRows(note: string): string[] {
  return wrapped(`note: ${printableLine(note)}`, 2);
}

function row(text: string): string {
  return `  ${printableLine(text)}`;
}
