import { describe, expect, test } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { createHashEmbedder } from "./hash-embedder.ts";
import { createEmbedder, defaultEmbedderId, embedderIds } from "./registry.ts";

const tokenize = (text: string): string[] => text.split(" ").filter((word) => word !== "");
const embedder = createHashEmbedder(tokenize);

function similarity(a: string, b: string): number {
  const [left, right] = embedder.embed([a, b]);
  return Array.from(left ?? []).reduce((sum, value, index) => sum + value * (right?.[index] ?? 0), 0);
}

describe("hash embedder", () => {
  test("vectors have unit length and the same text gives the same one in another embedder", () => {
    const [vector] = embedder.embed(["alpha beta beta"]);
    expect(vector).toHaveLength(128);
    expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
    expect(createHashEmbedder(tokenize).embed(["alpha beta beta"])[0]).toEqual(vector);
  });

  test("stored vectors stay valid: the first signs of a known token never change", () => {
    const [vector] = embedder.embed(["parser"]);
    expect(Array.from(vector?.slice(0, 16) ?? [], Math.sign).join(" ")).toBe("-1 -1 1 1 1 1 1 -1 1 -1 1 1 1 -1 1 -1");
  });

  test("texts that share words are nearer than texts that share none", () => {
    expect(similarity("read the file", "read a file")).toBeGreaterThan(0.5);
    expect(Math.abs(similarity("read the file", "green blue red"))).toBeLessThan(0.4);
  });

  test("unrelated tokens are nearly orthogonal on average", () => {
    const values = Array.from({ length: 200 }, (_, index) => similarity(`w${index}`, `w${index + 1}`));
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.03);
  });

  test("a text without tokens gets a fixed unit vector", () => {
    const [empty, blank] = embedder.embed(["", "   "]);
    expect(empty).toEqual(blank);
    expect(Math.hypot(...(empty ?? []))).toBe(1);
  });
});

describe("embedder registry", () => {
  test("every embedder can be made and carries its id", () => {
    for (const id of embedderIds()) expect(createEmbedder(id, tokenize).id).toBe(id);
    expect(embedderIds()).toContain(defaultEmbedderId);
  });

  test("an unknown id is refused with the known ones", () => {
    const error = thrownBy(() => createEmbedder("toString", tokenize));
    expect(error.code).toBe("SETTING_INVALID");
    expect(error.hint).toContain(defaultEmbedderId);
  });
});
