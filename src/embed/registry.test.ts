import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import { createEmbedder, defaultEmbedderId, embedderIds } from "./registry.ts";

const { parts } = createTokenizer();

describe("embedder registry", () => {
  test("every embedder can be made, carries its id and gives vectors of its length", () => {
    for (const id of embedderIds()) {
      const embedder = createEmbedder(id, parts);
      expect(embedder.id).toBe(id);
      const [vector, empty] = embedder.embed(["read the file", ""]);
      expect([vector?.length, empty?.length]).toEqual([embedder.dimensions, embedder.dimensions]);
      expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
      expect(Math.hypot(...(empty ?? []))).toBe(0);
    }
    expect(embedderIds()).toContain(defaultEmbedderId);
  });

  test("an unknown id is refused with the known ones", () => {
    const error = thrownBy(() => createEmbedder("toString", parts));
    expect(error.code).toBe("SETTING_INVALID");
    expect(error.hint).toContain(defaultEmbedderId);
  });
});

test("the shipped table is the one whose vectors are stored under its name: another table needs another id", () => {
  const table = readFileSync(new URL("table/words-static-128-v1.bin", import.meta.url));
  expect(hash("sha256", table)).toBe("ebc50abd295a3ff009d28ea54f168b28e93c53b6dc5fd8d85a096b711a02f5be");
});

describe("the default embedder", () => {
  const passages = {
    read: `export async function loadLines(path: string): Promise<string[]> {
      const content = await readFile(path, "utf8");
      return content.split("\\n");
    }`,
    retry: `async function withRetries(call, attempts) {
      for (let n = 1; ; n++) try { return await call(); } catch (e) { if (n >= attempts) throw e; await sleep(2 ** n * 100); }
    }`,
    draw: `function drawCircle(ctx, x, y, radius) { ctx.beginPath(); ctx.arc(x, y, radius, 0, 2 * Math.PI); ctx.stroke(); }`,
    login: `def check_password(user, password): return hmac.compare_digest(user.password_hash, hash_secret(password, user.salt))`,
  };

  test.each([
    ["read a text file line by line", "read"],
    ["try again with exponential backoff when a request fails", "retry"],
    ["paint a round shape on the canvas", "draw"],
    ["verify credentials at sign in", "login"],
  ])("%s: the passage that does it is the nearest", (question, wanted) => {
    const [query, ...vectors] = createEmbedder(defaultEmbedderId, parts).embed([question, ...Object.values(passages)]);
    const cosines = vectors.map((vector) => vector.reduce((sum, value, at) => sum + value * (query?.[at] ?? 0), 0));
    expect(Object.keys(passages)[cosines.indexOf(Math.max(...cosines))]).toBe(wanted);
  });
});
