/**
 * Many agents at once for some minutes: `npm run bench -- soak [--sessions 100] [--minutes 10] [--think 10] [--seed 1] [--save]`.
 * Each session is a real `commons mcp` process with a workspace of its own; the hub runs a real ChromaDB. A session thinks for a time that
 * is exponentially distributed (mean --think seconds) and then does what `mix` in soak-session.ts says. Sessions end in every way and
 * others take their place. At the end everything that was acknowledged is looked for, and Chroma is compared with the catalog.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { processorTimes } from "../call-costs/processor-times.ts";
import { percentiles } from "../search/percentiles.ts";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { World } from "../../test/fixtures/world.ts";
import { Ledger } from "./ledger.ts";
import { type MemorySample, sampleMemory, slopePerMinute } from "./memory-samples.ts";
import { mix, type SoakCall, type SoakRecord, SoakSession } from "./soak-session.ts";
import { questionsOf, SoakWorkspace, sourceTexts } from "./soak-workspace.ts";
import { verifySoak } from "./verification.ts";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "100" },
    minutes: { type: "string", default: "10" },
    think: { type: "string", default: "10" },
    files: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    save: { type: "boolean", default: false },
  },
});
const [sessions, minutes, thinkSeconds, files] = [values.sessions, values.minutes, values.think, values.files].map(
  Number,
) as [number, number, number, number];
const sessionsPerCollection = 10;
/** Sessions that share their texts, as worktrees of one repository do. */
const worktrees = 4;
const sampleEveryMs = 5_000;
const replaceEveryMs = 10_000;
const startsAtOnce = 10;
const ways = ["close", "SIGKILL", "SIGTERM"] as const;

const random = randomNumbers(Number(values.seed));
const world = await World.open({ engine: true });
try {
  const report = await soak();
  console.log(JSON.stringify(report, null, 2));
  if (values.save) {
    mkdirSync(join(import.meta.dirname, "..", "results"), { recursive: true });
    writeFileSync(join(import.meta.dirname, "..", "results", "soak.json"), `${JSON.stringify(report, null, 2)}\n`);
  }
} finally {
  await world.close();
}

async function soak() {
  const texts = sourceTexts(Math.ceil(sessions / worktrees) * files);
  const questions = questionsOf(texts);
  const ledger = new Ledger();
  const record: SoakRecord = { times: new Map(), errors: [] };
  const samples: MemorySample[] = [];
  const live = new Map<number, SoakSession>();
  const working = new Set<Promise<void>>();
  await world.commons(["hub", "start"]);
  const open = async (index: number, life: number): Promise<void> => {
    const name = `s${index}l${life}`;
    const from = Math.floor(index / worktrees) * files;
    const root = join(world.directory, "work", `w${index}`);
    const session = await SoakSession.open({
      world,
      name: `s${index}`,
      workspace: (spaces[index] ??= new SoakWorkspace(root, `s${index}`, texts.slice(from, from + files))),
      collection: `team-${Math.floor(index / sessionsPerCollection)}`,
      questions,
      ledger,
      record,
      random: randomNumbers(random(1_000_000_000)),
      thinkMs: thinkSeconds * 1_000,
    });
    live.set(index, session);
    const work = session.work().catch((error: unknown) => {
      record.errors.push({ call: "look", text: `${name}: ${String(error)}` });
    });
    working.add(work);
    void work.finally(() => working.delete(work));
  };
  const spaces: SoakWorkspace[] = [];
  console.log(`Starting ${sessions} sessions ...`);
  for (let from = 0; from < sessions; from += startsAtOnce)
    await Promise.all(Array.from({ length: Math.min(startsAtOnce, sessions - from) }, (_, at) => open(from + at, 0)));
  // The start is not the load.
  record.times.clear();
  const hub = (await world.status()).hub?.pid ?? 0;
  const startedMs = performance.now();
  const usedBefore = processorTimes(world.directory);
  const ownBefore = process.cpuUsage();
  const elapsedMinutes = () => (performance.now() - startedMs) / 60_000;
  const sampling = setInterval(
    () =>
      samples.push(
        sampleMemory(
          hub,
          [...live.values()].map(({ pid }) => pid),
          elapsedMinutes(),
        ),
      ),
    sampleEveryMs,
  );
  let replaced = 0;
  while (elapsedMinutes() < minutes) {
    await new Promise((resolve) => setTimeout(resolve, replaceEveryMs));
    const index = random(sessions);
    await live.get(index)?.end(ways[replaced % ways.length] ?? "close");
    replaced += 1;
    await open(index, replaced);
    console.log(
      `${elapsedMinutes().toFixed(1)} min, ${record.errors.length} errors, hub ${samples.at(-1)?.hubRssMb ?? "?"} MB`,
    );
  }
  clearInterval(sampling);
  const processors = processorShares(usedBefore, ownBefore, performance.now() - startedMs);
  const hubAfter = (await world.status()).hub?.pid ?? 0;
  await Promise.all([...live.values()].map((session) => session.end("close")));
  await Promise.all(working);
  const verified = await verifySoak(world, ledger);
  return {
    at: new Date().toISOString(),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
    command: `npm run bench -- soak --sessions ${sessions} --minutes ${minutes} --think ${thinkSeconds}`,
    machine: { processors: availableParallelism(), model: cpus()[0]?.model ?? "unknown", node: process.version },
    sessions,
    minutes,
    thinkSeconds,
    filesPerWorkspace: files,
    mix,
    calls: [...record.times.values()].reduce((sum, times) => sum + times.length, 0),
    sessionsReplaced: replaced,
    hubWasReplaced: hub !== hubAfter,
    errors: record.errors.length,
    errorTexts: record.errors.slice(0, 20),
    ...verified,
    latency: Object.fromEntries(
      // Safe: the keys of `mix` are its type's.
      (Object.keys(mix) as SoakCall[]).map((call) => [call, percentiles(record.times.get(call) ?? [])]),
    ),
    processors,
    memory: {
      hubSlopeMbPerMinute: slopePerMinute(samples),
      hubFirstMb: samples[0]?.hubRssMb,
      hubHighestMb: Math.max(...samples.map(({ hubRssMb }) => hubRssMb)),
      hubLastMb: samples.at(-1)?.hubRssMb,
      hubFilesHighest: Math.max(...samples.map(({ hubFiles }) => hubFiles)),
      pssPerSessionMb:
        Math.round((10 * (samples.at(-1)?.sessionsPssMb ?? 0)) / Math.max(1, samples.at(-1)?.sessions ?? 1)) / 10,
      samples: samples.filter((_, index) => index % 6 === 0),
    },
  };
}

/** Shares of one processor that each kind of process took, and the benchmark itself; what sessions used that were ended is not in it. */
function processorShares(before: ReadonlyMap<string, number>, ownBefore: NodeJS.CpuUsage, elapsedMs: number) {
  const own = process.cpuUsage(ownBefore);
  const used = [...processorTimes(world.directory)].map(([kind, ms]) => [kind, ms - (before.get(kind) ?? 0)] as const);
  const all = [...used, ["benchmark", (own.user + own.system) / 1_000] as const];
  return Object.fromEntries(all.map(([kind, ms]) => [kind, Math.round((1_000 * ms) / elapsedMs) / 1_000]));
}
