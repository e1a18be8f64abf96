import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const pollMs = 200;
const ownerlessMs = 10_000; // Between mkdir and the owner's note lie milliseconds; longer means that it died there.
const maxAgeMs = 30 * 60_000;

/** Runs `work` while holding the lock `directory`; waits for a living holder, takes over from a dead one. */
export async function withDirectoryLock(directory, work) {
  await mkdir(dirname(directory), { recursive: true });
  for (let isFirst = true; !(await tryLock(directory)); isFirst = false) {
    const holder = await readHolder(directory);
    if (holder && isDead(holder)) await breakLock(directory, holder);
    else {
      if (isFirst)
        process.stderr.write(`Waiting for another installation or build (process ${holder?.pid || "unknown"}) ...\n`);
      await delay(pollMs);
    }
  }
  try {
    return await work();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function tryLock(directory) {
  try {
    await mkdir(directory);
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
  await writeFile(join(directory, "owner.json"), JSON.stringify({ pid: process.pid, sinceMs: Date.now() }));
  return true;
}

/** `{ pid, sinceMs }`; pid 0 while the holder has not said who it is; null when the lock is free again. */
async function readHolder(directory) {
  try {
    return JSON.parse(await readFile(join(directory, "owner.json"), "utf8"));
  } catch {
    const info = await stat(directory).catch(() => null);
    return info && { pid: 0, sinceMs: info.mtimeMs };
  }
}

function isDead({ pid, sinceMs }) {
  const ageMs = Date.now() - sinceMs;
  if (pid === 0) return ageMs > ownerlessMs;
  if (ageMs > maxAgeMs) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

async function breakLock(directory, deadHolder) {
  const aside = `${directory}.${process.pid}.stale`;
  try {
    await rename(directory, aside);
  } catch {
    return; // Another waiter was faster.
  }
  const taken = await readHolder(aside);
  // Between looking and renaming, another waiter may have locked anew: then give it back.
  if (taken?.pid === deadHolder.pid && taken.sinceMs === deadHolder.sinceMs)
    await rm(aside, { recursive: true, force: true });
  else await rename(aside, directory).catch(() => undefined);
}
