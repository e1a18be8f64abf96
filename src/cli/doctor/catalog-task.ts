import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CommonsError } from "../../core/errors.ts";
import { environment } from "../../config/load-settings.ts";
import type { StatePaths } from "../../config/paths.ts";
import type { Program } from "../../config/program.ts";
import type { CatalogTaskLine, CatalogTasks } from "../../protocol/catalog-tasks.ts";

export interface CatalogTask<N extends keyof CatalogTasks> {
  readonly task: N;
  readonly flags?: readonly string[];
  readonly onProgress?: (text: string) => void;
}

/** Runs the catalog's own process for one task and resolves with its result. Errors: the task's; INTERNAL when the process dies. */
export async function runCatalogTask<N extends keyof CatalogTasks>(
  place: { paths: StatePaths; program: Program },
  task: CatalogTask<N>,
): Promise<CatalogTasks[N]> {
  const { paths, program } = place;
  const args = [program.entries.catalogProcess, "--home", paths.home, "--task", task.task, ...(task.flags ?? [])];
  const child = spawn(program.node, ["--disable-warning=ExperimentalWarning", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(),
    windowsHide: true,
  });
  const complaints: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (part: string) => complaints.push(part.slice(0, 2_000)));
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  let last: CatalogTaskLine<N> | null = null;
  for await (const text of createInterface({ input: child.stdout })) {
    // Safe: only our own process writes here, lines of this shape.
    const line = JSON.parse(text) as CatalogTaskLine<N>;
    if (line.kind === "progress") task.onProgress?.(`${line.step} ${Math.round(line.share * 100)} %`);
    else last = line;
  }
  await ended;
  if (last?.kind === "error") throw CommonsError.fromWire(last.error);
  if (last?.kind !== "result")
    throw new CommonsError(
      "INTERNAL",
      `The catalog's process ended without an answer. ${complaints.join("").slice(-500)}`.trim(),
    );
  return last.result;
}
