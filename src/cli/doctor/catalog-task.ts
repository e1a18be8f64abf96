import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CommonsError, type ErrorWire } from "../../core/errors.ts";
import { environment } from "../../config/load-settings.ts";
import type { StatePaths } from "../../config/paths.ts";
import type { Program } from "../../config/program.ts";

export interface CatalogTask {
  readonly task: "check" | "mend" | "rebuild";
  readonly flags?: readonly string[];
  readonly onProgress?: (text: string) => void;
}

type Line =
  | { readonly kind: "progress"; readonly step: string; readonly share: number }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: ErrorWire };

/** Runs the catalog's own process for one task and resolves with its result. Errors: the task's; INTERNAL when the process dies. */
export async function runCatalogTask<T>(place: { paths: StatePaths; program: Program }, task: CatalogTask): Promise<T> {
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
  let last: Line | null = null;
  for await (const text of createInterface({ input: child.stdout })) {
    // Safe: only our own process writes here, lines of this shape.
    const line = JSON.parse(text) as Line;
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
  // Safe: the caller names the type of its task's result, which src/hub/catalog-process.ts makes.
  return last.result as T;
}
