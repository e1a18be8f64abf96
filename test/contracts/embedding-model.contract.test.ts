import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createOllamaModel } from "../../src/embed/models/ollama.ts";
import { createOnnxModel } from "../../src/embed/models/onnx.ts";
import { createOpenAiModel } from "../../src/embed/models/openai.ts";
import { EmbeddingServer } from "../fixtures/embedding-server.ts";
import { ModelHub } from "../fixtures/model-hub.ts";
import { tinyOnnxRepository } from "../fixtures/tiny-onnx.ts";
import { describeEmbeddingModel } from "./embedding-model.contract.ts";

const retry = { attempts: 3, firstDelayMs: 1, maxDelayMs: 100 };
const common = { retry, requests: 2, timeoutMs: 10_000, onProgress: () => undefined };
const onnxHost = join(import.meta.dirname, "../../src/embed/models/onnx-host.ts");
const letterRuntime = join(import.meta.dirname, "../fixtures/letter-runtime.mjs");

let server: EmbeddingServer;
let hub: ModelHub;
let directory: string;
beforeAll(async () => {
  server = await EmbeddingServer.open();
  hub = await ModelHub.open("test/tiny", tinyOnnxRepository());
  directory = await mkdtemp(join(tmpdir(), "commons models "));
});
afterAll(async () => {
  await Promise.all([server.stop(), hub.close()]);
  await rm(directory, { recursive: true, force: true });
});

describeEmbeddingModel("Ollama", async () =>
  createOllamaModel({ ...common, id: "ollama:test", name: "test", url: server.url, mayPull: false }),
);

describeEmbeddingModel("OpenAI", async () =>
  createOpenAiModel({
    ...common,
    id: "openai:test",
    name: "test",
    url: `${server.url}/v1`,
    key: null,
    batchTexts: 32,
    maxTextTokens: 8_000,
  }),
);

// The real transformers.js runs the same suite in test/slow/onnx.test.ts.
describeEmbeddingModel("ONNX", async () =>
  createOnnxModel({
    ...common,
    id: "onnx:test/tiny",
    name: "test/tiny",
    url: hub.url,
    modelsDirectory: directory,
    entry: onnxHost,
    platform: process.platform,
    arch: process.arch,
    idleMs: 60_000,
    fetchPackage: async (request) => {
      const entry = join(request.directory, "node_modules", request.package, "dist", "transformers.node.mjs");
      await mkdir(dirname(entry), { recursive: true });
      await copyFile(letterRuntime, entry);
    },
  }),
);
