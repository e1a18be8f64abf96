import { describe, expect, it } from "vitest";
import { hit } from "../../test/fixtures/hit.ts";
import { searchAnswer } from "../../test/fixtures/search-answer.ts";
import type { SearchFilters } from "../core/search.ts";
import { adviceFor } from "./search-advice.ts";

interface Asked {
  readonly query: string;
  readonly filters: SearchFilters;
  readonly limit: number;
}

/** A hub that answers with one hit where `finds` says so, and remembers what it was asked. */
function hub(finds: (asked: Asked) => boolean) {
  const asked: Asked[] = [];
  const ask = async (question: Asked) => {
    asked.push(question);
    return searchAnswer({ hits: finds(question) ? [hit] : [] });
  };
  return { asked, ask };
}

const question = (query: string, filters: SearchFilters = {}) => ({
  collections: "*" as const,
  query,
  limit: 9,
  mode: "hybrid" as const,
  filters,
});

describe("adviceFor", () => {
  it("asks nothing more where enough was found", async () => {
    const { asked, ask } = hub(() => true);
    const advice = await adviceFor({ question: question("take tokens"), hits: [hit, hit, hit] }, ask);
    expect(advice).toEqual({ isWeak: false, isWithoutWords: false, unknownWords: [], withoutFilters: [] });
    expect(asked).toEqual([]);
  });

  it("says that no hit has a word where the ranking found none, also of short words, and not where it did", async () => {
    const { ask } = hub(() => true);
    const nearest = { ...hit, scores: { words: null, vector: 0.4, rules: 1 } };
    const ofShort = await adviceFor({ question: question("is it 0"), hits: [nearest, nearest, nearest] }, ask);
    expect(ofShort).toMatchObject({ isWeak: true, isWithoutWords: true });
    const ofLong = await adviceFor({ question: question(`${"zz ".repeat(9_000)} take`), hits: [hit, nearest] }, ask);
    expect(ofLong.isWithoutWords).toBe(false);
  });

  it("names the words that stand nowhere, each asked for alone and without filters", async () => {
    const { asked, ask } = hub(({ query }) => query !== "zanzibar");
    const advice = await adviceFor(
      { question: question("Zanzibar zanzibar of limits", { language: "go" }), hits: [hit] },
      ask,
    );
    expect(advice).toMatchObject({ isWeak: true, unknownWords: [] });
    expect(asked.map(({ query, filters, limit }) => [query, filters, limit])).toEqual([["Zanzibar", {}, 1]]);
    const other = await adviceFor({ question: question("zanzibar limits"), hits: [hit] }, ask);
    expect(other.unknownWords).toEqual(["zanzibar"]);
  });

  it("names each filter without which something would be found", async () => {
    const { ask } = hub(({ filters }) => filters.language === undefined);
    const filters = { language: "rust", path: "src/**" };
    const { withoutFilters } = await adviceFor({ question: question("limit", filters), hits: [] }, ask);
    expect(withoutFilters).toEqual([{ filters: ["language"], place: "src/limit.ts:10-12" }]);
  });

  it("names all filters where only dropping all of them helps", async () => {
    const { ask } = hub(({ filters }) => Object.keys(filters).length === 0);
    const filters = { language: "rust", path: "src/**" };
    const { withoutFilters } = await adviceFor({ question: question("limit", filters), hits: [] }, ask);
    expect(withoutFilters).toEqual([{ filters: ["path", "language"], place: "src/limit.ts:10-12" }]);
  });

  it("asks a bounded number of times, whatever the question is", async () => {
    const { asked, ask } = hub(() => false);
    const words = Array.from({ length: 20_000 }, (_, index) => `word${index}x`).join(" ");
    await adviceFor({ question: question(words), hits: [] }, ask);
    expect(asked.length).toBeLessThan(10);
  });
});
