import { expect, it } from "vitest";
import { runProtocolFuzz } from "../fixtures/fuzz/protocol-run.ts";
import { World } from "../fixtures/world.ts";

const seed = Number(process.env["COMMONS_FUZZ_SEED"] ?? 20_261_123);
const messages = Number(process.env["COMMONS_FUZZ_MESSAGES"] ?? 100_000);

it(`${messages} drawn messages to hub and sessions harm nothing, seed ${seed}`, { timeout: 900_000 }, async () => {
  const world = await World.open();
  try {
    const failures = await runProtocolFuzz(world, {
      seed,
      calls: Math.ceil(messages * 0.45),
      connections: Math.ceil(messages * 0.15),
      lines: Math.ceil(messages * 0.4),
      sessions: 4,
      maxGrowthBytes: 300_000_000,
      say: (figures) => console.log(figures),
    });
    expect(failures, `seed ${seed}`).toEqual([]);
  } finally {
    await world.close();
  }
});
