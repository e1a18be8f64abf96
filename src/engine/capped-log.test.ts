import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CappedLog } from "./capped-log.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "capped-log-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a full log becomes the one old file, and neither grows beyond the cap", () => {
  const path = join(directory, "logs", "engine.log");
  const log = new CappedLog(path, 100);
  for (let line = 0; line < 30; line++) log.write(`line number ${line}\n`);
  expect(statSync(path).size).toBeLessThanOrEqual(100);
  expect(statSync(`${path}.old`).size).toBeLessThanOrEqual(100);
  expect(readFileSync(`${path}.old`, "utf8") + readFileSync(path, "utf8")).toMatch(/line number 29\n$/);
  expect(existsSync(`${path}.old.old`)).toBe(false);
});

test("a log that exists is continued and counts", () => {
  const path = join(directory, "engine.log");
  new CappedLog(path, 100).write("x".repeat(90));
  new CappedLog(path, 100).write("y".repeat(20));
  expect(readFileSync(`${path}.old`, "utf8")).toBe("x".repeat(90));
  expect(readFileSync(path, "utf8")).toBe("y".repeat(20));
});

test("text larger than the cap keeps its end", () => {
  const path = join(directory, "engine.log");
  new CappedLog(path, 10).write("0123456789abcdef");
  expect(readFileSync(path, "utf8")).toBe("6789abcdef");
});
