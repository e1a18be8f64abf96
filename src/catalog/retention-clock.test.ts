import { expect, test } from "vitest";
import { createRetentionClock, maxBelievedMs, type RetentionTime, retentionTimeAfter } from "./retention-clock.ts";

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
const start = Date.UTC(2026, 0, 1);
const last: RetentionTime = { atMs: start, wallMs: start };

test.each([
  ["a look at once", 0, 0, 0],
  ["an hour of a running hub", hour, hour, hour],
  ["an hour without a hub", hour, 0, hour],
  ["a weekend without a hub counts as a day", 2.5 * day, 0, day],
  ["a jump of a year ahead in a running hub costs a day", year + hour, hour, day + hour],
  ["a jump of a year ahead at a start costs a day", year, 0, day],
  ["a jump back in a running hub stops nothing", -year, hour, hour],
  ["a jump back at a start does not go back", -year, 0, 0],
  ["a clock that was slowed down", hour / 2, hour, hour],
  ["a steady clock that goes back is not believed", hour, -hour, hour],
])("%s", (_name, wallPassedMs, steadyPassedMs, expected) => {
  const now = retentionTimeAfter(last, { wallMs: start + wallPassedMs, steadyPassedMs });
  expect(now.atMs - start).toBe(expected);
  expect(now.wallMs).toBe(start + wallPassedMs);
});

test("the first look believes the clock", () => {
  expect(retentionTimeAfter(null, { wallMs: start, steadyPassedMs: year })).toEqual(last);
});

test("after a jump back, time goes on with the clock as it is then", () => {
  const back = retentionTimeAfter(last, { wallMs: start - year, steadyPassedMs: 0 });
  expect(retentionTimeAfter(back, { wallMs: start - year + hour, steadyPassedMs: 0 }).atMs).toBe(start + hour);
});

test("a clock that jumps to and fro costs at most a day each time", () => {
  let time = last;
  for (const wallMs of [start + year, start, start + year, start])
    time = retentionTimeAfter(time, { wallMs, steadyPassedMs: 0 });
  expect(time.atMs - start).toBe(2 * maxBelievedMs);
});

test("only a look is remembered, also by the next to open the catalog; a rolled back one is forgotten", () => {
  let stored = new Map<string, string>();
  const meta = {
    get: (key: string) => stored.get(key) ?? null,
    set: (key: string, value: string) => void stored.set(key, value),
  };
  const time = { wall: start, steady: 0 };
  const open = () => createRetentionClock(meta, { wallMs: () => time.wall, steadyMs: () => time.steady });
  const clock = open();
  expect(clock.look()).toBe(start);
  time.wall += hour;
  expect(clock.now()).toBe(start + hour);
  const before = new Map(stored);
  clock.look();
  stored = before;
  time.wall -= year;
  time.steady += hour;
  // What went by since the look that was rolled back is not known, so nothing is counted twice.
  expect(clock.now()).toBe(start);
  expect(open().look()).toBe(start);
  time.steady += hour;
  expect(open().now()).toBe(start);
});
