import { expect, test } from "vitest";
import { corpusSpec } from "./corpora.ts";
import { readPackages } from "./packages.ts";
import { readSets } from "./sets.ts";

// Kept for evaluation elsewhere: nothing may be chosen by them.
const kept =
  /^(?:express|axios|zod|redux|click|flask|requests|httpx|starlette|gin|cobra|sinatra|rack|gson|typeorm|openlayers|hono)$/;

test("every set is well formed, has a corpus, and asks nothing twice", () => {
  const sets = readSets();
  expect(new Set(sets.map(({ name }) => name)).size).toBe(sets.length);
  for (const { corpus, items } of sets) {
    expect(corpusSpec(corpus).packages).not.toEqual([]);
    const queries = items.map(({ query }) => query.toLowerCase());
    expect(queries.filter((query, index) => queries.indexOf(query) !== index)).toEqual([]);
  }
});

test("what is relevant is a line of a file in chunk sets, and a path of the corpus' package in file sets", () => {
  for (const { name, level, corpus, items } of readSets()) {
    const { packages } = corpusSpec(corpus);
    for (const place of items.flatMap(({ relevant }) => relevant)) {
      expect({ name, place, hasLine: /:\d+$/.test(place) }).toEqual({ name, place, hasLine: level === "chunk" });
      const owner = place.split("/")[0] ?? "";
      expect(packages.some((one) => one === owner || one.startsWith(`${owner}-`) || owner === `${one}s`)).toBe(true);
    }
  }
});

test("no package is one that is kept for evaluation elsewhere, and each has a licence", () => {
  for (const { name, registryName, licence } of readPackages()) {
    expect(name).not.toMatch(kept);
    expect(registryName?.replace(/^(?:python3|php|ruby)-/, "") ?? "").not.toMatch(kept);
    expect(licence).toMatch(/^(?:MIT|Apache-2\.0|BSD-3-Clause|PSF-2\.0|BlueOak-1\.0\.0|MIT OR Apache-2\.0)$/);
  }
});
