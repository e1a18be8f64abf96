import { expect, test } from "vitest";
import { IdleTime } from "./idle-time.ts";

const half = () => 0.5;

test("a process that was needed once waits the least", () => {
  const idle = new IdleTime({ leastMs: 20_000, freeShare: half });
  idle.started(0);
  expect(idle.resting(5_000)).toBe(20_000);
  expect(idle.resting(9_000)).toBe(20_000);
});

test("one that is needed again soon after its end waits twice the pause from then on, up to the most", () => {
  const idle = new IdleTime({ leastMs: 20_000, mostMs: 180_000, freeShare: half });
  idle.started(0);
  idle.resting(0);
  idle.started(40_000);
  expect(idle.resting(41_000)).toBe(80_000);
  idle.started(66_000);
  expect(idle.resting(66_000)).toBe(80_000);
  idle.started(200_000);
  expect(idle.resting(200_000)).toBe(180_000);
});

test("after a long pause it waits the least again", () => {
  const idle = new IdleTime({ leastMs: 20_000, mostMs: 180_000, freeShare: half });
  idle.resting(0);
  idle.started(60_000);
  expect(idle.resting(60_000)).toBe(120_000);
  idle.started(600_000);
  expect(idle.resting(600_000)).toBe(20_000);
});

test("where memory is short it waits the least", () => {
  let free = 0.1;
  const idle = new IdleTime({ leastMs: 20_000, freeShare: () => free });
  idle.resting(0);
  idle.started(60_000);
  expect(idle.resting(60_000)).toBe(20_000);
  free = 0.5;
  expect(idle.resting(61_000)).toBe(120_000);
});
