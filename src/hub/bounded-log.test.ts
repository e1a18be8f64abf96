import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { boundedLog } from "./bounded-log.ts";

let directory: string;
let file: string;
let descriptor: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bounded-log-"));
  file = join(directory, "hub.log");
  descriptor = openSync(file, "a", 0o600);
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(directory, { recursive: true });
});

const line = (number: number) => `{"line":${number}}\n`.padStart(50, " ");

test("a log that is written for ever takes the room of two, and its end is there", () => {
  const other = join(directory, "other");
  writeFileSync(other, "kept");
  symlinkSync(other, `${file}.1`);
  const log = boundedLog({ descriptor, file, maxBytes: 1_000 });
  for (let number = 0; number < 500; number++) log.write(line(number));
  expect(statSync(file).size).toBeLessThanOrEqual(1_200);
  expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(1_200);
  expect(statSync(`${file}.1`).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${file}.1`, "utf8") + readFileSync(file, "utf8")).toMatch(/"line":498\}\n +\{"line":499\}\n$/);
  expect(readFileSync(other, "utf8")).toBe("kept");
});

test("a file that is not the log's own is left as it is", () => {
  rmSync(file);
  writeFileSync(file, "another's");
  const log = boundedLog({ descriptor, file, maxBytes: 100 });
  for (let number = 0; number < 50; number++) log.write(line(number));
  expect(readFileSync(file, "utf8")).toBe("another's");
});
