import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import { testProgram } from "../fixtures/built-program.ts";
import { eventually, isRunning } from "../fixtures/world.ts";

let directory: string;
let client: HubClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub start "));
});
afterEach(async () => {
  const hello = await client.greet();
  if (hello !== null) {
    process.kill(hello.pid, "SIGTERM");
    await eventually("the hub ends", async () => !(await isRunning(hello.pid)));
  }
  client.close();
  await rm(directory, { recursive: true, force: true });
});

/** A client whose hub is killed as often while it starts. */
async function clientOfHubKilled(times: number): Promise<HubClient> {
  const real = testProgram();
  const entry = join(directory, "hub.mjs");
  await writeFile(
    entry,
    `import { existsSync, writeFileSync } from "node:fs";
    for (let start = 1; start <= ${times}; start++) {
      const mark = ${JSON.stringify(directory)} + "/start-" + start;
      if (existsSync(mark)) continue;
      writeFileSync(mark, "");
      process.kill(process.pid, "SIGKILL");
    }
    await import(${JSON.stringify(pathToFileURL(real.entries.hub).href)});`,
  );
  const env = {
    PATH: process.env["PATH"],
    HOME: directory,
    COMMONS_HOME: join(directory, "home"),
    COMMONS_ENGINE: "false",
  };
  return new HubClient({
    paths: homePaths(env),
    program: { ...real, entries: { ...real.entries, hub: entry } },
    env,
    identity: null,
    space: "default",
  });
}

test("a hub that is killed while it starts is started again by the same call", async () => {
  client = await clientOfHubKilled(2);
  expect((await client.call("hub.status", {})).hub.pid).toBeGreaterThan(0);
  expect(existsSync(join(directory, "start-2"))).toBe(true);
});

test("a hub that is killed at every start is said to be, and not started for ever", async () => {
  client = await clientOfHubKilled(1_000);
  await expect(client.call("hub.status", {})).rejects.toMatchObject({
    code: "HUB_UNREACHABLE",
    message: expect.stringContaining("SIGKILL"),
  });
  expect(existsSync(join(directory, "start-20"))).toBe(false);
});
