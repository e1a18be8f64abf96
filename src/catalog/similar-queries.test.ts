import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  makeBatch,
  makeChunk,
  makeDirectory,
  makeDocument,
  makeSource,
  author,
  openTestCatalog,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import type { Chunk, Source } from "../core/document.ts";
import type { OwnPlace, SimilarResult } from "../core/similar.ts";
import type { Catalog, SimilarRequest } from "./api.ts";

const cartTotal = `export function cartTotal(cart: Cart, rates: Rates): number {
  let total = 0;
  for (const item of cart.items) {
    const rate = rates.find((each) => each.country === item.country);
    if (rate === undefined) throw new Error("no rate for " + item.country);
    total += item.price * item.quantity * (1 + rate.percent / 100);
  }
  return Math.round(total * 100) / 100;
}`;
const renamed = cartTotal.replaceAll("cartTotal", "basketSum").replaceAll("total", "sum").replaceAll("item", "entry");
const reformatted = cartTotal.replaceAll("  ", "\t").replaceAll(";", "").replace("{\n", "{ // sums up\n");
const readLines = `export async function readLines(path: string, limit: number): Promise<string[]> {
  const handle = await open(path, "r");
  try {
    const lines: string[] = [];
    for await (const line of handle.readLines()) {
      if (lines.length >= limit) break;
      lines.push(line.trimEnd());
    }
    return lines;
  } finally {
    await handle.close();
  }
}`;

/** Statements whose words belong to the number alone. */
function stepsOf(number: number): string {
  const letter = String.fromCharCode(97 + number);
  const words = Array.from({ length: 12 }, (_, step) => `${letter}x${String.fromCharCode(98 + step).repeat(3)}`);
  return words.map((word) => `${word}q(${word}z, ${word}v);`).join("\n");
}

