import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { eventually, isRunning, World } from "../fixtures/world.ts";

describe("a watched folder", { timeout: 120_000 }, () => {
  let world: World;
  afterAll(() => world.close());

  it("is found as it is, without another call, also after the agent that watched it was killed", async () => {
    // What is found is to come from the watch and not from the search.
    world = await World.open({ env: { COMMONS_REFRESH_MS: "0" } });
    const workspace = await world.workspace("app", { "src/limit.ts": "export function limitRequests() {}\n" });
    const [first, second] = [
      await world.agent(workspace, { name: "first" }),
      await world.agent(workspace, { name: "second" }),
    ];
    const finds = (query: string) => async () =>
      (await second.call("search_context", { query, collection: "app", mode: "keyword" })).includes(
        `function ${query}`,
      );

    for (const [path, why] of [
      [".git/refs", "it is git's own"],
      ["node_modules", "ignored|vendored"],
    ] as const) {
      await mkdir(join(workspace, path), { recursive: true });
      expect(await first.callExpectingError("watch_folder", { path, collection: "app" })).toMatch(new RegExp(why));
    }
    expect(await first.call("list_watchers")).toContain("No folder is watched");
    expect(await first.call("watch_folder", { collection: "app" })).toContain("1 file up to date");
    await writeFile(join(workspace, "src/invoice.ts"), "export function sendInvoice() {}\n");
    await eventually("the new file is found", finds("sendInvoice"));

    process.kill(first.pid, "SIGKILL");
    await eventually("the agent is dead", async () => !(await isRunning(first.pid)));
    await writeFile(join(workspace, "src/reminder.ts"), "export function sendReminder() {}\n");
    await eventually("what came after it is found", finds("sendReminder"));
    // A search finds the file by itself, maybe before the next session has taken the work over.
    const isTaken = /second 1\.0\.0 in .*app \[this session\] does the work/;
    await eventually("the second session works", async () => isTaken.test(await second.call("list_watchers")));
    await second.call("stop_watch");
    expect(await second.call("list_watchers")).toContain("No folder is watched");
  });
});
