import type { CommonsError } from "../../core/errors.ts";
import { countOf, formatBytes } from "../../core/quantities.ts";
import { clientAdapters } from "../../setup/clients/registry.ts";
import { printableLine } from "../output/printable-text.ts";
import type { Terminal } from "../output/terminal.ts";
import { changeLines, unifiedDiff } from "./change-text.ts";
import type { ContainerThing } from "./container-removal.ts";
import type { HomeContents } from "./home-removal.ts";
import type { Undoable, UndoPlan, UndoState } from "./undo-plan.ts";
import { fileOf, type UndoResult } from "./undo-run.ts";

export type ContainersResult =
  | {
      readonly kind: "found";
      readonly things: readonly ContainerThing[];
      readonly failed: readonly { readonly thing: ContainerThing; readonly reason: string }[];
      readonly isDone: boolean;
    }
  | { readonly kind: "failed"; readonly error: CommonsError };

export interface DataResult extends HomeContents {
  /** Agents that use the hub; null: it cannot be asked. */
  readonly sessions: number | null;
  readonly isDone: boolean;
  /** The home itself is gone too. */
  readonly isGone: boolean;
}

/** Whose it is and where, before the file is read. */
export function undoTitle(terminal: Terminal, undoable: Undoable): string {
  const place = terminal.style("dim", `  ${printableLine(fileOf(undoable))}`);
  return `${terminal.style("bold", titleOf(undoable))}${place}`;
}

/** What would go from the file, before anybody is asked. */
export function undoPlanLines(terminal: Terminal, { state, change, isPutBack }: UndoPlan): string[] {
  const told = [notes[state], isPutBack ? "What stood there before setup comes back." : null];
  return [
    ...told.flatMap((note) => (note === null ? [] : [`  ${note}`])),
    ...(change === null ? [] : changeLines(terminal, change)),
  ];
}

const notes: Readonly<Record<UndoState, string | null>> = {
  asWritten: null,
  changedSince: "It was changed since setup wrote it; all of it goes.",
  unrecorded:
    "It starts this program, and no record says that setup wrote it: with --yes it goes only with --unrecorded.",
  foreign: "It starts something else now, and stays.",
  gone: "It is gone already.",
  stillRead: "Other agents that were set up read the block; it stays for them.",
};

export function undoLines(terminal: Terminal, { outcome, change, error }: UndoResult): string[] {
  // Where there was nothing to take out, the note has said why.
  const isSaid = outcome === "left" && change === null;
  if (error === null) return [...(isSaid ? [] : [`  ${outcomes[outcome]}`]), ""];
  const next = error.hint === undefined ? [] : [`  ${terminal.style("bold", "next:")} ${printableLine(error.hint)}`];
  return [`  ${terminal.style("red", "error:")} ${printableLine(error.message)}`, ...next, ""];
}

const outcomes = {
  removed: "taken out",
  pending: "not taken out yet",
  left: "left as it is",
  failed: "failed",
} as const;

/** For programs. `state` is null where the file could not be read. */
export function undoJson({ undoable, file, state, outcome, change, error }: UndoResult): Record<string, unknown> {
  return {
    kind: undoable.kind === "block" ? "instructions" : "entry",
    clients: clientsOf(undoable),
    file,
    state,
    outcome,
    diff: change === null ? "" : unifiedDiff(change),
    error: error === null ? null : error.toWire(),
  };
}

export function containerLines(terminal: Terminal, result: ContainersResult): string[] {
  const title = terminal.style("bold", "Containers");
  if (result.kind === "failed")
    return [title, `  error: ${result.error.message}`, `  next: ${result.error.hint ?? ""}`, ""];
  const { things, failed, isDone } = result;
  if (things.length === 0) return [title, "  nothing of this program is there", ""];
  if (!isDone) return [title, ...things.map(({ kind, name, id }) => `  ${kind} ${name || id.slice(0, 12)}`)];
  return [
    `  removed: ${things.length - failed.length} of ${things.length}`,
    ...failed.map(({ thing, reason }) => `  ${thing.kind} ${thing.name} stays: ${reason}`),
    "",
  ];
}

export function dataLines(terminal: Terminal, data: DataResult): string[] {
  const { home, removable, sizeBytes, kept, strange, sessions, isDone, isGone } = data;
  if (isDone) return [isGone ? `  deleted: ${home}` : `  deleted; ${home} itself stays, with what is named above`, ""];
  const rest = [...kept.map((name) => `  stays: ${home}/${name}${reasons[name] ?? ""}`), ...strange.map(strangeLine)];
  const title = terminal.style("bold", "Data");
  if (removable.length === 0) return [`${title}  nothing is stored in ${home}`, ...rest, ""];
  return [
    `${title}  ${formatBytes(sizeBytes)} in ${home}: ${removable.join(", ")}`,
    ...rest,
    ...(sessions === 0 ? [] : [`  ${inUse(sessions)} End them first: their next call makes a new, empty home.`]),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  backups: " (agents' files as they were)",
  exports: " (collections that you exported)",
  "setup.json": " (it knows what still stands in agents' files)",
};

function strangeLine(name: string): string {
  return `  stays, this program did not make it: ${printableLine(name)}`;
}

function inUse(sessions: number | null): string {
  return sessions === null ? "A hub runs, and agents may use it." : `${countOf(sessions, "agent")} use it now.`;
}

function titleOf(undoable: Undoable): string {
  const names = clientsOf(undoable).map((id) => clientAdapters.find((one) => one.id === id)?.title ?? id);
  return `${names.join(", ")}${undoable.kind === "block" ? " (instructions)" : ""}`;
}

function clientsOf(undoable: Undoable): readonly string[] {
  if (undoable.kind === "entry") return [undoable.entry.client];
  return undoable.kind === "block" ? undoable.leaving : [undoable.client];
}
