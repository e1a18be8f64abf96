import { runToEnd } from "../../test/fixtures/world.ts";
import { rounded } from "../ingest/process-memory.ts";

export interface FdupesRun {
  readonly seconds: number;
  /** Groups of equal files. */
  readonly groups: number;
}

/** How long fdupes (Debian) takes to compare all files of a directory, hard links left out as we do; null where it is not installed. */
export async function fdupesRun(directory: string): Promise<FdupesRun | null> {
  const startedMs = performance.now();
  try {
    const { stdout } = await runToEnd("fdupes", ["-r", "-q", "-n", directory], { cwd: directory, env: process.env });
    const seconds = rounded((performance.now() - startedMs) / 1_000);
    // An empty line ends each group.
    return { seconds, groups: stdout.split("\n\n").length - 1 };
  } catch {
    return null;
  }
}
