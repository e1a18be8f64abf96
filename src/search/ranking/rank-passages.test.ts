import { describe, expect, test } from "vitest";
import { memoryIndex, type MemoryPassage, memorySegment } from "../../../test/fixtures/memory-index.ts";
import type { IndexSegment } from "../index-snapshot.ts";
import { parseQuery } from "../query.ts";
import { createTokenizer } from "../tokenizer.ts";
import { defaultTuning } from "../tuning.ts";
import { type RankingRequest, type RankingSource, rankPassages } from "./rank-passages.ts";

const tokenizer = createTokenizer();

interface MadePassage extends MemoryPassage {
  readonly cosine?: number;
  readonly category?: "code" | "documents";
  readonly scope?: readonly string[];
}

function sourceOf(passages: readonly MadePassage[], change: Partial<RankingSource> = {}): RankingSource {
  const segment = memorySegment(tokenizer, passages);
  const cosines = Float32Array.from(passages, ({ cosine }) => cosine ?? Number.NaN);
  return {
    indexes: [memoryIndex(segment)],
    vectorScores: () => (passages.some(({ cosine }) => cosine !== undefined) ? cosines : null),
    modelOf: () => "m",
    filter: { mayBeWanted: null, isWanted: null },
    rows: (slots) =>
      slots.map(({ slot }) => ({
        chunkId: slot + 1,
        documentId: slot + 1,
        path: passages[slot]?.path ?? `f${slot}.ts`,
        category: passages[slot]?.category ?? "code",
        isNote: false,
        symbol: passages[slot]?.name ?? null,
        scope: passages[slot]?.scope ?? [],
        kind: "function" as const,
      })),
    textOf: (_segment: IndexSegment, slot) => passages[slot]?.body ?? "",
    ...change,
  };
}

function found(query: string, passages: readonly MadePassage[], rest: Partial<RankingRequest> = {}) {
  const request: RankingRequest = {
    query: parseQuery(query, tokenizer),
    mode: "hybrid",
    limit: 10,
    tuning: defaultTuning,
    tokenizer,
    ...rest,
  };
  return rankPassages(sourceOf(passages), request).passages;
}
const slots = (...given: Parameters<typeof found>) => found(...given).map(({ slot }) => slot);

describe("rankPassages", () => {
  test("joins what words find and what vectors find", () => {
    const passages = [{ body: "retry upload", cosine: 0.1 }, { body: "try again", cosine: 0.8 }, { body: "other" }];
    expect(slots("retry upload", passages).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(slots("retry upload", passages, { mode: "keyword" })).toEqual([0]);
    expect(slots("retry upload", passages, { mode: "semantic" })).toEqual([1, 0]);
  });

  test("words weigh more in documents than in code", () => {
    const pair = (category: "code" | "documents") => [
      { body: "retry", cosine: 0.3, category },
      { body: "again", cosine: 0.9, category },
      { body: "retry retry again", cosine: 0.6, category },
      { body: "filler of no use", cosine: 0.2, category },
    ];
    const scoreOf = (category: "code" | "documents") =>
      found("retry", pair(category)).find(({ slot }) => slot === 1)?.score ?? 0;
    expect(scoreOf("code")).toBeGreaterThan(scoreOf("documents"));
  });

  test("a quoted phrase stands first, whatever the scores say", () => {
    const passages = [
      { body: "open open file file file", cosine: 0.9 },
      { body: "please open the file now", cosine: 0.1 },
    ];
    expect(slots("open the file", passages)[0]).toBe(0);
    expect(slots('"open the file"', passages)[0]).toBe(1);
  });

  test("the definition of a name that was asked for stands before its uses", () => {
    const passages = [
      { body: "openFile openFile openFile", cosine: 0.9 },
      { name: "openFile", body: "a long body about other things and more of them", cosine: 0.1 },
    ];
    expect(slots("openFile", passages)).toEqual([1, 0]);
    expect(slots("open_file", passages)).toEqual([1, 0]);
  });

  test("a method that was asked for with its class stands before the same method of others", () => {
    const passages = [
      { name: "send", scope: ["Adapter"], body: "send send send Session" },
      { name: "send", scope: ["Session"], body: "other words" },
      { name: "Session", body: "class Session send" },
    ];
    expect(slots("Session.send", passages)[0]).toBe(1);
    expect(slots("Adapter.send", passages)[0]).toBe(0);
  });

  test("a path that was asked for stands first", () => {
    const passages = [
      { path: "index.js", body: "lib command js lib command" },
      { path: "lib/command.js", body: "nothing of it" },
    ];
    expect(slots("lib/command.js", passages)[0]).toBe(1);
  });

  test("a pasted message is found where it stands word for word", () => {
    const message = "attempt to write logs with no transports";
    const passages = [
      { name: "attempt", body: "attempt attempt logs write transports" },
      { body: `if (empty) throw new Error('${message}'); and more words that make the passage longer than it was` },
    ];
    expect(slots(message, passages)[0]).toBe(1);
  });

  test("what the filter refuses is not found, not as a phrase either", () => {
    const passages = [{ body: "open file" }, { body: "open file" }];
    const source = sourceOf(passages, { filter: { mayBeWanted: null, isWanted: (_segment, slot) => slot === 1 } });
    const query = parseQuery('"open file"', tokenizer);
    const { passages: ranked } = rankPassages(source, {
      query,
      mode: "hybrid",
      limit: 5,
      tuning: defaultTuning,
      tokenizer,
    });
    expect(ranked.map(({ slot }) => slot)).toEqual([1]);
  });

  test("scores lie between 0 and 1 and tell good evidence from poor", () => {
    const passages = [{ body: "retry failed upload" }, { body: "retry" }, { body: "x" }];
    const good = found("retry failed upload", passages)[0]?.score ?? 0;
    const poor = found("retry absent1 absent2 absent3 absent4", passages)[0]?.score ?? 0;
    expect(good).toBeLessThanOrEqual(1);
    expect(good).toBeGreaterThan(2 * poor);
    expect(poor).toBeGreaterThan(0);
  });

  test("says what a score is made of", () => {
    const [first] = found("retry", [{ body: "retry", path: "test/a.ts", cosine: 0.5 }, { body: "no" }]);
    expect(first?.scores).toMatchObject({ vector: 0.5, rules: 0.3 });
    expect(first?.scores.words).toBeGreaterThan(0.1);
  });

  test("a row that is gone is left out", () => {
    const source = sourceOf([{ body: "a word" }], { rows: (wanted) => wanted.map(() => null) });
    const query = parseQuery("word", tokenizer);
    expect(
      rankPassages(source, { query, mode: "hybrid", limit: 5, tuning: defaultTuning, tokenizer }).passages,
    ).toEqual([]);
  });
});
