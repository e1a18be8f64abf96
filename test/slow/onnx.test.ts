import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createOnnxModel, type OnnxOptions } from "../../src/embed/models/onnx.ts";
import { fetchPackage, findNpm } from "../../src/engine/npm-fetch.ts";
import { describeEmbeddingModel } from "../contracts/embedding-model.contract.ts";
import { ModelHub } from "../fixtures/model-hub.ts";
import { tinyOnnxRepository } from "../fixtures/tiny-onnx.ts";

// transformers.js from npm, with a model of some KB that the test makes.
let hub: ModelHub;
let directory: string;
let options: OnnxOptions;
beforeAll(async () => {
  hub = await ModelHub.open("test/tiny", tinyOnnxRepository());
  directory = await mkdtemp(join(tmpdir(), "commons onnx "));
  options = {
    id: "onnx:test/tiny",
    name: "test/tiny",
    url: hub.url,
    modelsDirectory: directory,
    fetchPackage: (request) => fetchPackage({ ...request, npm: findNpm(process.execPath, process.platform) }),
    entry: join(import.meta.dirname, "../../src/embed/models/onnx-host.ts"),
    platform: process.platform,
    arch: process.arch,
    retry: { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 },
    idleMs: 60_000,
    onProgress: () => undefined,
  };
});
afterAll(async () => {
  await hub.close();
  await rm(directory, { recursive: true, force: true });
});

describeEmbeddingModel("ONNX through transformers.js", async () => createOnnxModel(options));

it("keeps only what this system needs, and works without any network", async () => {
  await hub.close();
  const model = createOnnxModel({ ...options, fetchPackage: () => Promise.reject(new Error("npm was asked")) });
  try {
    const [read, file] = await model.embed(["read", "file"], { purpose: "passage" });
    expect(read).toHaveLength(16);
    expect(read).not.toEqual(file);
  } finally {
    await model.close();
  }
  expect(await sizeOf(directory)).toBeLessThan(150_000_000);
});

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
