import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { CrashRun } from "../fixtures/crash-run.ts";
import { eventually, isRunning, World } from "../fixtures/world.ts";

const seed = Number(process.env["COMMONS_CRASH_SEED"] ?? Math.floor(Math.random() * 1_000_000));

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

// The long version, with ChromaDB and 200 kills, is test/slow/crashes.test.ts.
test(`six kills at random moments lose nothing that was answered (COMMONS_CRASH_SEED=${seed})`, async () => {
  const run = await CrashRun.open({ seed, hasEngine: false, seats: ["ann"] });
  cleanups.push(() => run.close());
  await run.round(6, { hasUpgrade: true });
  expect(await run.problemsAfterCatchingUp(), `seed ${seed}`).toEqual([]);
  expect(run.killer.kills).toBe(6);
});

test("a watch goes on with the next session of its workspace, even when that only ingests", async () => {
  const world = await World.open();
  cleanups.push(() => world.close());
  const root = await world.workspace("app", { "docs/guide.md": "# Guide\n", "src/a.md": "# A\n" });
  const first = await world.agent(root);
  await first.call("watch_folder", { path: "docs", collection: "watched" });
  process.kill(first.pid, "SIGKILL");
  await eventually("it is dead", async () => !(await isRunning(first.pid)));
  const next = await world.agent(root);
  await next.call("batch_ingest", { path: "src", collection: "other" });
  await writeFile(join(root, "docs/later.md"), "# Later\n\nThe crimson lighthouse.\n");
  const search = { query: "crimson lighthouse", collection: "watched", mode: "keyword" };
  // Looked at from outside: a call of the session would itself make it go on.
  const audit = new CatalogAudit(join(world.home, "catalog"));
  cleanups.push(async () => audit.close());
  await eventually("the edit is stored", () => audit.texts().some(({ path }) => path === "docs/later.md"));
  expect(await next.call("search_context", search)).toContain("docs/later.md");
});
