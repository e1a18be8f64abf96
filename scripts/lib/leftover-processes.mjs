import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const pollMs = 100;

/**
 * The processes `{ pid, command }` that have `marker` in their environment or arguments and do not end within `graceMs`.
 * Linux only: elsewhere there is no /proc, and the answer is null.
 */
export async function findLeftoverProcesses(marker, graceMs = 5_000) {
  if (process.platform !== "linux") return null;
  const deadlineMs = Date.now() + graceMs;
  for (;;) {
    const found = await processesWith(marker);
    if (found.length === 0 || Date.now() > deadlineMs) return found;
    await delay(pollMs);
  }
}

async function processesWith(marker) {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const all = await Promise.all(
    pids.map(async (pid) => {
      // Another user's process, or one that has just gone, cannot be read and is not ours.
      const [args, env] = await Promise.all(
        ["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      return args.includes(marker) || env.includes(marker)
        ? { pid: Number(pid), command: args.split("\0").join(" ").trim() }
        : null;
    }),
  );
  return all.filter((found) => found !== null);
}
