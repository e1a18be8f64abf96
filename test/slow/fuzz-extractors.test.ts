import { availableParallelism } from "node:os";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, test } from "vitest";
import type { FuzzReport, FuzzTask } from "../fixtures/fuzz-thread.ts";
import { samples } from "../fixtures/samples/registry.ts";
import { textSamples } from "../fixtures/samples/texts.ts";

const mutations = Number(process.env["COMMONS_FUZZ"] ?? 10_000);
const seed = Number(process.env["COMMONS_FUZZ_SEED"] ?? 20_261_122);
// A thread that is at one mutation for so long hangs, even on a busy machine.
const hangMs = 60_000;
// What a reader's thread may have (ARCHITECTURE.md).
const resourceLimits = { maxOldGenerationSizeMb: 384 };
const maxGrowthBytes = 64_000_000;
const all = [...samples, ...textSamples];
const slots = createSlots(Math.min(4, availableParallelism()));
let contents: readonly Uint8Array[] = [];

beforeAll(async () => {
  contents = await Promise.all(all.map((sample) => sample.bytes()));
});

describe.concurrent(`${mutations} damaged files of each kind, seed ${seed}`, () => {
  test.each(all.map((sample, index) => [sample.path, index] as const))(
    "%s ends as a document or for a reason, in bounded time and memory",
    { timeout: 0 },
    async (path, index) => {
      const release = await slots();
      try {
        const report = await run({
          path,
          sample: contents[index] ?? Buffer.alloc(0),
          others: contents,
          seed,
          mutations,
          progress: new SharedArrayBuffer(4),
        });
        const { failures, documents, skipped, slowestMs, heldBytes } = report;
        const reasons = Object.entries(skipped).map(([reason, count]) => `${reason} ${count}`);
        console.log(`${path}: documents ${documents}, ${reasons.join(", ")}; slowest ${Math.round(slowestMs)} ms`);
        expect(failures, `seed ${seed}, ${path}`).toEqual([]);
        expect(heldBytes[1] - heldBytes[0], `seed ${seed}, ${path}: memory grows`).toBeLessThan(maxGrowthBytes);
        expect(documents + Object.values(skipped).reduce((sum, count) => sum + count, 0)).toBe(mutations);
      } finally {
        release();
      }
    },
  );
});

/** Runs one sample's mutations in a thread; one that dies or hangs is a failure with the number of its mutation. */
async function run(task: FuzzTask): Promise<FuzzReport> {
  const progress = new Int32Array(task.progress);
  const thread = new Worker(new URL("../fixtures/fuzz-thread.ts", import.meta.url), {
    workerData: task,
    resourceLimits,
  });
  const failed = (what: string): FuzzReport => ({
    failures: [`mutation ${progress[0] ?? 0}: ${what}`],
    documents: 0,
    skipped: {},
    slowestMs: 0,
    heldBytes: [0, 0],
  });
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<FuzzReport>((resolve) => {
      let last = { number: -1, sinceMs: 0 };
      watch = setInterval(() => {
        const number = progress[0] ?? 0;
        if (number !== last.number) last = { number, sinceMs: Date.now() };
        else if (Date.now() - last.sinceMs > hangMs) resolve(failed("hangs"));
      }, 1_000);
      thread.once("message", resolve);
      thread.once("error", (error) => resolve(failed(`the thread died: ${inspect(error)}`)));
      thread.once("exit", (code) => resolve(failed(`the thread ended with ${code}`)));
    });
  } finally {
    clearInterval(watch);
    await thread.terminate();
  }
}

/** Hands out `count` places; whoever has one gives it back. */
function createSlots(count: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let free = count;
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return release;
  };
}
