import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmbeddingModel } from "../../src/core/ports.ts";

/** What every EmbeddingModel does. Its vectors must be alike for texts with the same words. */
export function describeEmbeddingModel(name: string, open: () => Promise<EmbeddingModel>): void {
  describe(`an embedding model: ${name}`, () => {
    let model: EmbeddingModel;
    beforeAll(async () => {
      model = await open();
    }, 300_000);
    afterAll(() => model.close());
    const embed = (texts: readonly string[], purpose: "passage" | "query" = "passage") =>
      model.embed(texts, { purpose });
    const cosine = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
      a === undefined || b === undefined
        ? Number.NaN
        : a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

    it("gives one vector of length one for each text, in order, all of one dimension", async () => {
      const texts = ["read the file", "send the mail", "read the file", "q"];
      const vectors = await embed(texts);
      expect(vectors).toHaveLength(texts.length);
      expect(new Set(vectors.map(({ length }) => length)).size).toBe(1);
      for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 4);
      expect(cosine(vectors[0], vectors[2])).toBeCloseTo(1, 2);
      expect(cosine(vectors[0], vectors[1])).toBeLessThan(0.99);
    });

    it("gives the same vectors alone and among many", async () => {
      const texts = Array.from({ length: 150 }, (_, index) => `read file ${"send mail ".repeat(index % 7)}`);
      const vectors = await embed(texts);
      const [alone] = await embed([texts[149] ?? ""]);
      expect(cosine(vectors[149], alone)).toBeGreaterThan(0.99);
    });

    it("takes odd text: blank, very long, half a surrogate pair, other scripts", async () => {
      const vectors = await embed(["", "   ", "read ".repeat(20_000), "\ud800 read", "你好，世界", "مرحبا"]);
      expect(vectors).toHaveLength(6);
      for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    });

    it("gives queries vectors of the same space", async () => {
      const [passage] = await embed(["read the file"]);
      const [query] = await embed(["read the file"], "query");
      expect(cosine(passage, query)).toBeGreaterThan(0.9);
    });

    it("gives nothing for nothing", async () => {
      expect(await embed([])).toEqual([]);
    });

    it("lets the caller go when it aborts", async () => {
      const aborted = AbortSignal.abort();
      await expect(model.embed(["read"], { purpose: "passage", signal: aborted })).rejects.toMatchObject({
        code: "CANCELLED",
      });
      expect(await embed(["read"])).toHaveLength(1);
    });

    it("refuses to work after its end", async () => {
      const other = await open();
      await other.close();
      await expect(other.embed(["read"], { purpose: "passage" })).rejects.toMatchObject({ code: "CANCELLED" });
    });
  });
}
