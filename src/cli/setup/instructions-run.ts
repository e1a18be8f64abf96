import { asCommonsError, type CommonsError } from "../../core/errors.ts";
import type { SetupScope } from "../../setup/client-adapter.ts";
import { clientPath, type PathSurroundings } from "../../setup/client-paths.ts";
import type { FileChange } from "../../setup/file-change.ts";
import { instructionsText, withBlock } from "../../setup/instructions-block.ts";
import type { Answer } from "./consent.ts";
import type { SetupFiles } from "./setup-files.ts";
import type { AgentResult } from "./setup-run.ts";

/** What became of one file of standing instructions, which several agents may share. */
export interface InstructionsResult {
  readonly file: string;
  readonly clients: readonly string[];
  readonly outcome: "changed" | "pending" | "unchanged" | "declined" | "failed";
  readonly change: FileChange | null;
  readonly backup: string | null;
  readonly error: CommonsError | null;
}

export interface InstructionsRun {
  readonly scope: SetupScope;
  readonly surroundings: PathSurroundings;
  readonly files: SetupFiles;
  /** null: only look. */
  readonly agree: ((change: FileChange) => Promise<Answer>) | null;
  /** Told each result as soon as it is there: the next question may be interrupted. */
  readonly onResult: (result: InstructionsResult) => void;
}

/** The files of agents that are set up and read instructions of that scope, each once, with the ids of those that read it. */
export function instructionFiles(
  results: readonly AgentResult[],
  { scope, surroundings }: Pick<InstructionsRun, "scope" | "surroundings">,
): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const { client, outcome } of results) {
    const template = client.instructions?.[scope] ?? null;
    if (template === null || ["failed", "declined", "skipped"].includes(outcome)) continue;
    const file = clientPath(template, surroundings);
    files.set(file, [...(files.get(file) ?? []), client.id]);
  }
  return files;
}

/** Puts the block where it is missing or another version's. What fails for one file stops no other. */
export async function writeInstructions(
  files: ReadonlyMap<string, readonly string[]>,
  run: InstructionsRun,
): Promise<InstructionsResult[]> {
  const results: InstructionsResult[] = [];
  const add = (result: InstructionsResult) => {
    results.push(result);
    run.onResult(result);
  };
  let hasQuit = false;
  for (const [file, clients] of files) {
    const base = { file, clients, change: null, backup: null, error: null };
    try {
      const { text, realFile } = await run.files.read(file);
      const change = { file, before: text, after: withBlock(text ?? "", instructionsText) };
      const answer = await answerTo(change, hasQuit, run);
      hasQuit ||= answer === "quit";
      if (change.after === text) {
        // It stays as long as one of its readers does, also of those that came later.
        if (run.agree !== null) await run.files.recordReaders(realFile, clients);
        add({ ...base, outcome: "unchanged" });
      } else if (run.agree === null) add({ ...base, change, outcome: "pending" });
      else if (answer !== "yes") add({ ...base, change, outcome: "declined" });
      else {
        const { backup } = await run.files.writeBlock(change, { clients, scope: run.scope });
        add({ ...base, change, backup, outcome: "changed" });
      }
    } catch (error) {
      const failure = asCommonsError(error);
      if (failure.code === "INTERNAL" || failure.code === "CANCELLED") throw error;
      add({ ...base, outcome: "failed", error: failure });
    }
  }
  return results;
}

async function answerTo(change: FileChange, hasQuit: boolean, { agree }: InstructionsRun): Promise<Answer> {
  if (hasQuit || agree === null || change.after === change.before) return "no";
  return agree(change);
}
