import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { IdleExit } from "./idle-exit.ts";

const idleMs = 600_000;
let isBusy: boolean;
let ends: number;
let idle: IdleExit;

beforeEach(() => {
  vi.useFakeTimers();
  isBusy = false;
  ends = 0;
  idle = new IdleExit({ idleMs, isBusy: () => isBusy, onIdle: () => ends++ });
});
afterEach(() => {
  idle.close();
  vi.useRealTimers();
});

test("a hub that nobody needs ends, once", () => {
  vi.advanceTimersByTime(idleMs - 20_000);
  expect(ends).toBe(0);
  vi.advanceTimersByTime(40_000);
  expect(ends).toBe(1);
  vi.advanceTimersByTime(10 * idleMs);
  expect(ends).toBe(1);
});

test("a hub whose sessions live but are silent for a day does not end, and after the last has left it waits its time", () => {
  isBusy = true;
  vi.advanceTimersByTime(24 * 3_600_000);
  expect(ends).toBe(0);
  isBusy = false;
  vi.advanceTimersByTime(idleMs - 20_000);
  expect(ends).toBe(0);
  vi.advanceTimersByTime(40_000);
  expect(ends).toBe(1);
});

test("each call begins the waiting anew", () => {
  for (let call = 0; call < 5; call++) {
    vi.advanceTimersByTime(idleMs - 60_000);
    idle.touch();
  }
  expect(ends).toBe(0);
});

test("a clock that jumps back does not keep the hub for ever", () => {
  vi.setSystemTime(Date.now() - 100 * idleMs);
  vi.advanceTimersByTime(2 * idleMs);
  expect(ends).toBe(1);
});
