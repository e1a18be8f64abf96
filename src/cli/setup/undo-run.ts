import { asCommonsError, type CommonsError } from "../../core/errors.ts";
import { readConfigText } from "../../setup/plain-file.ts";
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
    const plan = planUndo(undoable, text, await backupOf(undoable));
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

/** A copy that is gone or cannot be read is no hindrance: the entry is then taken out of the text that stands there. */
async function backupOf(undoable: Undoable): Promise<string | null> {
  const backup = undoable.kind === "entry" ? undoable.entry.backup : null;
  if (backup === null) return null;
  try {
    return await readConfigText(backup);
  } catch (error) {
    if (asCommonsError(error).code === "INTERNAL") throw error;
    return null;
  }
}

export function fileOf(undoable: Undoable): string {
  if (undoable.kind === "entry") return undoable.entry.file;
  return undoable.kind === "block" ? undoable.block.file : undoable.file;
}

function resultOf(undoable: Undoable, known: Pick<UndoResult, "outcome"> & Partial<UndoResult>): UndoResult {
  return { undoable, file: fileOf(undoable), state: null, change: null, error: null, ...known };
}
