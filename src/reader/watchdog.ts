import { Worker } from "node:worker_threads";

const program = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, 500);`;

/**
 * Ends this process when its parent is gone. A file that hangs the main thread would hide the closed channel from it, so a thread of its
 * own asks whether the parent lives.
 */
export function startWatchdog(): void {
  new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
