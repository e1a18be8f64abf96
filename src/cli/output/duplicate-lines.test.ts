import { expect, test } from "vitest";
import type { DuplicateFile, DuplicateReport } from "../../duplicates/duplicate-report.ts";
import { duplicateLines } from "./duplicate-lines.ts";
import type { Terminal } from "./terminal.ts";

const terminal: Terminal = {
  isTerminal: false,
  columns: Number.POSITIVE_INFINITY,
  write: () => undefined,
  line: () => undefined,
  style: (_, text) => text,
};
const file = (path: string, note: string | null = null): DuplicateFile => {
  return { path, sizeBytes: 10, mtimeMs: 0, otherNames: [], likeness: 1, note };
};
const report = (...files: DuplicateFile[]): DuplicateReport => ({
  method: "full",
  files: files.length,
  sizeBytes: 20,
  groups: [{ files, moreFiles: 0, keepBecause: "It is the oldest.", wastedBytes: 10, isProven: true }],
  groupCount: 1,
  copies: 1,
  wastedBytes: 10,
  folders: [],
  readBytes: 20,
  emptyFiles: 0,
  hardLinks: 0,
  flatPictures: 0,
  rawsBeside: 0,
  changed: { count: 1, samples: ["gone\nfile"] },
  left: null,
  skipped: 0,
  skippedBy: {},
  skippedSamples: [],
  isTruncated: false,
  ms: 1,
});

test("names stand as they are, with what could steer a terminal escaped", () => {
  const lines = duplicateLines(terminal, ".", report(file("new\nline.txt"), file("esc\u001b[31mred.txt")));
  const text = lines.join("\n");
  expect(text).toContain(String.raw`new\nline.txt`);
  expect(text).toContain(String.raw`esc\u{1b}[31mred.txt`);
  expect(text).toContain(String.raw`(gone\nfile)`);
  expect(text).not.toContain("\u001b");
});

test("why a copy stays and what is known of it are one line", () => {
  const lines = duplicateLines(terminal, ".", report(file("a.jpg", "400 x 300"), file("b.jpg")));
  expect(lines.find((line) => line.includes("a.jpg"))).toMatch(/ It is the oldest; 400 x 300$/);
});
