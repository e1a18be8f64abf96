import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { builtProgram, clientOf } from "../fixtures/built-program.ts";
import { installVersion } from "../fixtures/installed-version.ts";
import { PipedAgent } from "../fixtures/piped-agent.ts";
import { eventually, isRunning, runToEnd, World } from "../fixtures/world.ts";

let world: World;
let agents: PipedAgent[];

beforeEach(async () => {
  world = await World.open();
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) agent.closePipes();
  await world.close();
});

function install(version: string, build = 1): string {
  return installVersion(join(world.directory, "installed", `${version}-${build}`), { version, build });
}

async function agentOf(program: string, workspace: string): Promise<PipedAgent> {
  const agent = new PipedAgent(world, { name: "agent", workspace, program });
  agents.push(agent);
  await agent.begin();
  return agent;
}

async function runningHub(): Promise<{ version: string; build: number; pid: number } | null> {
  const client = clientOf(world);
  try {
    return await client.greet();
  } finally {
    client.close();
  }
}

const files = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `docs/page-${index}.md`,
      `# Page ${index}\n\nThe keeper of lighthouse ${index}.\n`,
    ]),
  );

test("a hub is replaced from version to version under live sessions, in the middle of an ingest, and nothing of theirs is lost", async () => {
  const [old, newer, newest] = [install("0.1.1"), install("0.1.2"), install("0.1.2", 2)];
  const [here, there] = [await world.workspace("here", files(3)), await world.workspace("there", files(900))];
  const quiet = await agentOf(old, here);
  await quiet.call("quick_load", { collection: "for-now" });
  const busy = await agentOf(old, there);
  await busy.call("list_collections");
  expect(await runningHub()).toMatchObject({ version: "0.1.1" });

  const ingest = busy.call("batch_ingest", { collection: "pages" });
  await eventually("the ingest writes", () => storedPages() > 0, 60_000);
  const several = await Promise.all([1, 2, 3].map(() => agentOf(newer, here)));
  await Promise.all(several.map((agent) => agent.call("list_collections")));
  expect(await runningHub()).toMatchObject({ version: "0.1.2", build: 1 });
  await runToEnd(process.execPath, [newest, "list"], { cwd: here, env: world.env });
  expect(await runningHub()).toMatchObject({ version: "0.1.2", build: 2 });

  await ingest;
  expect(storedPages()).toBe(900);
  for (const agent of [quiet, busy, ...several])
    expect(await agent.call("search_context", { query: "lighthouse keeper", collection: "pages" })).toContain(
      "docs/page-",
    );
  expect(await quiet.call("list_collections")).toContain("for-now");
  // Who is older has found the newest hub and leaves it in peace.
  expect(await runningHub()).toMatchObject({ version: "0.1.2", build: 2 });
});

test("a session whose program was removed works on with the hub that runs, and says what to do when none does", async () => {
  const gone = install("9.0.0");
  const here = await world.workspace("here", files(3));
  const agent = await agentOf(gone, here);
  await agent.call("batch_ingest", { collection: "pages" });
  const hub = await runningHub();
  expect(hub).toMatchObject({ version: "9.0.0" });
  rmSync(join(world.directory, "installed"), { recursive: true });
  expect(await agent.call("list_collections")).toContain("pages");
  process.kill(hub?.pid ?? 0, "SIGKILL");
  await eventually("the hub is dead", async () => !(await isRunning(hub?.pid ?? 0)));
  await expect(agent.call("list_collections")).rejects.toThrow(/no longer at .*Install it again/s);
  // An older installation's hub serves it again.
  expect((await world.commons(["list"])).stdout).toContain("pages");
  expect(await agent.call("list_collections")).toContain("pages");
});

test("a call that an older hub does not know says what to stop, and a mistake stays a mistake", async () => {
  await world.commons(["list"]);
  const callers = ["99.0.0", (await runningHub())?.version ?? ""].map(
    (version) =>
      new HubClient({
        paths: homePaths(world.env),
        // Build 0 replaces nothing.
        program: builtProgram({ version, build: 0 }),
        env: world.env,
        identity: null,
        space: "default",
      }),
  );
  const [newer, same] = callers;
  // Safe: no operation has such a field, which is the point.
  const input = JSON.parse('{"field": "of the future"}') as Record<string, never>;
  await expect(newer?.call("hub.status", input)).rejects.toMatchObject({
    code: "HUB_INCOMPATIBLE",
    message: expect.stringMatching(/does not understand hub\.status.*version 99\.0\.0/),
    hint: expect.stringContaining("commons hub stop"),
  });
  await expect(same?.call("hub.status", input)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  // Safe: as above.
  await expect(newer?.call("hub.dream" as "hub.status", {})).rejects.toMatchObject({ code: "HUB_INCOMPATIBLE" });
  for (const caller of callers) caller.close();
});

function storedPages(): number {
  const audit = new CatalogAudit(join(world.home, "catalog"));
  try {
    return audit.texts().filter(({ collection }) => collection === "pages").length;
  } finally {
    audit.close();
  }
}
