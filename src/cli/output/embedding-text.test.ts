import { expect, it } from "vitest";
import { embeddingLines, priceLines } from "./embedding-text.ts";

const quiet = { detail: null, hint: null, retryAtMs: null, texts: 0, refused: 0, refusal: null };

it("status is silent about models that have done their work", () => {
  const models = [{ ...quiet, model: "ollama:nomic", state: "idle" as const }];
  expect(embeddingLines({ models, reindexing: [] }, 0)).toEqual([]);
});

it("status says why a model does not work, and what to do", () => {
  const models = [
    { ...quiet, model: "ollama:a", state: "waiting" as const, detail: "It is away.", retryAtMs: 4_000, texts: 1_200 },
    { ...quiet, model: "openai:b", state: "refused" as const, detail: "No key.", hint: "Set one.", texts: 1 },
    { ...quiet, model: "openai:c", state: "idle" as const, refused: 2, refusal: "too odd" },
  ];
  expect(embeddingLines({ models, reindexing: [] }, 0).map(([, text]) => text)).toEqual([
    "ollama:a, 1,200 texts to embed: does not answer. It is away. Next try in 4.0 s.",
    "openai:b, 1 text to embed: cannot be used. No key. Set one. Then: commons reindex COLLECTION",
    "openai:c: done. 2 texts refused: too odd",
  ]);
});

it("the price of a reindex names texts, tokens, money, time and place", () => {
  const plan = { collection: "app", from: "built-in", to: "openai:x", passages: 9, texts: 7, textBytes: 700 };
  const price = {
    plan,
    tokens: 200,
    dollars: 0.004,
    seconds: 90,
    destination: "https://api.openai.com/v1",
    remark: null,
  };
  expect(priceLines(price)).toEqual([
    "app: from built-in to openai:x",
    "9 passages, 7 texts to embed, about 200 tokens, less than $0.01",
    "about 1 min 30 s, by a sample of made-up text",
    "The text is sent to https://api.openai.com/v1.",
  ]);
  const unknown = { ...price, dollars: null, seconds: null, destination: null, remark: "First it fetches 5 MB." };
  expect(priceLines(unknown).join(" ")).toContain("a price that commons does not know");
  expect(priceLines(unknown).at(-1)).toBe("First it fetches 5 MB.");
});
