import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { waitForSessions } from "./rejoin-wait.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When the wait is over, in seconds, where so many sessions are awaited after each second. */
function secondsUntilOver(awaited: (second: number) => number): number | null {
  let second = 0;
  const overAt: number[] = [];
  waitForSessions(
    () => awaited(second),
    () => overAt.push(second),
  );
  for (second = 1; second <= 60; second++) vi.advanceTimersByTime(1_000);
  expect(overAt.length).toBeLessThan(2);
  return overAt[0] ?? null;
}

test("sessions that died with their hub are given up after 4 seconds", () => {
  expect(secondsUntilOver(() => 3)).toBe(4);
});

test("sessions that come one after another are waited for, and the rest is given up when none came for a while", () => {
  expect(secondsUntilOver((second) => Math.max(2, 10 - second))).toBe(10);
});

test("the wait has an end however slowly they come", () => {
  expect(secondsUntilOver((second) => 1_000 - second)).toBe(14);
});
