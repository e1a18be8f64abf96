import { describe, expect, test } from "vitest";
import { FakeEngine, type ForeignContent } from "../../test/fixtures/fake-engine.ts";
import { CommonsError } from "../core/errors.ts";
import type { EngineRecord } from "../core/ports.ts";
import { createEmbedder, defaultEmbedderId } from "../embed/registry.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import { ForeignCollections, type ForeignQuestion } from "./foreign-collections.ts";

const database = "default";
const record = (id: string, document: string | null, metadata: EngineRecord["metadata"] = {}): EngineRecord => ({
  id,
  document,
  metadata,
  embedding: [1, 0],
});
const recipes = [
  record("soup", "Onion soup with thyme and white wine.", { course: "first", source: "soups.md", start_line: 12 }),
  record("tart", "A tart of onions.\nBake for an hour.", { course: "main", title: "Onion tart" }),
  record("cake", "Carrot cake with nuts.", { course: "last" }),
  record("bare", null),
];
const question = (query: string, more: Partial<ForeignQuestion> = {}): ForeignQuestion => ({
  query,
  mode: "hybrid",
  filters: {},
  limit: 10,
  ...more,
});

function openWorld(collections: Readonly<Record<string, ForeignContent>>, patienceMs = 5_000) {
  const engine = new FakeEngine();
  for (const [name, content] of Object.entries(collections)) engine.makeForeign(database, name, content);
  const tokenizer = createTokenizer();
  const foreign = new ForeignCollections({
    engine: {
      listForeign: (space) => engine.listForeign(space, new Set()),
      searchForeign: (space, name, query) => engine.searchForeign({ database: space, name }, query),
    },
    tokenizer,
    embedder: createEmbedder(defaultEmbedderId, tokenizer.parts),
    patienceMs,
  });
  return { engine, foreign };
}

describe("collections of other programs", () => {
  test("are searched by name; hits have their place, and scores between 0 and 1", async () => {
    const { foreign } = openWorld({ recipes: { records: recipes } });
    const { hits, collections, notes } = await foreign.search(database, ["recipes"], question("onion soup"));
    expect(hits[0]).toMatchObject({
      collection: "recipes",
      source: "ChromaDB",
      sourceKey: "chroma",
      sourcePath: null,
      path: "soups.md",
      startLine: 12,
      endLine: 12,
      kind: "record",
      recordId: "soup",
      text: "Onion soup with thyme and white wine.",
      metadata: { course: "first" },
    });
    expect(hits.map(({ recordId }) => recordId)).toContain("tart");
    expect(hits.map(({ recordId }) => recordId)).not.toContain("bare");
    expect(hits.find(({ recordId }) => recordId === "tart")).toMatchObject({ symbol: "Onion tart", endLine: 2 });
    for (const { score } of hits) expect(score > 0 && score <= 1).toBe(true);
    expect(collections.map(({ name }) => name)).toEqual(["recipes"]);
    expect(notes).toEqual([]);
  });

  test("are all searched when everything is", async () => {
    const { foreign } = openWorld({
      recipes: { records: recipes },
      wines: { records: [record("w", "A white wine.")] },
    });
    const { hits, collections } = await foreign.search(database, "*", question("white wine"));
    expect(new Set(hits.map(({ collection }) => collection))).toEqual(new Set(["recipes", "wines"]));
    expect(collections).toHaveLength(2);
  });

  test("that are large are searched by the spellings of the words", async () => {
    const many = Array.from({ length: 800 }, (_, index) => record(`filler-${index}`, `Nothing much, number ${index}.`));
    const { foreign } = openWorld({ recipes: { records: [...many, ...recipes] } });
    const { hits } = await foreign.search(database, ["recipes"], question("SOUPS of onions", { mode: "keyword" }));
    expect(hits.map(({ recordId }) => recordId).slice(0, 2)).toEqual(["soup", "tart"]);
  });

  test.each<[ForeignQuestion["filters"], string[]]>([
    [{ where: { course: "main" } }, ["tart"]],
    [{ where: { "#document": { $contains: "thyme" } } }, ["soup"]],
    [{ where: { $not_contains: "tart" } }, ["soup"]],
    [{ path: "*.md" }, ["soup"]],
    [{ where: { source: "soups.md" } }, ["soup"]],
    [{ source: "elsewhere" }, []],
  ])("are filtered by %j", async (filters, expected) => {
    const { foreign } = openWorld({ recipes: { records: recipes } });
    const { hits } = await foreign.search(database, ["recipes"], question("onion", { filters, mode: "keyword" }));
    expect(hits.map(({ recordId }) => recordId)).toEqual(expected);
  });

  test("without texts say so", async () => {
    const { foreign } = openWorld({ vectors: { records: [record("a", null), record("b", null)] } });
    const { hits, notes } = await foreign.search(database, ["vectors"], question("anything"));
    expect(hits).toEqual([]);
    expect(notes).toEqual([{ kind: "foreign", text: expect.stringContaining("vectors without texts") }]);
  });

  test("with texts too long to be searched whole say so", async () => {
    const { foreign } = openWorld({ long: { records: [record("a", `onion ${"x ".repeat(50_000)}`)] } });
    const { hits, notes } = await foreign.search(database, ["long"], question("onion"));
    expect(hits[0]?.text.length).toBeLessThan(30_000);
    expect(notes[0]?.text).toContain("too long to be searched whole");
  });

  test("that fail are a note in a search of everything, and an error when they were named", async () => {
    const { engine, foreign } = openWorld({ recipes: { records: recipes } });
    engine.beforeCall = (call) => {
      if (call === "searchForeign") throw new CommonsError("ENGINE_UNAVAILABLE", "Chroma is restarting.");
    };
    const { hits, notes } = await foreign.search(database, "*", question("onion"));
    expect(hits).toEqual([]);
    expect(notes[0]?.text).toContain("recipes");
    expect(notes[0]?.text).toContain("Chroma is restarting.");
    await expect(foreign.search(database, ["recipes"], question("onion"))).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
    });
  });

  test("that Chroma does not list in time do not hold up a search of everything", async () => {
    const tokenizer = createTokenizer();
    const foreign = new ForeignCollections({
      engine: { listForeign: () => new Promise(() => undefined), searchForeign: () => Promise.resolve([]) },
      tokenizer,
      embedder: createEmbedder(defaultEmbedderId, tokenizer.parts),
      patienceMs: 5,
    });
    const { hits, notes } = await foreign.search(database, "*", question("onion"));
    expect(hits).toEqual([]);
    expect(notes[0]?.text).toContain("did not answer in time");
  });

  test("are listed once for many searches of everything", async () => {
    const { engine, foreign } = openWorld({ recipes: { records: recipes } });
    for (let round = 0; round < 3; round++) await foreign.search(database, "*", question("onion"));
    expect(engine.calls.filter((call) => call === "listForeign")).toHaveLength(1);
  });

  test.each<[string, ForeignQuestion, string]>([
    ["a query without words", question("?!"), "QUERY_EMPTY"],
    ["an unknown operator", question("onion", { filters: { where: { a: { $near: 1 } } } }), "INPUT_INVALID"],
    ["a list where an object belongs", question("onion", { filters: { where: { $and: "x" } } }), "INPUT_INVALID"],
  ])("%s is refused before Chroma is asked", async (_, asked, code) => {
    const { engine, foreign } = openWorld({ recipes: { records: recipes } });
    await expect(foreign.search(database, ["recipes"], asked)).rejects.toMatchObject({ code });
    expect(engine.calls).not.toContain("searchForeign");
  });
});
