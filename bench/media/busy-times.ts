import { readFileSync } from "node:fs";
import { childrenOf } from "../ingest/process-memory.ts";

/** Processor seconds of a session's processes and of its hub, user and system, since they began. */
export interface BusyTimes {
  readonly session: number;
  readonly ingester: number;
  /** All readers of the ingester. */
  readonly reader: number;
  readonly hub: number;
}

const ticksPerSecond = 100;

/** Linux only; a process that is gone counts nothing. */
export function busyTimes(sessionPid: number, hubPid: number): BusyTimes {
  const ingesters = childrenOf(sessionPid);
  return {
    session: busySeconds(sessionPid),
    ingester: sum(ingesters),
    reader: sum(ingesters.flatMap(childrenOf)),
    hub: busySeconds(hubPid),
  };
}

function sum(pids: readonly number[]): number {
  return pids.reduce((seconds, pid) => seconds + busySeconds(pid), 0);
}

function busySeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}
