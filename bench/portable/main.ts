/**
 * What an export, an import and a search for duplicates in collections cost, through the built program: `npm run bench -- portable
 * [passages]` (50000 if not given). The passages are cut from the declaration files and sources in node_modules, at up to three offsets.
 * Prints one JSON line a step: seconds, processor seconds and peak memory of the command and of the hub; and how long searches of another
 * session take meanwhile. Linux only, for the figures of the processes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { joinHub } from "../../test/fixtures/raw-hub.ts";
import { commonsBin, World } from "../../test/fixtures/world.ts";
import { processMemoryMb, rounded } from "../ingest/process-memory.ts";

const nodeModules = join(import.meta.dirname, "..", "..", "node_modules");
const linesPerPassage = 15;
const passagesPerFile = 40;
const offsets = [0, 5, 10];
const sampleEveryMs = 50;
const ticksPerSecond = 100;

interface Step {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly hubCpuSeconds: number;
  readonly hubPeakMb: number;
}

const wanted = Number(process.argv[2] ?? 50_000);
const world = await World.open();
try {
  const workspace = await world.workspace("corpus", makeFiles(wanted));
  await world.commons(["hub", "start"]);
  const { hub } = await world.status();
  const hubPid = hub?.pid ?? 0;
  const file = join(world.directory, "corpus.jsonl.gz");
  print("ingest", await measure(["ingest", "--collection", "corpus"], { workspace, hubPid }));
  print("export", await measure(["export", "corpus", file], { workspace, hubPid }));
  print("import", await measure(["import", file, "--as", "copy"], { workspace, hubPid }));
  print("duplicates", await beside(["duplicates", "--collection", "corpus"], { workspace, hubPid }));
  print("duplicates-across", await beside(["duplicates", "--collection", "corpus,copy"], { workspace, hubPid }));
  const { stdout } = await world.commons(["list", "--json"]);
  const listed = /"documents": \d+,\s+"chunks": \d+/g;
  print("stored", { collections: stdout.match(listed)?.map((text) => text.replaceAll(/\s+/g, " ")) });
  print("file", { megabytes: rounded(readFileSync(file).byteLength / 1e6) });
} finally {
  await world.close();
}

function print(step: string, figures: object): void {
  process.stdout.write(`${JSON.stringify({ step, load: rounded(loadavg()[0] ?? 0), ...figures })}\n`);
}

/** The step, with the time of searches of another session before it and during it, in milliseconds. */
async function beside(args: readonly string[], options: { workspace: string; hubPid: number }): Promise<object> {
  const session = await joinHub(world.home, { space: "default", agent: "searcher" });
  const search = async (): Promise<number> => {
    const startedMs = performance.now();
    const words = { query: "read a file as a stream", limit: 10, mode: "hybrid", filters: {} };
    await session.get("search", { collections: ["corpus"], ...words });
    return performance.now() - startedMs;
  };
  for (let warm = 0; warm < 5; warm += 1) await search();
  const alone: number[] = [];
  for (let run = 0; run < 20; run += 1) alone.push(await search());
  const during: number[] = [];
  const state = { isDone: false };
  const step = measure(args, options).finally(() => (state.isDone = true));
  while (!state.isDone) during.push(await search());
  session.leave();
  return { ...(await step), searchMs: spread(alone), searchMsMeanwhile: spread(during) };
}

function spread(values: readonly number[]): object {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { count: sorted.length, median: at(0.5), most: at(1) };
}

/** Markdown files whose sections are the passages. */
function makeFiles(passages: number): Record<string, string> {
  const files: Record<string, string> = {};
  let sections: string[] = [];
  let made = 0;
  const paths = [...sourceFiles(nodeModules)];
  for (const [path, offset] of offsets.flatMap((each) => paths.map((file) => [file, each] as const))) {
    const lines = readFileSync(path, "utf8").split("\n");
    for (let from = offset; from + linesPerPassage <= lines.length && made < passages; from += linesPerPassage) {
      const text = lines.slice(from, from + linesPerPassage).join("\n");
      if (text.length > 4_000 || text.trim().length < 100) continue;
      made += 1;
      sections.push(`## Part ${made}\n\n${text.replaceAll(/^#/gm, " #")}\n`);
      if (sections.length < passagesPerFile && made < passages) continue;
      files[`part-${made}.md`] = sections.join("\n");
      sections = [];
    }
    if (made >= passages) break;
  }
  return files;
}

function* sourceFiles(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(d\.ts|d\.mts|ts|js|mjs)$/.test(entry.name) && !/\.min\./.test(entry.name)) yield path;
  }
}

async function measure(
  args: readonly string[],
  { workspace, hubPid }: { readonly workspace: string; readonly hubPid: number },
): Promise<Step> {
  const startedMs = performance.now();
  const hubBefore = cpuSeconds(hubPid);
  const child = spawn(process.execPath, [commonsBin, ...args], {
    cwd: workspace,
    env: world.env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  let [peakMb, hubPeakMb, cpu] = [0, 0, 0];
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, processMemoryMb(child.pid ?? 0));
    hubPeakMb = Math.max(hubPeakMb, processMemoryMb(hubPid));
    cpu = Math.max(cpu, cpuSeconds(child.pid ?? 0));
  }, sampleEveryMs);
  await once(child, "exit");
  clearInterval(timer);
  if (child.exitCode !== 0) throw new Error(`commons ${args.join(" ")} ended with ${child.exitCode}.`);
  return {
    seconds: rounded((performance.now() - startedMs) / 1_000),
    cpuSeconds: rounded(cpu),
    peakMb: rounded(peakMb),
    hubCpuSeconds: rounded(cpuSeconds(hubPid) - hubBefore),
    hubPeakMb: rounded(hubPeakMb),
  };
}

/** User and system time of a process, in hundredths of a second as Linux counts them; 0 when it is gone. */
function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}
