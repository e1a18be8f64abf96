import { readdirSync, readFileSync } from "node:fs";
import { rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Agent, eventually, World } from "../fixtures/world.ts";

let world: World;
let root: string;
let agent: Agent;

beforeEach(async () => {
  world = await World.open();
  root = await world.workspace("app", {
    "one.ts": "export const first = 'anchovy';\n",
    "two.ts": "export const second = 'bramble';\n",
    ".gitignore": "",
  });
  agent = await world.agent(root);
  await agent.call("batch_ingest", { collection: "team" });
  await endIngester();
});
afterEach(() => world.close());

/** Pid of the session's ingester; null: it has none. */
function ingesterPid(): number | null {
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
      if (parent === agent.pid && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("ingester"))
        return Number(name);
    } catch {
      // It ended meanwhile.
    }
  }
  return null;
}

/** As if it had been idle for long. */
async function endIngester(): Promise<void> {
  const pid = ingesterPid();
  if (pid !== null) process.kill(pid, "SIGKILL");
  await eventually("the session has no ingester", () => ingesterPid() === null);
}

// The answer does not wait long for a process that starts on a busy machine; what it leaves behind is there soon after.
const finds = (query: string, wanted: string | RegExp) =>
  eventually(`a search for ${query} finds ${wanted}`, async () =>
    new RegExp(wanted).test(await agent.call("search_context", { query, collection: "team" })),
  );

test("a search of files that did not change starts no ingester", async () => {
  expect(await agent.call("search_context", { query: "anchovy", collection: "team" })).toContain("anchovy");
  await writeFile(join(root, "notes.bin"), Buffer.from([0, 1, 2, 3]));
  // The new file is no text: the first search has it looked at, later ones need not.
  await agent.call("search_context", { query: "bramble", collection: "team" });
  await eventually("the new file was looked at", async () => {
    await endIngester();
    await agent.call("search_context", { query: "bramble", collection: "team" });
    return ingesterPid() === null;
  });
});

test("an edit that keeps size and time, a new, a renamed, a removed and an ignored file are all seen by the search itself", async () => {
  await writeFile(join(root, "one.ts"), "export const first = 'caviare';\n");
  await utimes(join(root, "one.ts"), new Date(1_000), new Date(1_000));
  await finds("caviare", "const first = 'caviare'");
  await endIngester();
  await writeFile(join(root, "three.ts"), "export const third = 'dogwood';\n");
  await finds("dogwood", "const third = 'dogwood'");
  await endIngester();
  await rename(join(root, "three.ts"), join(root, "four.ts"));
  await finds("dogwood", "four.ts");
  await endIngester();
  await rm(join(root, "four.ts"));
  await finds("dogwood", "^(?![^]*const third)");
  await endIngester();
  await writeFile(join(root, ".gitignore"), "two.ts\n");
  await finds("bramble", "^(?![^]*const second)");
  expect(await agent.call("list_collections")).toMatch(/team.*\b2 documents/);
});

test("what another session wrote of the same directory is taken over, and a hub that was killed is no matter", async () => {
  const other = await world.agent(root, { name: "other" });
  await writeFile(join(root, "one.ts"), "export const first = 'eggplant';\n");
  await other.call("batch_ingest", { collection: "team" });
  const { hub } = await world.status();
  if (hub === null) throw new Error("no hub");
  process.kill(hub.pid, "SIGKILL");
  expect(await agent.call("search_context", { query: "eggplant", collection: "team" })).toContain("eggplant");
  expect(ingesterPid()).toBeNull();
});
