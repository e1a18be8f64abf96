import { expect, test } from "vitest";
import { verbatimRuns } from "./verbatim-runs.ts";

const message = "attempt to write logs with no transports";

test("a text that has the whole query word for word has all of it, whatever its case and line breaks", () => {
  expect(verbatimRuns(message)?.shareIn(`throw new Error("Attempt to write logs\n  with no transports.")`)).toBe(1);
});

test("a part counts by its length, from six words on", () => {
  const runs = verbatimRuns(`why do I get: ${message}`);
  expect(runs?.shareIn(`Error: ${message}`)).toBeCloseTo(7 / 11);
  expect(runs?.shareIn("to write logs with")).toBe(0);
});

test("short questions and runs of words that say nothing tell nothing", () => {
  expect(verbatimRuns("open the file")).toBeNull();
  expect(verbatimRuns("how is it that this was so")).toBeNull();
});
