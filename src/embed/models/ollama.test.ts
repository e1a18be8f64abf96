import { afterEach, beforeEach, expect, it } from "vitest";
import { EmbeddingServer } from "../../../test/fixtures/embedding-server.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import { createOllamaModel } from "./ollama.ts";

let server: EmbeddingServer;
const open = new Set<EmbeddingModel>();
beforeEach(async () => {
  server = await EmbeddingServer.open();
  server.models = new Set(["there"]);
});
afterEach(async () => {
  for (const model of open) await model.close();
  open.clear();
  await server.stop();
});

function makeModel(name: string, mayPull: boolean, said: (string | null)[] = []): EmbeddingModel {
  const model = createOllamaModel({
    id: `ollama:${name}`,
    name,
    url: server.url,
    mayPull,
    requests: 2,
    timeoutMs: 5_000,
    retry: { attempts: 2, firstDelayMs: 1, maxDelayMs: 10 },
    onProgress: (detail) => said.push(detail),
  });
  open.add(model);
  return model;
}

const embed = (model: EmbeddingModel, purpose: "passage" | "query" = "passage") => model.embed(["text"], { purpose });

it("a model that Ollama does not have is refused with how to get it, and not downloaded", async () => {
  await expect(embed(makeModel("gone", false))).rejects.toMatchObject({
    code: "EMBEDDER_REFUSED",
    hint: expect.stringContaining("ollama pull gone"),
  });
  expect(server.seen.map(({ path }) => path)).toEqual(["/api/embed"]);
});

it("such a model is downloaded once where the user allowed it, and says how far it is", async () => {
  const said: (string | null)[] = [];
  const model = makeModel("gone", true, said);
  await Promise.all([embed(model), embed(model)]);
  expect(server.seen.filter(({ path }) => path === "/api/pull")).toHaveLength(1);
  expect(said).toContain("Ollama downloads gone: 50 B of 100 B.");
  expect(said.at(-1)).toBeNull();
});

it("a model that only generates text is refused", async () => {
  server.script({ kind: "status", status: 400, body: { error: "this model does not support embeddings" } });
  await expect(embed(makeModel("there", false))).rejects.toThrow("makes no embeddings");
});

it("models that tell questions from passages get their words before the text", async () => {
  server.models = null;
  const model = makeModel("nomic-embed-text:v1.5", false);
  await embed(model, "query");
  await embed(model);
  expect(server.seen.map(({ texts }) => texts[0])).toEqual(["search_query: text", "search_document: text"]);
});

it("an Ollama that is away is not available", async () => {
  await server.stop();
  await expect(embed(makeModel("there", false))).rejects.toMatchObject({ code: "EMBEDDER_UNAVAILABLE" });
});
