import { expect, test } from "vitest";
import { WriteLull } from "./write-lull.ts";

const never = new AbortController().signal;

/** Whether the wait was over when everything that waits for nothing had its turn. */
async function isOverAtOnce(wait: Promise<void>): Promise<boolean> {
  let isOver = false;
  void wait.then(() => (isOver = true));
  await new Promise((resolve) => setImmediate(resolve));
  return isOver;
}

test("where nobody writes, nothing is waited for", async () => {
  expect(await isOverAtOnce(new WriteLull().wait(never))).toBe(true);
});

test("after a write, work waits for the lull that follows it", async () => {
  const lull = new WriteLull({ quietMs: 30, maxWaitMs: 60_000 });
  lull.noteWrite();
  const wait = lull.wait(never);
  expect(await isOverAtOnce(wait)).toBe(false);
  await wait;
});

test("writes that never stop hold work up for a bounded time only", async () => {
  const lull = new WriteLull({ quietMs: 60_000, maxWaitMs: 30 });
  lull.noteWrite();
  const wait = lull.wait(never);
  expect(await isOverAtOnce(wait)).toBe(false);
  await wait;
});

test("an abort ends the wait", async () => {
  const stop = new AbortController();
  const lull = new WriteLull({ quietMs: 60_000, maxWaitMs: 60_000 });
  lull.noteWrite();
  const wait = lull.wait(stop.signal);
  expect(await isOverAtOnce(wait)).toBe(false);
  stop.abort();
  expect(await isOverAtOnce(wait)).toBe(true);
});
