import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { endings, Fleet } from "../fixtures/fleet.ts";

/** Of these a hundred speak; the others are ended before. */
const size = Number(process.env["COMMONS_FLEET_SIZE"] ?? 132);
/** The promise: after that nothing is left. */
const goneMs = 5_000;
/** After three seconds without a call the hub gives its heap back. */
const restMs = 4_000;

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test(`of ${size} sessions that start at once none fails, and nothing is left of them, however they end`, async () => {
  const fleet = await Fleet.open({ size, filesInIngest: 300 });
  cleanups.push(() => fleet.close());
  const before = await fleet.remains();
  await delay(restMs);
  const memoryBefore = await fleet.memoryMb();
  for (const wave of [1, 2]) {
    const startedMs = performance.now();
    const since = () => Math.round(performance.now() - startedMs);
    const tools = await fleet.start();
    const answeredMs = since();
    expect(new Set(tools).size).toBe(1);
    await fleet.work();
    const workedMs = since();
    const busy = await fleet.remains();
    expect(busy.temporaryCollections).toHaveLength(tools.length);
    await fleet.end();
    const endedMs = since();
    await fleet.settle(before, goneMs);
    const goneAfterMs = since() - endedMs;
    expect(await fleet.remains()).toEqual(before);
    await delay(restMs);
    const memoryAfter = await fleet.memoryMb();
    console.log(
      `wave ${wave}: ${tools.length} of ${size} sessions answered initialize and tools/list ${answeredMs} ms after all were started, ` +
        `and had worked after ${workedMs} ms (${busy.openFiles} open files of the hub); ended in ${endings.length} ways, ` +
        `nothing was left after ${goneAfterMs} ms (${before.openFiles} open files); hub ${memoryBefore} MB before, ${memoryAfter} MB after`,
    );
    expect(memoryAfter).toBeLessThan(memoryBefore * 1.15 + 20);
  }
});
