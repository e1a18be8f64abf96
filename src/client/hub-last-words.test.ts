import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hubLastWords } from "./hub-last-words.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "commons words "))));
afterEach(() => rmSync(directory, { recursive: true }));

const info = '{"level":30,"time":"2026-01-01T00:00:00.000Z","pid":1,"msg":"listening"}';
const error = '{"level":50,"time":"2026-01-01T00:00:00.000Z","pid":1,"err":{"message":"no room"},"msg":"purge failed"}';
const ended = "2026-01-01T00:00:00.000Z CATALOG_DAMAGED: The catalog is damaged: x is gone. Run commons doctor --fix";

test.for<readonly [string, string, string]>([
  ["nothing, where the last lines tell of no error", info, ""],
  ["an error in words", `${error}\n${info}`, "purge failed: no room"],
  ["what a hub says at its end", `${error}\n${ended}\n`, ended],
  ["what Node reports of a crash", `Error: x\n    at y\n\nNode.js v24.0.0\n`, "Error: x"],
])("of a hub's log is %s", ([, text, words]) => {
  writeFileSync(join(directory, "hub.log"), text);
  expect(hubLastWords(join(directory, "hub.log"))).toBe(words);
});

test("of a log that is not there is nothing", () => {
  expect(hubLastWords(join(directory, "hub.log"))).toBe("");
});
