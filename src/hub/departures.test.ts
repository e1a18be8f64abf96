import { pino } from "pino";
import { expect, test } from "vitest";
import { createDepartures } from "./departures.ts";

test("sessions that leave while it works are one more round, with who is there then", async () => {
  const rounds: (readonly string[])[] = [];
  const firstRound = Promise.withResolvers<void>();
  const lastRound = Promise.withResolvers<void>();
  let live = ["a", "b", "c"];
  const departed = createDepartures({
    registry: { liveIds: () => live },
    writer: {
      dropTemporary: async (ids) => {
        rounds.push(ids);
        if (rounds.length === 1) await firstRound.promise;
        return [];
      },
      forgetUses: async () => {
        if (rounds.length === 2) lastRound.resolve();
      },
    },
    log: pino({ level: "silent" }),
  });
  departed();
  live = ["a", "b"];
  departed();
  live = ["a"];
  departed();
  firstRound.resolve();
  await lastRound.promise;
  expect(rounds).toEqual([["a", "b", "c"], ["a"]]);
});

test("a round that fails does not keep the next one from its work", async () => {
  const done = Promise.withResolvers<readonly string[]>();
  let calls = 0;
  const departed = createDepartures({
    registry: { liveIds: () => ["a"] },
    writer: {
      dropTemporary: async () => {
        calls++;
        if (calls === 1) {
          departed();
          throw new Error("no room");
        }
        return [];
      },
      forgetUses: async (ids) => done.resolve(ids),
    },
    log: pino({ level: "silent" }),
  });
  departed();
  expect(await done.promise).toEqual(["a"]);
  expect(calls).toBe(2);
});
