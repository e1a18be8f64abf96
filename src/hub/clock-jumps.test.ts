import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EmbeddingModel } from "../core/ports.ts";
import { RequestSlots } from "../embed/models/request-slots.ts";
import { unavailable } from "../embed/models/embedding-failure.ts";
import { IdleExit } from "./idle-exit.ts";
import { QueryVectors } from "./query-vectors.ts";

const yearMs = 365 * 24 * 3_600_000;

// Only the date jumps; the monotonic clock and timers go on as they are.
beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

const jump = (ms: number) => vi.setSystemTime(Date.now() + ms);

test("a clock that jumps ahead ends no hub that is in use", async () => {
  const checks = Promise.withResolvers<void>();
  let looked = 0;
  const isBusy = () => {
    looked += 1;
    if (looked === 2) checks.resolve();
    return false;
  };
  const idle = new IdleExit({ idleMs: 2_000, isBusy, onIdle: () => checks.reject(new Error("It ended.")) });
  jump(yearMs);
  // It looks four times in its idle time.
  await expect(checks.promise).resolves.toBeUndefined();
  idle.close();
});

test("a clock that jumps back keeps no idle hub", async () => {
  const ended = Promise.withResolvers<void>();
  const idle = new IdleExit({ idleMs: 100, isBusy: () => false, onIdle: ended.resolve });
  jump(-yearMs);
  await expect(ended.promise).resolves.toBeUndefined();
  idle.close();
});

test("a model that failed just now is left alone whatever the date says, and no longer when the clock goes back", async () => {
  let asked = 0;
  const model: Pick<EmbeddingModel, "id" | "embed"> = {
    id: "ollama:test",
    embed: () => {
      asked += 1;
      return Promise.reject(unavailable("It is down."));
    },
  };
  const queries = new QueryVectors();
  // Safe: QueryVectors uses no more of a model.
  const whole = model as EmbeddingModel;
  await queries.vector(whole, "tea");
  jump(yearMs);
  await queries.vector(whole, "milk");
  jump(-2 * yearMs);
  await queries.vector(whole, "water");
  expect(asked).toBe(1);
});

test("a server's wish to wait a moment is no wait of a year when the clock goes back", async () => {
  const slots = new RequestSlots(1, { attempts: 3, firstDelayMs: 20, maxDelayMs: 40 });
  let tries = 0;
  const work = () => {
    tries += 1;
    if (tries > 1) return Promise.resolve("made");
    jump(-yearMs);
    return Promise.reject(unavailable("Busy.", { mayRetry: true, retryAfterMs: 20 }));
  };
  const signal = AbortSignal.timeout(5_000);
  expect(await slots.run(work, { signal, isHurried: false })).toBe("made");
});
