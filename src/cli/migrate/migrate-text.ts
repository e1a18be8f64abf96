import type { CommonsError } from "../../core/errors.ts";
import { countOf } from "../../core/quantities.ts";
import type { EarlierPlace } from "../../portable/earlier/earlier-place.ts";
import { migrationLines } from "../../session/migration-text.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { printableLine } from "../output/printable-text.ts";
import type { Terminal } from "../output/terminal.ts";
import type { CollectionPlan, CollectionResult } from "./collections-run.ts";
import type { KeptEntry } from "./entry-fate.ts";
import { entryTitle, migrateCommand, type PlaceRef } from "./place-ref.ts";

/** What is wrong with an entry of an earlier server. */
export function entryLines(terminal: Terminal, { title, file, entry, kind, problems }: EarlierEntry): string[] {
  const server = kind === "chroma-mcp" ? "the official chroma-mcp" : "an earlier ChromaDB context server";
  return [
    `${terminal.style("bold", printableLine(`${title}: ${entry.name}`))}  ${terminal.style("dim", printableLine(file))}`,
    `  It starts ${server}.`,
    ...problems.map(({ text }) => `  - ${printableLine(text)}`),
    "",
  ];
}

/** What would be brought over from a place. */
export function planTexts(terminal: Terminal, place: EarlierPlace, plans: readonly CollectionPlan[]): string[] {
  const title = terminal.style("bold", printableLine(`Collections of ${place.title}`));
  if (plans.length === 0) return [title, "  There are none.", ""];
  return [title, ...plans.map((plan) => `  ${printableLine(planText(plan))}`), ""];
}

function planText(plan: CollectionPlan): string {
  const { name, records, database } = plan.collection;
  const where = database === null || database === "default_database" ? "" : ` (database ${database})`;
  const size = records === null ? "" : `, ${countOf(records, "record")}`;
  if (plan.kind === "leave") return `${name}${where}${size}: left out, ${plan.reason}`;
  if (plan.kind === "refused")
    return `${name || "(no name)"}${where}${size}: ${plan.error.message} ${plan.error.hint ?? ""}`;
  return `${name}${where}${size}${plan.to === name ? "" : ` -> ${plan.to}`}`;
}

export function resultTexts(terminal: Terminal, result: CollectionResult): string[] {
  const name = printableLine(result.collection.name || "(no name)");
  if (result.kind === "refused") return [`${name}: not brought over.`, ...errorLines(terminal, result.error)];
  if (result.kind !== "done") return [];
  const { to, outcome, records, added, changed, unchanged, removed } = result.report;
  const changes = `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed`;
  const isSame = added + changed + removed === 0;
  const done =
    outcome === "created"
      ? `${countOf(records, "record")}, ${countOf(added, "text")} stored`
      : isSame
        ? `nothing changed, ${countOf(unchanged, "text")} up to date`
        : `brought up to date: ${changes}`;
  return [`${printableLine(to)}: ${done}.`, ...migrationLines(result.report).map((line) => `  ${printableLine(line)}`)];
}

export function errorLines(terminal: Terminal, { message, hint }: CommonsError): string[] {
  return [
    `  ${terminal.style("red", "error:")} ${printableLine(message)}`,
    ...(hint === undefined ? [] : [`  ${terminal.style("bold", "next:")} ${printableLine(hint)}`]),
  ];
}

/** Places that were found and not looked into. */
export function foundLines(refs: readonly PlaceRef[]): string[] {
  if (refs.length === 0) return [];
  return [
    "These look like an earlier ChromaDB. To bring their collections over:",
    ...refs.map((ref) => `  ${printableLine(migrateCommand(ref))}`),
    "",
  ];
}

/** An entry that was not replaced, why, and what goes on from here. */
export function keptLines(terminal: Terminal, { entry, reason, command }: KeptEntry): string[] {
  const other = "commons migrate --without-collections";
  return [
    printableLine(`${entryTitle(entry)} stays in ${entry.file}: ${reason}`),
    `  ${terminal.style("bold", "next:")} ${printableLine(command)}`,
    ...(command === other ? [] : [`  or, to replace the entry without its collections: ${other}`]),
    "",
  ];
}
