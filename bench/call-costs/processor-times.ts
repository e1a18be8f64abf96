import { readdirSync, readFileSync } from "node:fs";

export type ProcessKind = "session" | "ingester" | "reader" | "hub" | "chroma";

// Linux counts in hundredths of a second on every platform that Node runs on.
const tickMs = 10;

/** Milliseconds of processor that each kind of process of a home has used so far, those that ended and were waited for included. */
export function processorTimes(root: string): Map<ProcessKind, number> {
  const times = new Map<ProcessKind, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const found = lookAt(entry, root);
    if (found === null) continue;
    times.set(found.kind, (times.get(found.kind) ?? 0) + found.ownMs);
    if (found.endedMs > 0) {
      const child = found.kind === "session" ? "ingester" : found.kind === "ingester" ? "reader" : found.kind;
      times.set(child, (times.get(child) ?? 0) + found.endedMs);
    }
  }
  return times;
}

function lookAt(pid: string, root: string): { kind: ProcessKind; ownMs: number; endedMs: number } | null {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    const kind = kindOf(commandLine);
    // The home stands in the environment of each, as HOME in the readers'; ChromaDB has none and is told its directory.
    const isOurs = () => commandLine.includes(root) || readFileSync(`/proc/${pid}/environ`, "utf8").includes(root);
    if (kind === null || !isOurs()) return null;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = (at: number) => Number(fields[at]) * tickMs;
    return { kind, ownMs: ticks(11) + ticks(12), endedMs: ticks(13) + ticks(14) };
  } catch {
    return null;
  }
}

function kindOf(commandLine: string): ProcessKind | null {
  if (/(mcp\.mjs|commons\.mjs\0mcp)/.test(commandLine)) return "session";
  if (commandLine.includes("ingester.mjs")) return "ingester";
  if (commandLine.includes("reader.mjs")) return "reader";
  if (commandLine.includes("engine-host.mjs")) return "chroma";
  if (/hub\.mjs|catalog-process\.mjs/.test(commandLine)) return "hub";
  return null;
}
