import pino from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { MissingText, ModelVector } from "../core/model-vectors.ts";
import type { EmbeddingModel } from "../core/ports.ts";
import { refused, unavailable } from "../embed/models/embedding-failure.ts";
import { ModelFiller } from "./model-filler.ts";

/** A catalog of texts that lack their vector, and a model that fails on demand. */
class Bench {
  readonly missing = new Map<number, string>();
  readonly saved = new Map<number, string>();
  readonly aside = new Map<number, string>();
  calls = 0;
  /** Thrown by the model for each call, where it gives something. */
  failure: (texts: readonly string[]) => Error | null = () => null;
  readonly filler = new ModelFiller({
    model: this.#model(),
    catalog: {
      missingVectors: async (_model, limit) => this.#open().slice(0, limit),
      saveVectors: async (_model, rows: readonly ModelVector[]) => {
        for (const { textId } of rows) this.#move(textId, this.saved);
        return { saved: rows.length };
      },
      setVectorsAside: async (_model, texts) => {
        for (const { textId } of texts) this.#move(textId, this.aside);
      },
    },
    log: pino({ level: "silent" }),
    lanes: 2,
    timing: { firstDelayMs: 20, maxDelayMs: 40 },
    onSaved: () => undefined,
  });

  add(...texts: readonly string[]): void {
    for (const text of texts) this.missing.set(this.missing.size + this.saved.size + this.aside.size + 1, text);
  }

  #open(): MissingText[] {
    return [...this.missing].map(([textId, text]) => ({ textId, hash: `hash of ${text}`, text }));
  }

  #move(textId: number, to: Map<number, string>): void {
    to.set(textId, this.missing.get(textId) ?? "");
    this.missing.delete(textId);
  }

  #model(): EmbeddingModel {
    return {
      id: "openai:test",
      batchSize: 4,
      embed: async (texts) => {
        this.calls += 1;
        const failure = this.failure(texts);
        if (failure !== null) throw failure;
        return texts.map(() => new Float32Array([1]));
      },
      close: async () => undefined,
    };
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.filler.close());

const untilDone = () => vi.waitFor(() => expect(bench.missing.size).toBe(0), 60_000);
const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `t${from + index}`);

it("all that is missing gets its vector, what comes meanwhile too", async () => {
  bench.add(...names(0, 21));
  bench.filler.kick();
  bench.add("late");
  bench.filler.kick();
  await untilDone();
  expect(bench.saved.size).toBe(22);
  await vi.waitFor(() => expect(bench.filler.state.kind).toBe("idle"), 60_000);
});

it("a model that fails is tried again by itself until it works, and says why meanwhile", async () => {
  bench.add("a");
  bench.failure = () => unavailable("The server is away.");
  bench.filler.kick();
  await vi.waitFor(() => expect(bench.calls).toBeGreaterThan(2), 60_000);
  expect(bench.filler.state).toMatchObject({ kind: "waiting", reason: "The server is away." });
  bench.failure = () => null;
  await untilDone();
});

it("what the other batches gave is kept when one fails", async () => {
  bench.add(...names(0, 8));
  bench.failure = (texts) => (texts.includes("t7") ? unavailable("It failed.") : null);
  bench.filler.kick();
  await vi.waitFor(() => expect(bench.filler.state.kind).toBe("waiting"), 60_000);
  expect([...bench.saved.values()]).toEqual(["t0", "t1", "t2", "t3"]);
  bench.failure = () => null;
  await untilDone();
});

it("a text that the model will not take is set aside, and stands in nobody's way", async () => {
  bench.add(...names(0, 11));
  bench.failure = (texts) => (texts.includes("t5") ? refused("It is too odd.", { isAboutText: true }) : null);
  bench.filler.kick();
  await untilDone();
  expect([...bench.aside.values()]).toEqual(["t5"]);
  expect(bench.saved.size).toBe(10);
});

it("a model that refuses is left alone, however much is written", async () => {
  bench.add("a");
  bench.failure = () => refused("There is no key.", { hint: "Set one." });
  bench.filler.kick();
  const refusedState = { kind: "refused", reason: "There is no key.", hint: "Set one." };
  await vi.waitFor(() => expect(bench.filler.state).toEqual(refusedState), 60_000);
  for (let round = 0; round < 5; round++) bench.filler.kick();
  expect(bench.calls).toBe(1);
});
