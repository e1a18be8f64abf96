import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Outside of this repository: its ignore rules would leave the files out.
const cache = join(tmpdir(), "commons-bench-media");

/**
 * A directory that is made once and kept: `make` fills it, and one that was left half-made is made anew. Its name must say everything
 * that its content depends on. Who measures must not write into it.
 */
export async function madeOnce(name: string, make: (directory: string) => Promise<void> | void): Promise<string> {
  const target = join(cache, name);
  if (existsSync(target)) return target;
  const scratch = join(cache, `making-${name}-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    await make(scratch);
    renameSync(scratch, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return target;
}
