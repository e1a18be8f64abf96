import { expect, test } from "vitest";
import type { ScanReport } from "../ingest/scan-directory.ts";
import { reportText } from "./scan-text.ts";

const report: ScanReport = {
  files: 12,
  sizeBytes: 40_000,
  byCategory: { code: { files: 12, sizeBytes: 40_000 } },
  byLanguage: { typescript: { files: 12, sizeBytes: 40_000 } },
  skipped: 0,
  skippedBy: {},
  skippedSamples: {},
  isTruncated: false,
  unopened: 0,
  estimate: { chunks: 1_250, fewestChunks: 500, mostChunks: 3_125, seconds: 2, diskBytes: 12_000_000 },
  stored: null,
  reuse: null,
  ms: 120,
};

test("the price is about so much, within a range", () => {
  const text = reportText(".", { report, collection: null, measuredChunks: 0 });
  expect(text).toContain("Ingesting all takes about 1,250 chunks (500 to 3,125), about 2.0 s and about 12 MB on disk");
  expect(text).toContain("Rates of a reference machine");
});

test("a collection that is not there yet is named, and all is new to it", () => {
  const text = reportText(".", { report, collection: { name: "team", exists: false }, measuredChunks: 5_000 });
  expect(text).toContain("Against team: not there yet, so all is new.");
  expect(text).toContain("Rates measured here, over 5,000 chunks.");
});

test("files that the last ingest did not store are told apart from new ones", () => {
  const leftOutSamples = ["a.pdf", "b.pdf", "c.db"];
  const stored = { unchanged: 12, changed: 0, new: 0, leftOut: 7, leftOutSamples };
  const estimate = { chunks: 0, fewestChunks: 0, mostChunks: 0, seconds: 0, diskBytes: 0 };
  const text = reportText(".", {
    report: { ...report, stored, estimate },
    collection: { name: "team", exists: true },
    measuredChunks: 0,
  });
  expect(text).toContain("Against team: 12 unchanged, 0 changed, 0 new.");
  expect(text).toContain("Not stored by the last ingest, and unchanged since: 7 (a.pdf, b.pdf, c.db, ...)");
  expect(text).toContain("Nothing to ingest: nothing is new or changed.");
});

test("counts of files that were not opened are said to be about right", () => {
  const text = reportText(".", { report: { ...report, unopened: 4_000 }, collection: null, measuredChunks: 0 });
  expect(text).toContain("4,000 files counted by name and size, not opened");
});
