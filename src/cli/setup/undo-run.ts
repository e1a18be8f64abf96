import { asCommonsError, type CommonsError } from "../../core/errors.ts";
import { resolveLinks } from "../../setup/plain-file.ts";
import { readClientFiles } from "../../setup/read-entries.ts";
import { startsThisProgram } from "../../setup/server-entry.ts";
import type { SetupRecord } from "../../setup/setup-record.ts";
import type { Answer } from "./consent.ts";
import type { SetupFiles } from "./setup-files.ts";
import { planUndo, type Undoable, type UndoPlan, type UndoState } from "./undo-plan.ts";

/** What became of one entry or block. */
export interface UndoResult {
  readonly undoable: Undoable;
  readonly file: string;
  readonly state: UndoState | null;
  readonly outcome: "removed" | "pending" | "left" | "failed";
  readonly change: UndoPlan["change"];
  readonly error: CommonsError | null;
}

export interface UndoRun {
  readonly files: SetupFiles;
  readonly signal: AbortSignal;
  /** null: only look. */
  readonly agree: ((undoable: Undoable, plan: UndoPlan) => Promise<Answer>) | null;
  readonly onStart: (undoable: Undoable) => void;
  readonly onPlan: (plan: UndoPlan) => void;
  readonly onResult: (result: UndoResult) => void;
}

/** What set-up wrote for those agents (null: for all), and entries of ours that it did not write. A broken file of theirs is no hindrance. */
export async function findUndoables(
  record: SetupRecord,
  clients: readonly string[] | null,
  place: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<Undoable[]> {
  const isMeant = (id: string) => clients === null || clients.includes(id);
  const entries = record.entries.filter(({ client }) => isMeant(client));
  const blocks = record.blocks.flatMap((block) => {
    const leaving = block.clients.filter(isMeant);
    return leaving.length === 0 ? [] : [{ kind: "block" as const, block, leaving }];
  });
  const seen = new Set(record.entries.map(({ file, keys }) => placeKey(file, keys)));
  const unrecorded: Undoable[] = [];
  for (const { client, file, format, content } of await readClientFiles({ ...place, platform: process.platform })) {
    if (!isMeant(client.id) || content.kind === "broken") continue;
    for (const { keys } of content.entries.filter((one) => startsThisProgram(one.entry))) {
      const key = placeKey(await resolveLinks(file), keys);
      if (seen.has(key)) continue;
      seen.add(key);
      unrecorded.push({ kind: "unrecorded", client: client.id, file, format, keys });
    }
  }
  return [...entries.map((entry) => ({ kind: "entry" as const, entry })), ...unrecorded, ...blocks];
}

interface UndoStep {
  readonly result: UndoResult;
  /** The person wants no more. */
  readonly isLast: boolean;
}

/** One after the other, each planned over its file as it then is. What fails stops no other. */
export async function undoAll(undoables: readonly Undoable[], run: UndoRun): Promise<UndoResult[]> {
  const results: UndoResult[] = [];
  let hasQuit = false;
  for (const undoable of undoables) {
    run.signal.throwIfAborted();
    const { result, isLast }: UndoStep = hasQuit
      ? { result: resultOf(undoable, { outcome: "left" }), isLast: true }
      : await undoOne(undoable, run);
    hasQuit ||= isLast;
    results.push(result);
    run.onResult(result);
  }
  return results;
}

async function undoOne(undoable: Undoable, run: UndoRun): Promise<UndoStep> {
  const last = (result: UndoResult, isLast = false): UndoStep => ({ result, isLast });
  run.onStart(undoable);
  try {
    const { text } = await run.files.read(fileOf(undoable));
    const plan = planUndo(undoable, text);
    const { state, change } = plan;
    run.onPlan(plan);
    if (run.agree === null) {
      return last(resultOf(undoable, { state, change, outcome: change === null ? "left" : "pending" }));
    }
    const answer = change === null ? "yes" : await run.agree(undoable, plan);
    if (answer !== "yes") return last(resultOf(undoable, { state, change, outcome: "left" }), answer === "quit");
    await run.files.undo(change, plan);
    return last(resultOf(undoable, { state, change, outcome: change === null ? "left" : "removed" }));
  } catch (error) {
    run.signal.throwIfAborted();
    const failure = asCommonsError(error);
    if (failure.code === "INTERNAL" || failure.code === "CANCELLED") throw error;
    return last(resultOf(undoable, { outcome: "failed", error: failure }));
  }
}

export function fileOf(undoable: Undoable): string {
  if (undoable.kind === "entry") return undoable.entry.file;
  return undoable.kind === "block" ? undoable.block.file : undoable.file;
}

function resultOf(undoable: Undoable, known: Pick<UndoResult, "outcome"> & Partial<UndoResult>): UndoResult {
  return { undoable, file: fileOf(undoable), state: null, change: null, error: null, ...known };
}

function placeKey(file: string, keys: readonly string[]): string {
  return [file, ...keys].join("\0");
}
