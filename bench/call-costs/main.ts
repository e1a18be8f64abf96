/**
 * What one call of an agent costs in processor time, and in which process: `npm run bench -- call-costs [--rounds 5] [--files 40] [--save]`.
 * Times of processors do not depend on what else the machine does, as times on the clock do. "Cold" is a call after the session's own
 * processes have ended for want of work.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Agent, eventually, World } from "../../test/fixtures/world.ts";
import { questionsOf, SoakWorkspace, sourceTexts } from "../soak/soak-workspace.ts";
import { type ProcessKind, processorTimes } from "./processor-times.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    files: { type: "string", default: "40" },
    save: { type: "boolean", default: false },
  },
});
const [rounds, files] = [Number(values.rounds), Number(values.files)];
/** What a process does after its answer (journal, garbage) belongs to the call. */
const settleMs = 700;
/** Longer than a session's processes wait for work. */
const coldWaitMs = 180_000;

type Costs = Partial<Record<ProcessKind, number>>;
const report: Record<string, { ms: number; wallMs: number; in: Costs }> = {};
const world = await World.open();
try {
  const texts = sourceTexts(files);
  const questions = questionsOf(texts);
  const collection = "team";
  // Fills the compile caches, as any session before did.
  const first = await world.agent(new SoakWorkspace(join(world.directory, "work", "first"), "first", texts).root);
  await first.call("batch_ingest", { collection });
  await first.call("search_context", { query: questions[0] ?? "", collection });
  await delay(2_000);
  await first.close();
  const agents: Agent[] = [];
  const spaces: SoakWorkspace[] = [];
  for (let round = 0; round < rounds; round++) {
    const space = new SoakWorkspace(join(world.directory, "work", `w${round}`), `w${round}`, texts);
    spaces.push(space);
    agents.push(await measured("start", () => world.agent(space.root)));
  }
  const eachAgent = async (name: string, call: (agent: Agent, round: number) => Promise<unknown>) => {
    for (const [round, agent] of agents.entries()) await measured(name, () => call(agent, round));
  };
  const search = (agent: Agent, round: number) =>
    agent.call("search_context", { query: questions[round % questions.length] ?? "", collection });
  const editAndIngest = (agent: Agent, round: number) => {
    for (const index of [1, 2]) spaces[round]?.edit((round + index) % files);
    return agent.call("batch_ingest", { collection });
  };
  await eachAgent(`first ingest of ${files} files`, (agent) => agent.call("batch_ingest", { collection }));
  await eachAgent("search, warm", search);
  await eachAgent("search, warm, again", search);
  await eachAgent("2 files edited and ingested, warm", editAndIngest);
  await eachAgent("2 files edited and searched, warm", (agent, round) => {
    for (const index of [1, 2]) spaces[round]?.edit((round + index) % files);
    return search(agent, round);
  });
  await withoutOwnProcesses();
  await eachAgent("search, cold", search);
  await withoutOwnProcesses();
  await eachAgent("2 files edited and ingested, cold", editAndIngest);
  await withoutOwnProcesses();
  await eachAgent("2 files edited and searched, cold", (agent, round) => {
    for (const index of [1, 2]) spaces[round]?.edit((round + index) % files);
    return search(agent, round);
  });
  await eachAgent("store_context", (agent, round) =>
    agent.call("store_context", { id: `note-${round}`, collection, content: questions[round] ?? "" }),
  );
  await eachAgent("list_collections", (agent) => agent.call("list_collections"));
  await eachAgent("find_similar_patterns", (agent, round) =>
    agent.call("find_similar_patterns", { collection, path: `part${round % 4}` }),
  );
} finally {
  await world.close();
}
for (const each of Object.values(report)) {
  each.ms = Math.round(each.ms / rounds);
  each.wallMs = Math.round(each.wallMs / rounds);
  // Safe: the keys are those that `measured` wrote.
  for (const kind of Object.keys(each.in) as ProcessKind[]) each.in[kind] = Math.round((each.in[kind] ?? 0) / rounds);
}
console.log(
  Object.entries(report)
    .map(
      ([name, { ms, wallMs, in: kinds }]) => `${name}: ${ms} ms, on the clock ${wallMs} ms, ${JSON.stringify(kinds)}`,
    )
    .join("\n"),
);
if (values.save) {
  mkdirSync(join(import.meta.dirname, "..", "results"), { recursive: true });
  const result = { at: new Date().toISOString(), node: process.version, rounds, files, calls: report };
  writeFileSync(join(import.meta.dirname, "..", "results", "call-costs.json"), `${JSON.stringify(result, null, 2)}\n`);
}

async function measured<R>(name: string, call: () => Promise<R>): Promise<R> {
  const before = processorTimes(world.directory);
  const startedMs = performance.now();
  const result = await call();
  const wallMs = performance.now() - startedMs;
  await delay(settleMs);
  const entry = (report[name] ??= { ms: 0, wallMs: 0, in: {} });
  entry.wallMs += wallMs;
  for (const [kind, ms] of processorTimes(world.directory)) {
    const spent = ms - (before.get(kind) ?? 0);
    entry.ms += spent;
    entry.in[kind] = (entry.in[kind] ?? 0) + spent;
  }
  return result;
}

async function withoutOwnProcesses(): Promise<void> {
  await eventually("the sessions' own processes have ended", () => !hasOwnProcesses(), coldWaitMs);
  // What they used is added to their parent's account when that one has waited for them.
  await delay(settleMs);
}

function hasOwnProcesses(): boolean {
  return readdirSync("/proc").some((entry) => {
    try {
      return (
        /(ingester|reader)\.mjs/.test(readFileSync(`/proc/${entry}/cmdline`, "utf8")) &&
        readFileSync(`/proc/${entry}/environ`, "utf8").includes(world.directory)
      );
    } catch {
      return false;
    }
  });
}
