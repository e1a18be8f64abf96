import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, isRunning, World, type Agent } from "../fixtures/world.ts";

let world: World;
let workspace: string;
let agent: Agent;

beforeEach(async () => {
  world = await World.open();
  const files = Array.from({ length: 600 }, (_, n): [string, string] => [
    `src/part${n}.ts`,
    `/** Part ${n}. */\nexport function part${n}() {\n  return ${n};\n}\n`,
  ]);
  workspace = await world.workspace("app", Object.fromEntries(files));
  agent = await world.agent(workspace);
});
afterEach(() => world.close());

/** Pids of a process's children. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
  } catch {
    return null;
  }
}

/** The ingester of the session once it has a reader, which means that it is at work. */
async function ingesterAtWork(): Promise<{ ingester: number; reader: number }> {
  let found: { ingester: number; reader: number } | null = null;
  await eventually("the ingester reads", () => {
    for (const ingester of childrenOf(agent.pid)) {
      const [reader] = childrenOf(ingester);
      if (reader !== undefined) found = { ingester, reader };
    }
    return found !== null;
  });
  if (found === null) throw new Error("not found");
  return found;
}

test("an ingest goes on when the process that does it is killed, and every file is stored once", async () => {
  const answer = agent.call("batch_ingest", { collection: "many" });
  const { ingester, reader } = await ingesterAtWork();
  // As one that hangs in a file: it hears of nothing.
  process.kill(reader, "SIGSTOP");
  process.kill(ingester, "SIGKILL");
  expect(await answer).toMatch(/600 files up to date/);
  expect(await agent.call("list_collections")).toMatch(/many.*600 documents/);
  await eventually("the killed one's reader is gone", async () => !(await isRunning(reader)));
});

test("an ingest goes on when the hub is killed meanwhile", async () => {
  await agent.call("list_collections");
  const { hub } = await world.status();
  if (hub === null) throw new Error("no hub");
  const answer = agent.call("batch_ingest", { collection: "many" });
  await ingesterAtWork();
  process.kill(hub.pid, "SIGKILL");
  expect(await answer).toMatch(/600 files up to date/);
  expect(await agent.call("search_context", { query: "part 599", collection: "many" })).toContain("part599");
});

test("a session that is killed leaves neither ingester nor reader behind", async () => {
  const answer = agent.call("batch_ingest", { collection: "many" }).catch(() => "lost");
  const { ingester, reader } = await ingesterAtWork();
  process.kill(reader, "SIGSTOP");
  process.kill(agent.pid, "SIGKILL");
  await answer;
  await eventually("the ingester is gone", async () => !(await isRunning(ingester)));
  await eventually("the reader is gone", async () => !(await isRunning(reader)));
  await eventually("the session is gone", async () => (await world.status()).sessions.length === 0);
  const left = [ingester, reader, agent.pid].map(isRunning);
  expect(await Promise.all(left)).toEqual([false, false, false]);
});

test("a call that joins a running ingest also takes what changed since that began", async () => {
  const other = await world.agent(await world.workspace("other", { "readme.md": "# Other\n" }));
  const first = agent.call("batch_ingest", { collection: "many" });
  await ingesterAtWork();
  await writeFile(join(workspace, "src/part0.ts"), "export function zebraCrossing() {\n  return 0;\n}\n");
  const second = await agent.call("batch_ingest", { collection: "many" });
  expect(second).toMatch(/600 files up to date/);
  await first;
  expect(await other.call("search_context", { query: "zebraCrossing", collection: "many" })).toContain("src/part0.ts");
});

test("a cancelled ingest is gone on with by the next ingest, not by a search", async () => {
  // Enough that the cancel comes long before the end.
  const more = Array.from({ length: 2_400 }, (_, n): [string, string] => [`lib/more${n}.md`, `# More ${n}\n\nText.\n`]);
  await world.workspace("app", Object.fromEntries(more));
  // Files that are younger than the margin for clocks that differ count as new for a search.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const cancel = new AbortController();
  const call = { name: "batch_ingest", arguments: { collection: "many" } };
  const cancelled = agent.client.callTool(call, { signal: cancel.signal });
  await eventually("something is stored", async () => (await storedDocuments()) > 0);
  cancel.abort();
  await expect(cancelled).rejects.toThrow(/abort/i);
  await eventually("nobody works", async () => !/ingesting|scanning/.test(await agent.call("list_sessions")));
  const kept = await storedDocuments();
  expect(kept).toBeLessThan(3_000);
  await agent.call("search_context", { query: "part 1", collection: "many" });
  await agent.call("search_context", { query: "part 2", collection: "many" });
  expect(await storedDocuments()).toBe(kept);
  expect(await agent.call("batch_ingest", { collection: "many" })).toMatch(/3,000 files up to date/);
});

async function storedDocuments(): Promise<number> {
  const listed = await agent.call("list_collections");
  return Number(/many: ([\d,]+) documents?/.exec(listed)?.[1]?.replaceAll(",", "") ?? 0);
}
