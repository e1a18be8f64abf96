import { Worker } from "node:worker_threads";

/**
 * Ends this process when its parent is gone, and where it leads a process group, that too. A file that hangs the main thread would hide
 * the closed channel from it, so a thread of its own asks whether the parent lives. It costs 65 ms of processor at the start, so one
 * watches over a whole group.
 */
export function startWatchdog({ ofGroup }: { readonly ofGroup: boolean }): void {
  const target = ofGroup ? "-process.pid" : "process.pid";
  const program = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid === parent) return;
      try { process.kill(${target}, "SIGKILL"); } catch { process.kill(process.pid, "SIGKILL"); }
    }, 500);`;
  new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
