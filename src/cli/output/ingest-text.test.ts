import { describe, expect, it } from "vitest";
import type { IngestReport } from "../../ingest/requests.ts";
import { ingestLines } from "./ingest-text.ts";

const none = { added: 0, changed: 0, renamed: 0, unchanged: 0, removed: 0, skipped: 0, superseded: 0 };

const report = (
  change: Partial<Omit<IngestReport, "files">> & { files?: Partial<IngestReport["files"]> },
): IngestReport => ({
  skippedBy: {},
  skippedSamples: {},
  textLength: 0,
  texts: {},
  redacted: { files: 0, secrets: 0 },
  chunks: 0,
  embedded: 0,
  reused: 0,
  ms: 1_200,
  sizeBytes: 50_000,
  isTruncated: false,
  failed: [],
  ...change,
  files: { ...none, ...change.files },
});

describe("the result of an ingest", () => {
  it("counts what happened, and every skipped file by its reason", () => {
    const lines = ingestLines(
      "web",
      report({
        files: { added: 1_203, removed: 2, skipped: 13 },
        skippedBy: { binary: 4, ignored: 9 },
        chunks: 5_000,
        embedded: 4_000,
        reused: 1_000,
      }),
    );
    expect(lines).toEqual([
      "web: 1,203 added, 2 removed (50 kB in 1.2 s)",
      "  5,000 chunks written, 4,000 embedded, 1,000 known already",
      "  13 skipped: 9 ignored, 4 binary",
    ]);
  });

  it("of a second run says that nothing changed", () => {
    expect(ingestLines("web", report({ files: { unchanged: 7 } }))).toEqual([
      "web: nothing changed, 7 files up to date (50 kB in 1.2 s)",
    ]);
  });

  it("says what could not be read, and that files were left out", () => {
    const lines = ingestLines(
      "web",
      report({
        files: { added: 1, skipped: 2 },
        skippedBy: { failed: 1, "over-limit": 1 },
        isTruncated: true,
        failed: [{ path: "a.ts", message: "locked" }],
      }),
    );
    expect(lines).toContain("  --max-files left files out");
    expect(lines).toContain("  failed: a.ts: locked");
  });

  it("of a directory without files does not claim that anything is up to date", () => {
    expect(ingestLines("web", report({}))[0]).toContain("no files");
  });
});
