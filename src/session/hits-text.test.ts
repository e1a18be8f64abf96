import { describe, expect, it } from "vitest";
import { hit } from "../../test/fixtures/hit.ts";
import type { FoldedHit } from "./hit-folding.ts";
import { hitsText } from "./hits-text.ts";

const upToDate = { updated: 0, pending: [], failed: [] };
const asked = { query: "limit", mode: "hybrid", maxTokens: 4_000 } as const;

describe("hitsText", () => {
  it("gives path, lines, enclosing names, source, branch, freshness and text", () => {
    const text = hitsText({ hits: [hit], collections: ["code"], mended: [], refresh: upToDate }, asked);
    expect(text).toContain("[1] src/limit.ts:10-12 | RateLimiter > take | app@main | fresh | score 0.83");
    expect(text).toContain("return this.tokens-- > 0;");
  });

  it("says of each stale hit that it is stale, and of one elsewhere as of when it is", () => {
    const hits: FoldedHit[] = [
      { ...hit, freshness: "changed" },
      { ...hit, freshness: "deleted" },
      { ...hit, freshness: "unverified", indexedAtMs: Date.now() - 3_600_000 },
    ];
    const text = hitsText({ hits, collections: ["code"], mended: [], refresh: upToDate }, asked);
    expect(text).toContain("CHANGED on disk");
    expect(text).toContain("DELETED on disk");
    expect(text).toContain("as of 1 h ago, in /home/me/app");
  });

  it("stays within its budget and counts what it cut and left out", () => {
    const long = { ...hit, text: "a line of text that is of no interest\n".repeat(500) };
    const text = hitsText(
      { hits: Array.from({ length: 20 }, () => long), collections: ["code"], mended: [], refresh: upToDate },
      { ...asked, maxTokens: 500 },
    );
    expect(text.length).toBeLessThan(500 * 3.5 * 1.3);
    expect(text).toMatch(/\(cut: \d+ more lines\)/);
    expect(text).toMatch(/\d+ further hits left out/);
  });

  it("names the collections it searched in vain", () => {
    expect(hitsText({ hits: [], collections: ["code", "notes"], mended: [], refresh: upToDate }, asked)).toContain(
      "Nothing found in code, notes.",
    );
  });

  it("says that semantic ranking is not there yet instead of pretending", () => {
    expect(
      hitsText({ hits: [hit], collections: ["code"], mended: [], refresh: upToDate }, { ...asked, mode: "semantic" }),
    ).toContain("no semantic ranking yet");
  });

  it("says what was brought up to date first, and what is not yet", () => {
    const progress = { phase: "write", scanned: 3_000, done: 120, total: 3_000, path: "a.ts" } as const;
    const refresh = { updated: 2, pending: [{ collection: "code", progress }], failed: [] };
    const text = hitsText({ hits: [hit], collections: ["code"], mended: [], refresh }, asked);
    expect(text).toContain("Brought up to date before answering: 2 changed files of this workspace.");
    expect(text).toContain("code is still being brought up to date with this workspace (120 of 3,000 files done)");
  });
});
