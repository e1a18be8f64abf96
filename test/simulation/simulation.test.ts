import { describe, expect, test } from "vitest";
import { drawScript } from "./script.ts";
import { chosenSeeds, runSeeds } from "./seed-range.ts";
import { simulate } from "./simulate.ts";
import { makeSimulationTools } from "./simulation-tools.ts";
import { faultyHubs } from "./faulty-hubs.ts";

const tools = makeSimulationTools();
const size = { sessions: 20, steps: 40 };

test("twenty sessions with faults see what a simple model of the hub foretells", { timeout: 120_000 }, async () => {
  const report = await runSeeds(chosenSeeds(process.env, { first: 1, count: 60, sessions: 20, steps: 25 }), tools);
  expect(report.failure).toBeNull();
  expect(report.calls).toBeGreaterThan(0);
});

test("a seed goes the same way each time", async () => {
  const script = drawScript(77, size);
  const [first, second] = [await simulate(script, tools), await simulate(script, tools)];
  expect(second).toEqual(first);
  expect(drawScript(77, size)).toEqual(script);
});

describe("the checker notices a hub that", () => {
  test.each(faultyHubs)("$name", async ({ doubles }) => {
    const report = await runSeeds({ first: 1, count: 40, ...size, isQuick: true }, tools, doubles);
    expect(report.failure).toContain("Seed ");
  });
});
