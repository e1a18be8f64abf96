import { readFileSync } from "node:fs";

/** Samples the memory of a process and all that it started, every 50 ms until `stop`. Linux only. */
export interface MemoryWatch {
  /** Sums over the processes: of resident memory, and of the same with every shared page divided by its number of users. */
  stop(): { readonly peakMb: number; readonly peakPssMb: number };
}

const sampleEveryMs = 50;
// Shares take the kernel a walk over all pages.
const samplesPerShare = 5;

export function watchMemory(pid: number): MemoryWatch {
  let samples = 0;
  let peakMb = 0;
  let peakPssMb = 0;
  const sample = (): void => {
    peakMb = Math.max(peakMb, treeMemoryMb(pid));
    if (samples++ % samplesPerShare === 0) peakPssMb = Math.max(peakPssMb, treeShareMb(pid));
  };
  sample();
  const timer = setInterval(sample, sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return { peakMb: rounded(peakMb), peakPssMb: rounded(peakPssMb) };
    },
  };
}

function treeShareMb(pid: number): number {
  const own = Number(/^Pss:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1_024;
  return childrenOf(pid).reduce((sum, child) => sum + treeShareMb(child), own);
}

/** Resident memory of a process and its descendants; pages that they share count for each. */
export function treeMemoryMb(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + treeMemoryMb(child), processMemoryMb(pid));
}

/** 0 when there is no such process. */
export function processMemoryMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024;
}

/** Memory that is the process's alone: what its end would give back. */
export function ownMemoryMb(pid: number): number {
  const rollup = readProc(`/proc/${pid}/smaps_rollup`);
  const parts = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
  return parts.reduce((sum, part) => sum + Number(part[1]), 0) / 1_024;
}

export function childrenOf(pid: number): number[] {
  return readProc(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return rounded(sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2);
}
