import { describe, expect, it } from "vitest";
import type { CollectionSummary } from "../core/collections.ts";
import { visibleCollection } from "./collection-lookup.ts";

const summary = (name: string): CollectionSummary => ({
  id: name,
  name,
  space: "default",
  kind: "permanent",
  ownerSession: null,
  owner: "ann",
  embedder: "hash",
  documents: 1,
  chunks: 1,
  sizeBytes: 1,
  createdAtMs: 1,
  updatedAtMs: 1,
});

/** The hint for a name that is none of the known ones. */
async function hintFor(name: string, known: readonly string[]): Promise<unknown> {
  const parts = {
    reader: { findCollection: async () => null, listCollections: async () => known.map(summary) },
    engine: { requireNotForeign: async () => undefined },
  };
  const error: unknown = await visibleCollection(parts, { space: "default", sessionId: null }, name).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "COLLECTION_NOT_FOUND" });
  return error instanceof Error && "hint" in error ? error.hint : null;
}

describe("the hint for an unknown collection", () => {
  it("offers the nearest names", async () => {
    expect(await hintFor("web_cod", ["web_code", "notes"])).toBe('Did you mean "web_code"?');
  });

  it("else names ten and says how many more there are", async () => {
    const known = Array.from({ length: 14 }, (_, index) => `part-${String(index).padStart(2, "0")}`);
    const hint = await hintFor("zzzzzz", known);
    expect(hint).toBe(`There are: ${known.slice(0, 10).join(", ")} and 4 more.`);
    expect(await hintFor("zzzzzz", known.slice(0, 2))).toBe("There are: part-00, part-01.");
  });

  it("says what to do when there is none, in words for people and agents", async () => {
    expect(await hintFor("web", [])).toBe("There is no collection yet; ingesting a directory makes one.");
  });
});
