import { describe, expect, it } from "vitest";
import type { CheckedHit } from "../../session/freshness.ts";
import { hitLines } from "./hit-text.ts";
import type { Terminal } from "./terminal.ts";

const terminal: Terminal = {
  isTerminal: false,
  columns: 80,
  write: () => undefined,
  line: () => undefined,
  style: (_name, plain) => plain,
};

const hit = (change: Partial<CheckedHit>): CheckedHit => ({
  collection: "web_code",
  sourceKey: "ws-1",
  source: "web",
  sourcePath: "/home/ann/web",
  branch: null,
  path: "src/login.ts",
  startLine: 3,
  endLine: 9,
  symbol: "login",
  scope: [],
  kind: "function",
  language: "typescript",
  text: "text",
  score: 0.5,
  category: "code",
  scores: { words: 0.5, vector: null, rules: 1 },
  alsoAt: [],
  alsoAtCount: 0,
  recordId: "r",
  stat: { sizeBytes: 1, mtimeMs: 1, signature: "s" },
  contentHash: "h",
  indexedAtMs: 1,
  metadata: {},
  freshness: "fresh",
  ...change,
});

const head = (change: Partial<CheckedHit>, cwd: string) => hitLines(terminal, hit(change), { withText: false, cwd })[0];

describe("the first line of a hit", () => {
  it("says how fresh a file of the own workspace is", () => {
    expect(head({}, "/home/ann/web")).toBe("src/login.ts:3-9  login  (web_code, web, fresh, 0.50)");
  });

  it.each([
    ["/home/ann/web/src/http", "web at ../.."],
    ["/home/ann", "web at web"],
    ["/home/ann/api", "web"],
    ["/home/ann/web", "web"],
  ])(
    "says from %s where another source is, as %s, and never calls the own repository another workspace",
    (cwd, text) => {
      expect(head({ freshness: "unverified" }, cwd)).toBe(`src/login.ts:3-9  login  (web_code, ${text}, 0.50)`);
    },
  );

  it("says of a passage that came by an import that it did", () => {
    const contentHash = "imported 0a1b";
    expect(head({ freshness: "unverified", contentHash, sourcePath: null }, "/")).toContain("web, imported, 0.50)");
  });

  it("names every collection that holds the passage", () => {
    const { collection: _, ...place } = hit({});
    const alsoAt = [{ ...place, collection: "mine" }];
    expect(head({ alsoAt, alsoAtCount: 1 }, "/home/ann/web")).toContain("(web_code and mine, web, fresh, 0.50)");
  });

  it("of a note names the note's source", () => {
    expect(head({ freshness: "note", sourcePath: null, source: "notes" }, "/")).toContain(
      "(web_code, notes, note, 0.50)",
    );
  });
});

it("names other files with the same text below the head, and with --explain what the score is made of", () => {
  const place = { collection: "api_code", sourceKey: "ws-2", source: "api", sourcePath: "/home/ann/api", branch: null };
  const alsoAt = [{ ...place, path: "lib/login.ts", startLine: 5, endLine: 11 }];
  const lines = hitLines(terminal, hit({ alsoAt, alsoAtCount: 3 }), {
    withText: true,
    withScores: true,
    cwd: "/home/ann/web",
  });
  expect(lines.slice(1)).toEqual([
    "    the same in api/lib/login.ts:5-11 and 2 more places",
    "    score 0.500: words 0.500, vector none, file rules x 1.000",
    "    text",
  ]);
});