describe("finding what is like a passage", () => {
  let files: ReturnType<typeof makeDirectory>;
  let catalog: Catalog;
  let collectionId: string;

  beforeEach(() => {
    files = makeDirectory();
    catalog = openTestCatalog(files.directory);
    collectionId = makeCollection("app");
  });
  afterEach(() => {
    catalog.close();
    files.remove();
  });

  const makeCollection = (name: string): string =>
    catalog.ensureCollection({ ...viewer, name, kind: "permanent", author }).collection.id;
  const store = (
    documents: Readonly<Record<string, readonly Chunk[]>>,
    source: Source = makeSource(),
    id = collectionId,
  ) =>
    catalog.write(
      makeBatch(id, {
        source,
        documents: Object.entries(documents).map(([path, chunks]) => makeDocument(path, chunks)),
      }),
    );
  const ask = (text: string, rest: Partial<SimilarRequest> & { place?: OwnPlace | null } = {}): SimilarResult => {
    const { place = null, ...request } = rest;
    const of = { kind: "sent", passages: [{ text, language: "typescript", place }] } as const;
    return catalog.similar({ collectionIds: [collectionId], of, limit: 5, threshold: null, ...request });
  };
  const found = (result: SimilarResult): string[] =>
    result.groups.flatMap(({ matches }) => matches.map(({ match, path }) => `${match} ${path}`));
  const place = (path: string, rest: Partial<OwnPlace> = {}): OwnPlace => ({
    sourceKey: "ws-1",
    machine: "host",
    sourcePath: "/home/ann/app",
    repositoryId: null,
    path,
    startLine: 1,
    endLine: 9,
    ...rest,
  });

  it("names identical passages before near copies, and nothing else", () => {
    store({
      "same.ts": [makeChunk(reformatted, { symbol: "cartTotal", kind: "function" })],
      "renamed.ts": [makeChunk(renamed)],
      "lines.ts": [makeChunk(readLines)],
    });
    const result = ask(cartTotal);
    expect(found(result)).toEqual(["identical same.ts", "near-copy renamed.ts"]);
    expect(result.groups[0]?.matches[0]).toMatchObject({ similarity: 1, symbol: "cartTotal", source: "app" });
  });

  it("finds the half of a function that was copied into another", () => {
    const mixed = [...readLines.split("\n").slice(0, 8), ...cartTotal.split("\n").slice(2)].join("\n");
    store({ "mixed.ts": [makeChunk(mixed)] });
    expect(found(ask(cartTotal))).toEqual(["near-copy mixed.ts"]);
  });

  it("does not find a passage as its own likeness, but finds it further down in the same file", () => {
    store({ "a.ts": [makeChunk(cartTotal, { startLine: 1, endLine: 9 })] });
    expect(found(ask(cartTotal, { place: place("a.ts") }))).toEqual([]);
    store({
      "a.ts": [makeChunk(cartTotal, { startLine: 1, endLine: 9 }), makeChunk(renamed, { startLine: 30, endLine: 38 })],
    });
    expect(found(ask(cartTotal, { place: place("a.ts") }))).toEqual(["near-copy a.ts"]);
  });

  it("does not find a file as its own likeness where a directory above or below is stored, too", () => {
    const parent = { ...makeSource("ws-8", "ann"), path: "/home/ann" };
    const below = { ...makeSource("ws-9", "src"), path: "/home/ann/app/src" };
    store({ "app/src/a.ts": [makeChunk(cartTotal)] }, parent);
    store({ "a.ts": [makeChunk(cartTotal)] }, below);
    expect(found(ask(cartTotal, { place: place("src/a.ts") }))).toEqual([]);
    expect(found(ask(cartTotal, { place: place("src/a.ts", { machine: "desktop" }) }))).toEqual([
      "identical app/src/a.ts",
    ]);
    const stored = { collectionId, sourceKey: "ws-9", directory: "", after: null, limit: 7 };
    expect(found(ask("", { of: { kind: "stored", stored } }))).toEqual([]);
  });

  it("folds the same file of other checkouts, and one text in many places", () => {
    const repository = { id: "host/shop", name: "shop", remote: null, branch: "side", commit: null, isWorktree: true };
    store({ "a.ts": [makeChunk(cartTotal)] }, { ...makeSource("ws-2", "shop-side"), repository });
    store({ "b.ts": [makeChunk(cartTotal)], "test/c.test.ts": [makeChunk(cartTotal)] }, makeSource("ws-3", "other"));
    const result = ask(cartTotal, { place: place("a.ts", { repositoryId: "host/shop" }) });
    expect(found(result)).toEqual(["identical b.ts"]);
    expect(result.groups[0]?.sameFileAt).toEqual([
      { source: "shop-side", sourcePath: "/home/ann/shop-side", branch: "side" },
    ]);
    expect(result.groups[0]?.matches[0]?.alsoAt).toMatchObject([{ path: "test/c.test.ts" }]);
  });

  it("leaves out what is like everything: imports, getters and licences", () => {
    const imports = Array.from({ length: 12 }, (_, index) => `import { name${index} } from "./file${index}.ts";`).join(
      "\n",
    );
    const getter = "get name(): string {\n  return this.#name;\n}";
    store({ "a.ts": [makeChunk(imports)], "b.ts": [makeChunk(getter)], LICENSE: [makeChunk(readLines)] });
    for (const text of [imports, getter, "", "  \n"]) expect(ask(text)).toMatchObject({ groups: [], tooSmall: 1 });
    expect(ask(readLines, { place: place("LICENSE") })).toMatchObject({ groups: [], tooSmall: 1, compared: 0 });
  });

  it("keeps to the given threshold and limit", () => {
    store({ "same.ts": [makeChunk(reformatted)], "renamed.ts": [makeChunk(renamed)] });
    expect(found(ask(cartTotal, { threshold: 1 }))).toEqual(["identical same.ts"]);
    expect(found(ask(cartTotal, { limit: 1 }))).toEqual(["identical same.ts"]);
  });

  it("goes through the stored passages of a source in pages, each once", () => {
    const other = makeCollection("other");
    const names = Array.from({ length: 23 }, (_, index) => `d${index % 3}/f${index}.ts`);
    const own = (name: string) => makeChunk(stepsOf(Number(/f(\d+)/.exec(name)?.[1])));
    store(Object.fromEntries(names.map((name) => [name, [own(name), makeChunk(`const x = "${name}";`)]])));
    store({ "copy.ts": [own("d1/f4.ts")] }, makeSource("ws-9", "mine"), other);
    const seen: string[] = [];
    let small = 0;
    const of = (after: SimilarResult["next"], directory: string): SimilarRequest["of"] => ({
      kind: "stored",
      stored: { collectionId, sourceKey: "ws-1", directory, after, limit: 7 },
    });
    for (let after: SimilarResult["next"] = null; ;) {
      const page = catalog.similar({ collectionIds: [other], of: of(after, ""), limit: 1, threshold: 0.9 });
      seen.push(...page.groups.flatMap(({ mine }) => (mine === null ? [] : [mine.path])));
      small += page.tooSmall;
      expect(page.total).toBe(46);
      after = page.next;
      if (after === null) break;
    }
    expect(seen).toEqual(["d1/f4.ts"]);
    expect(small).toBe(23);
    const below = catalog.similar({ collectionIds: [other], of: of(null, "d1"), limit: 1, threshold: 0.9 });
    expect(below).toMatchObject({ total: 16, compared: 4, tooSmall: 3, next: { path: "d1/f16.ts" } });
  });

  it("refuses more passages than one call may have, and unknown collections", () => {
    const passage = { text: cartTotal, language: null, place: null };
    const passages = Array.from({ length: 33 }, () => passage);
    expect(() => ask("", { of: { kind: "sent", passages } })).toThrow(/At most 32 passages/);
    expect(ask("", { of: { kind: "sent", passages: [] } })).toMatchObject({ groups: [], collections: ["app"] });
    expect(() => ask(cartTotal, { collectionIds: ["none"] })).toThrow(
      expect.objectContaining({ code: "COLLECTION_NOT_FOUND" }),
    );
  });

  it("takes texts of any kind", () => {
    store({ "same.ts": [makeChunk(cartTotal)] });
    for (const text of ["\ud800".repeat(50), "x ".repeat(90_000), "数据 ".repeat(2_000), "\0".repeat(1_000)])
      expect(() => ask(text)).not.toThrow();
  });
});
