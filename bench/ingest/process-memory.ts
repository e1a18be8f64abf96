import { readFileSync } from "node:fs";

/** Samples the resident memory of processes and all that they started, every 50 ms until `stop`. Linux only. */
export interface MemoryWatch {
  stop(): { readonly peakMb: number };
}

const sampleEveryMs = 50;

export function watchMemory(pid: number): MemoryWatch {
  let peakMb = treeMemoryMb(pid);
  const timer = setInterval(() => (peakMb = Math.max(peakMb, treeMemoryMb(pid))), sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { peakMb: rounded(Math.max(peakMb, treeMemoryMb(pid))) };
    },
  };
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

function childrenOf(pid: number): number[] {
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
