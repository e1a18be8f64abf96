import { readdirSync, readFileSync } from "node:fs";

export interface MemorySample {
  readonly atMinutes: number;
  readonly hubRssMb: number;
  readonly hubFiles: number;
  readonly sessions: number;
  /** Of all session processes together, with every shared page divided by its number of users. */
  readonly sessionsPssMb: number;
}

/** One look at the processes; those that ended meanwhile count as nothing. Linux only. */
export function sampleMemory(hubPid: number, sessionPids: readonly number[], atMinutes: number): MemorySample {
  const pss = sessionPids.map((pid) => kilobytes(`/proc/${pid}/smaps_rollup`, "Pss"));
  return {
    atMinutes: rounded(atMinutes),
    hubRssMb: rounded(kilobytes(`/proc/${hubPid}/status`, "VmRSS") / 1024),
    hubFiles: filesOf(hubPid),
    sessions: pss.filter((value) => value > 0).length,
    sessionsPssMb: rounded(pss.reduce((sum, value) => sum + value, 0) / 1024),
  };
}

/** Least-squares slope of the hub's memory after the first quarter, in MB a minute. */
export function slopePerMinute(samples: readonly MemorySample[]): number {
  const last = samples.at(-1)?.atMinutes ?? 0;
  const late = samples.filter(({ atMinutes }) => atMinutes >= last / 4);
  const meanX = late.reduce((sum, { atMinutes }) => sum + atMinutes, 0) / late.length;
  const meanY = late.reduce((sum, { hubRssMb }) => sum + hubRssMb, 0) / late.length;
  const above = late.reduce((sum, { atMinutes, hubRssMb }) => sum + (atMinutes - meanX) * (hubRssMb - meanY), 0);
  const below = late.reduce((sum, { atMinutes }) => sum + (atMinutes - meanX) ** 2, 0);
  return Math.round((100 * above) / below) / 100;
}

function kilobytes(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function filesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

const rounded = (value: number) => Math.round(value * 10) / 10;
