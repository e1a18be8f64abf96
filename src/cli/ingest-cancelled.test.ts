import { describe, expect, it } from "vitest";
import type { IngestProgress } from "../ingest/requests.ts";
import { ingestCancelled } from "./ingest-cancelled.ts";

const at = (done: number, total: number | null): IngestProgress => ({
  phase: total === null ? "scan" : "write",
  scanned: 500,
  done,
  total,
  path: null,
});

describe("an interrupted ingest", () => {
  it.each([
    [[null], "Cancelled before the first file was read."],
    [[at(0, null)], "Cancelled before the first file was read."],
    [[at(12, 2_500)], "Cancelled after reading 12 of 2,500 files."],
    [[at(1, 1), at(12, 2_500)], "Cancelled after reading 13 of 2,501 files."],
    [[at(40, 100), at(0, null)], "Cancelled after reading 40 files."],
  ])("says how far all of them were: %j", (lasts, text) => {
    expect(ingestCancelled(lasts).message).toBe(`${text} What was stored is kept.`);
  });
});
