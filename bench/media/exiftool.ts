import { runToEnd } from "../../test/fixtures/world.ts";
import { rounded } from "../ingest/process-memory.ts";

/** How long exiftool (Debian's libimage-exiftool-perl) takes to read every tag of a directory's files; null where it is not installed. */
export async function exiftoolSeconds(directory: string): Promise<number | null> {
  const startedMs = performance.now();
  try {
    await runToEnd("exiftool", ["-json", "-n", "-r", directory], { cwd: directory, env: process.env });
  } catch {
    return null;
  }
  return rounded((performance.now() - startedMs) / 1_000);
}
