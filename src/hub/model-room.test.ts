import { expect, it } from "vitest";
import { loadSettings } from "../config/load-settings.ts";
import type { EmbeddingModel } from "../core/ports.ts";
import { createModelRoom } from "./model-room.ts";

/** A call takes 100 ms and 10 ms a text; calls run beside each other. */
function modelOnClock(clock: { ms: number }): EmbeddingModel {
  return {
    id: "openai:test",
    batchSize: 50,
    embed: async (texts) => {
      const endMs = clock.ms + 100 + 10 * texts.length;
      await Promise.resolve();
      clock.ms = Math.max(clock.ms, endMs);
      return texts.map(() => new Float32Array([1]));
    },
    close: async () => undefined,
  };
}

it("the time of a text counts that texts are sent together, and requests beside each other", async () => {
  const clock = { ms: 0 };
  const { settings } = loadSettings({
    env: {},
    userFile: "/nonexistent/config.json",
    flags: { "embedder.requests": 4 },
  });
  const room = createModelRoom({
    settings,
    modelsDirectory: "/nonexistent",
    builtIn: { id: "built", dimensions: 1, embed: (texts) => texts.map(() => new Float32Array([1])) },
    model: () => modelOnClock(clock),
    nowMs: () => clock.ms,
  });
  // 50 texts take 600 ms, and four such requests run at once.
  expect(await room.measure("openai:test", 100)).toBeCloseTo(600 / 50 / 4);
});
