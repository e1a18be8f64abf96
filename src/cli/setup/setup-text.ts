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

/** What was done, before it is proven. */
export function outcomeLines(terminal: Terminal, result: AgentResult): string[] {
  return result.error === null ? [row(outcomeText(result))] : errorRows(terminal, result.error);
}

/** Whether it works, and what else there is to know. */
export function proofLines(terminal: Terminal, result: AgentResult): string[] {
  const { outcome, notes, client, signs } = result;
  const isWritten = outcome === "changed" || outcome === "pending";
  return [
    ...checkRows(terminal, result),
    ...[...notes, ...(isWritten ? client.notes : [])].flatMap(noteRows),
    ...(signs.length === 0 && isWritten ? noteRows(`${client.title} was not found on this machine.`) : []),
    "",
  ];
}

/** Whether an entry stands there that does not start, or that the agent itself does not know. */
export function isUnproven({ check, ownCheck }: Pick<AgentResult, "check" | "ownCheck">): boolean {
  return check?.kind === "failed" || ownCheck?.isThere === false;
}

/** The last lines: how many of what, and what to do next. */
export function closingLines(results: readonly AgentResult[], instructions: readonly InstructionsResult[]): string[] {
  const of = (outcome: AgentResult["outcome"]) => results.filter((result) => result.outcome === outcome);
  const proven = of("changed").filter((result) => !isUnproven(result));
  const failed = instructions.filter(({ outcome }) => outcome === "failed").length;
  return [
    ...(proven.length > 0
      ? [`${countOf(proven.length, "agent")} set up. Sessions that start from now on share the context; ${wayBack}`]
      : unchangedLine(results, instructions)),
    ...listed(of("changed").filter(isUnproven), `written, but not proven to work: see above; ${wayBack}`),
    ...listed(of("unchanged").filter(isUnproven), "left as it is, but not proven to work: see above."),
    ...listed(of("failed"), "not set up: see above."),
    ...listed(of("skipped"), "skipped: see above."),
    ...(failed > 0 ? [`${countOf(failed, "file")} of instructions could not be changed: see above.`] : []),
  ];
}

const wayBack = "the way back: commons uninstall";

/** Where nothing was set up that works. */
function unchangedLine(results: readonly AgentResult[], instructions: readonly InstructionsResult[]): string[] {
  const count = (outcome: AgentResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  if (count("changed") > 0 || instructions.some(({ outcome }) => outcome === "changed")) return [];
  if (count("pending") > 0) return [`Nothing was changed. ${countOf(count("pending"), "agent")} would be set up.`];
  const isAllThere = results.every(
    (result) => result.outcome === "skipped" || (result.outcome === "unchanged" && !isUnproven(result)),
  );
  const isRefused = instructions.some(({ outcome }) => outcome !== "unchanged");
  if (!isAllThere || isRefused || count("unchanged") === 0) return ["Nothing was changed."];
  return [`Nothing to change: every ${count("skipped") > 0 ? "other agent" : "agent"} is set up.`];
}

function listed(results: readonly AgentResult[], fact: string): string[] {
  const titles = results.map(({ client }) => client.title).join(", ");
  return results.length === 0 ? [] : [`${countOf(results.length, "agent")} (${titles}) ${fact}`];
}

/** The last lines when a person interrupts: what is done stays. */
export function interruptedLines(
  results: readonly AgentResult[],
  instructions: readonly InstructionsResult[],
): string[] {
  const written = results.filter(({ outcome }) => outcome === "changed");
  const files = instructions.filter(({ outcome }) => outcome === "changed").map(({ file }) => printableLine(file));
  if (written.length + files.length === 0) return ["", "Interrupted: nothing was changed."];
  return [
    "",
    ...listed(written, "written."),
    ...(files.length > 0 ? [`Instructions written: ${files.join(", ")}.`] : []),
    `What is written stays. To go on: commons setup; ${wayBack}`,
  ];
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
  if (outcome === "skipped") return "skipped";
  return backup === null ? "written: a new file" : `written; the file as it was: ${backup}`;
}

function errorRows(terminal: Terminal, { message, hint }: CommonsError): string[] {
  return [
    `  ${terminal.style("red", "error:")} ${printableLine(message)}`,
    ...(hint === undefined ? [] : [`  ${terminal.style("bold", "next:")} ${printableLine(hint)}`]),
  ];
}

function checkRows(terminal: Terminal, result: AgentResult): string[] {
  const { check, ownCheck } = result;
  const rows: string[] = [];
  if (check?.kind === "ok")
    rows.push(row(`starts in a bare environment: ${countOf(check.tools, "tool")} after ${formatDuration(check.ms)}`));
  if (check?.kind === "failed") {
    rows.push(`  ${terminal.style("red", "error:")} The entry does not start a server. ${printableLine(check.reason)}`);
    // What ends a server stands last in what it says.
    rows.push(...outputRows(check.stderr, -shownOutputLines));
    rows.push(`  ${terminal.style("bold", "next:")} ${nextStep(result)}`);
  }
  if (ownCheck?.isThere) rows.push(row(`${ownCheck.command}: the agent knows the entry`));
  if (ownCheck?.isThere === false) {
    const fact = ownCheck.exitCode ? `ends with exit code ${ownCheck.exitCode}` : "does not show the entry";
    rows.push(`  ${terminal.style("yellow", "warning:")} ${ownCheck.command} ${fact}. It says:`);
    rows.push(...outputRows(ownCheck.output || "(nothing)", 0));
  }
  return rows;
}

function nextStep({ outcome, client }: AgentResult): string {
  if (outcome === "changed") return `commons doctor says what is wrong; the change stays; ${wayBack}`;
  return `commons doctor says what is wrong; an entry anew in its place: commons setup --client ${client.id} --replace`;
}

const shownOutputLines = 10;

/** Ten lines, from that one on; a negative number counts from the end. */
function outputRows(output: string, from: number): string[] {
  const lines = printable(output).trimEnd().split("\n");
  return lines
    .filter((line) => line !== "")
    .slice(from)
    .slice(0, shownOutputLines)
    .map((line) => `    | ${line}`);
}

function noteRows(note: string): string[] {
  return wrapped(`note: ${printableLine(note)}`, 2);
}

function row(text: string): string {
  return `  ${printableLine(text)}`;
}
