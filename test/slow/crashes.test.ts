import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { builtProgram, clientOf, testIdentity } from "../fixtures/built-program.ts";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { CrashRun } from "../fixtures/crash-run.ts";
import { makeOlderCatalog, ownWord } from "../fixtures/older-catalog.ts";
import { randomNumbers } from "../fixtures/random.ts";
import { eventually, World } from "../fixtures/world.ts";

const seed = Number(process.env["COMMONS_CRASH_SEED"] ?? Math.floor(Math.random() * 1_000_000));
const rounds = Number(process.env["COMMONS_CRASH_ROUNDS"] ?? 36);
const killsPerRound = 5;
const migrationKills = 24;
/** After that no new round begins; what was killed until then is checked. */
const limitMs = 270_000;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test(`kills at random moments lose nothing that was answered (COMMONS_CRASH_SEED=${seed})`, async () => {
  const run = await CrashRun.open({ seed, hasEngine: true, seats: ["ann", "bob"] });
  cleanups.push(() => run.close());
  const startedMs = performance.now();
  for (let round = 1; round <= rounds && performance.now() - startedMs < limitMs; round++) {
    await run.round(killsPerRound, { hasUpgrade: round % 4 === 0 });
    const problems = round % 9 === 0 ? await run.problemsAfterCatchingUp() : await run.problems();
    expect(problems, `seed ${seed}, round ${round}`).toEqual([]);
  }
  expect(await run.problemsAfterCatchingUp(), `seed ${seed}`).toEqual([]);
  // A hub that has just been started waits for sessions to join again.
  await eventually(
    "no temporary collection of a dead session is left",
    async () => (await run.orphans()).length === 0,
    25_000,
  );
  console.log(
    `${run.killer.kills} kills: ${JSON.stringify(run.killer.counts())}; ${run.ledger.acknowledged} answered changes`,
  );
  expect(run.killer.kills).toBeGreaterThanOrEqual(rounds * killsPerRound);
});

test(`a migration that is killed again and again ends with everything (COMMONS_CRASH_SEED=${seed})`, async () => {
  const world = await World.open();
  cleanups.push(() => world.close());
  const directory = join(world.home, "catalog");
  const size = { collections: 4, documents: 900 };
  makeOlderCatalog(directory, size);
  const random = randomNumbers(seed);
  for (let kill = 0; kill < migrationKills; kill++) await killWhileStarting(world, 50 + random(900));
  const client = clientOf(world, { identity: testIdentity("after") });
  cleanups.push(() => client.close());
  const document = random(size.documents);
  const word = ownWord(random(size.collections), document);
  const question = { collections: "*" as const, query: word, limit: 5, mode: "keyword" as const, filters: {} };
  const { hits } = await client.call("search", question);
  expect(hits.map((hit) => hit.path)).toEqual([`src/file-${document}.ts`]);
  const { totals } = await client.call("hub.status", {});
  expect(totals).toMatchObject({ collections: 4, documents: 3_600, chunks: 3_600, vectors: 3_600 });
  const audit = new CatalogAudit(directory);
  cleanups.push(() => audit.close());
  expect(audit.problems()).toEqual([]);
});

/** Starts the built hub as its first caller does, and kills it after the time. */
async function killWhileStarting(world: World, afterMs: number): Promise<void> {
  const { node, entries } = builtProgram({ version: "0.0.0", build: 0 });
  const hub = spawn(node, ["--disable-warning=ExperimentalWarning", entries.hub, "--home", world.home], {
    env: world.env,
    stdio: "ignore",
  });
  const ended = once(hub, "exit");
  await delay(afterMs);
  expect(hub.exitCode, "the hub ends by itself").toBeNull();
  hub.kill("SIGKILL");
  await ended;
}
