/**
 * What a session costs before it has done anything: `npm run bench -- startup [rounds] [--save]` (21 rounds).
 * Bare Node and a session are started in turn. The time runs from the spawn to the first answer: of a session to `initialize`, of bare
 * Node to any line. Memory is that of sessions that have joined their hub, listed their tools and gone idle, eight at a time. Then fifty
 * are started at once. --save writes bench/results/startup.json.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runToEnd } from "../../test/fixtures/world.ts";
import { MeasuredProcess } from "./measured-process.ts";

const root = join(import.meta.dirname, "..", "..");
const commons = join(root, "bin", "commons.mjs");
const together = 8;
const crowd = 50;
const bareProgram = `process.stdin.on("data", () => process.stdout.write('{"id":0,"result":{}}\\n'))`;
const clientInfo = { name: "bench", version: "1" };
const handshake = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };

interface Place {
  readonly cwd: string;
  readonly env: Record<string, string>;
}

type Kind = "bare" | "session";

function start(kind: Kind, place: Place): MeasuredProcess {
  return new MeasuredProcess({ args: kind === "bare" ? ["--eval", bareProgram] : [commons, "mcp"], ...place });
}

/** Spawn to first answer, in ms. */
async function timeStart(kind: Kind, place: Place): Promise<number> {
  const started = start(kind, place);
  const { ms } = await started.ask(0, "initialize", handshake);
  await started.end();
  return ms;
}

/** Takes a session to where agents leave it: joined, its tools listed. Answers the number of tools. */
async function greet(session: MeasuredProcess): Promise<number> {
  await session.ask(0, "initialize", handshake);
  session.notify("notifications/initialized");
  const { result } = await session.ask(1, "tools/list");
  return Array.isArray(result["tools"]) ? result["tools"].length : 0;
}

async function measureMemory(kind: Kind, place: Place) {
  const all = Array.from({ length: together }, () => start(kind, place));
  try {
    await Promise.all(all.map((one) => (kind === "bare" ? one.ask(0, "initialize") : greet(one))));
    await Promise.all(all.map((one) => one.settledMemory()));
    const memory = all.map((one) => one.memory());
    return { rssMb: median(memory.map((one) => one.rssMb)), pssMb: median(memory.map((one) => one.pssMb)) };
  } finally {
    await Promise.all(all.map((one) => one.end()));
  }
}

/** Starts fifty sessions at once; how many answered, how many said something on stderr, how many are left after the end of input. */
async function measureCrowd(place: Place) {
  const all = Array.from({ length: crowd }, () => start("session", place));
  const startedAtMs = performance.now();
  const greeted = await Promise.allSettled(all.map(greet));
  const ms = performance.now() - startedAtMs;
  await Promise.all(all.map((one) => one.end()));
  return {
    started: crowd,
    answered: greeted.filter((one) => one.status === "fulfilled" && one.value > 0).length,
    complained: all.filter((one) => one.stderr !== "").length,
    leftRunning: all.filter((one) => one.isRunning).length,
    allAnsweredMs: round(ms),
  };
}

async function measure(rounds: number, place: Place) {
  // The first start fills Node's compile cache, as the first session after an installation does.
  for (let index = 0; index < 2; index++) await timeStart("session", place);
  const startMs: Record<Kind, number[]> = { bare: [], session: [] };
  for (let index = 0; index < rounds; index++) {
    for (const kind of ["bare", "session"] as const) startMs[kind].push(await timeStart(kind, place));
  }
  await measureMemory("session", place); // Starts the hub, and fills the cache for what follows initialize.
  const memory = { bare: await measureMemory("bare", place), session: await measureMemory("session", place) };
  const crowded = await measureCrowd(place);
  const figures = (kind: Kind) => ({
    medianMs: round(median(startMs[kind])),
    minMs: round(Math.min(...startMs[kind])),
    rssMb: round(memory[kind].rssMb),
    pssMb: round(memory[kind].pssMb),
  });
  return {
    command: `npm run bench -- startup ${rounds}`,
    machine: `${availableParallelism()} x ${cpus()[0]?.model ?? "unknown"}, ${process.platform}, Node ${process.versions.node}`,
    rounds,
    bare: figures("bare"),
    session: figures("session"),
    ratio: {
      // Of each pair of neighbours, so that other load on the machine falls on both.
      median: round(median(startMs.session.map((ms, index) => ms / (startMs.bare[index] ?? Number.NaN)))),
      ofMedians: round(median(startMs.session) / median(startMs.bare)),
    },
    crowd: crowded,
  };
}

function print({ bare, session, ratio, crowd: fifty, machine, rounds }: Awaited<ReturnType<typeof measure>>): void {
  const row = (name: string, kind: typeof bare) =>
    console.log(
      `${name.padEnd(12)} ${[kind.medianMs, kind.minMs, kind.rssMb, kind.pssMb].map((value) => value.toFixed(1).padStart(9)).join("")}`,
    );
  console.log(`${machine}; ${rounds} rounds`);
  console.log(`${"".padEnd(12)}  start ms   min ms   RSS MB   PSS MB  (memory: ${together} at once, idle)`);
  row("bare Node", bare);
  row("session", session);
  console.log(`ratio ${ratio.median.toFixed(2)} (aim: at most 2.5); RSS ${session.rssMb} MB (aim: at most 60)`);
  console.log(
    `${fifty.answered} of ${fifty.started} sessions started at once answered, all after ${fifty.allAnsweredMs} ms; ` +
      `${fifty.complained} wrote to stderr, ${fifty.leftRunning} left running (aim: all, 0, 0)`,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const round = (value: number) => Math.round(value * 100) / 100;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { save: { type: "boolean" } } });
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "commons-startup-")));
const cwd = join(scratch, "work");
mkdirSync(cwd);
const home = join(scratch, "home");
const env = { PATH: process.env["PATH"] ?? "", HOME: scratch, COMMONS_HOME: home, COMMONS_ENGINE: "false" };
try {
  const report = await measure(Number(positionals[0] ?? 21), { cwd, env });
  print(report);
  console.log(JSON.stringify(report));
  if (values.save) {
    writeFileSync(join(root, "bench", "results", "startup.json"), `${JSON.stringify(report, null, 2)}\n`);
  }
} finally {
  await runToEnd(process.execPath, [commons, "hub", "stop"], { cwd: scratch, env });
  rmSync(scratch, { recursive: true, force: true });
}
