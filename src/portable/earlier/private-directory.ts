import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { systemErrorCode } from "../../core/errors.ts";

/** A directory that this user alone can look into. */
export interface PrivateDirectory {
  readonly path: string;
  readonly close: () => Promise<void>;
}

/** "commons-migrate-", the machine or container, the process: whose directory it is. */
const namePattern = /^commons-migrate-([0-9a-f]{8})-(\d{1,10})-[^-]+$/;

/**
 * Makes a directory for copies below `parent`. It goes with `close`, with the end of the process whatever ends it, and where that was killed,
 * by the next call on this machine.
 */
export async function makePrivateDirectory(parent: string): Promise<PrivateDirectory> {
  await sweep(parent);
  const path = await mkdtemp(join(parent, `commons-migrate-${machineMark()}-${process.pid}-`));
  const removeNow = () => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Windows removes no open file; the next call does.
    }
  };
  process.once("exit", removeNow);
  return {
    path,
    close: async () => {
      await rm(path, { recursive: true, force: true });
      process.removeListener("exit", removeNow);
    },
  };
}

/** Containers that share a directory for temporary files have process numbers of their own; a host's name tells them apart. */
function machineMark(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}

/** What processes left that were killed. A number that another process has by now keeps a directory for a while. */
async function sweep(parent: string): Promise<void> {
  const uid = process.getuid?.();
  const names: readonly string[] = await readdir(parent).catch(() => []);
  for (const name of names) {
    const [, machine, pid] = namePattern.exec(name) ?? [];
    if (machine !== machineMark() || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    const facts = await lstat(path).catch(() => null);
    if (facts?.isDirectory() !== true || (uid !== undefined && facts.uid !== uid)) continue;
    // One that resists is no reason to fail.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== "ESRCH";
  }
}
