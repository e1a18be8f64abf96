import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ModelHub } from "../../../test/fixtures/model-hub.ts";
import { tinyOnnxRepository } from "../../../test/fixtures/tiny-onnx.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import { createOnnxModel, type OnnxOptions } from "./onnx.ts";
import type { FetchPackage } from "./onnx-runtime.ts";

const letterRuntime = join(import.meta.dirname, "../../../test/fixtures/letter-runtime.mjs");

let directory: string;
let hub: ModelHub;
const open = new Set<EmbeddingModel>();
const said: string[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "commons onnx "));
  hub = await ModelHub.open("test/tiny", tinyOnnxRepository());
  said.length = 0;
});
afterEach(async () => {
  for (const model of open) await model.close();
  open.clear();
  await hub.close();
  await rm(directory, { recursive: true, force: true });
});

const putLetterRuntime: FetchPackage = async (request) => {
  const entry = join(request.directory, "node_modules", request.package, "dist", "transformers.node.mjs");
  await mkdir(dirname(entry), { recursive: true });
  await copyFile(letterRuntime, entry);
};

function makeModel(options: Partial<OnnxOptions> = {}): EmbeddingModel {
  const model = createOnnxModel({
    id: "onnx:test/tiny",
    name: "test/tiny",
    url: hub.url,
    modelsDirectory: directory,
    fetchPackage: putLetterRuntime,
    entry: join(import.meta.dirname, "onnx-host.ts"),
    platform: process.platform,
    arch: process.arch,
    retry: { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 },
    idleMs: 60_000,
    onProgress: (detail) => detail !== null && said.push(detail),
    ...options,
  });
  open.add(model);
  return model;
}

const embed = (model: EmbeddingModel, ...texts: string[]) => model.embed(texts, { purpose: "passage" });
const weights = "onnx/model_quantized.onnx";

it("is downloaded once with progress: the small weights, and nothing that is not needed", async () => {
  await embed(makeModel(), "read");
  const files = hub.requests.filter((path) => path.includes("/resolve/"));
  expect(files.map((path) => path.slice(path.indexOf("01234567/") + 9))).toEqual([
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
    weights,
  ]);
  expect(said.some((line) => line.includes(weights))).toBe(true);
  await hub.close();
  expect(await embed(makeModel({ fetchPackage: () => Promise.reject(new Error("no network")) }), "read")).toHaveLength(
    1,
  );
});

it("a download that arrives damaged is not used, and tried again", async () => {
  for (const name of [weights, "config.json"]) {
    hub.damaged.add(name);
    await expect(embed(makeModel(), "read")).rejects.toMatchObject({
      code: "EMBEDDER_UNAVAILABLE",
      message: expect.stringContaining("checksum"),
    });
    hub.damaged.delete(name);
  }
  expect(await embed(makeModel(), "read")).toHaveLength(1);
});

it("weights that were damaged on the disk are downloaded again", async () => {
  await embed(makeModel(), "read");
  const file = join(directory, "onnx", "main", "test", "tiny", weights);
  const before = await readFile(file);
  await writeFile(file, "broken");
  await embed(makeModel(), "read");
  expect(await readFile(file)).toEqual(before);
});

it.each(["test", "../../etc/passwd", "a/b/c", "test/../x", "https://host/x", "test/tiny@../x"])(
  "%j is no repository",
  async (name) => {
    await expect(embed(makeModel({ name }), "read")).rejects.toMatchObject({ code: "EMBEDDER_REFUSED" });
    expect(hub.requests).toEqual([]);
  },
);

it("a repository that is not there, or has no ONNX, is refused", async () => {
  await expect(embed(makeModel({ name: "test/gone" }), "read")).rejects.toThrow('no model "test/gone"');
  const bare = await ModelHub.open("test/tiny", {
    "config.json": Buffer.from("{}"),
    "tokenizer.json": Buffer.from("{}"),
  });
  await expect(embed(makeModel({ url: bare.url }), "read")).rejects.toThrow("no ONNX model");
  await bare.close();
});

it("without npm it is not available, and says why", async () => {
  const model = makeModel({ fetchPackage: () => Promise.reject(new Error("npm ended with code 1: ENOTFOUND")) });
  await expect(embed(model, "read")).rejects.toMatchObject({
    code: "EMBEDDER_UNAVAILABLE",
    message: expect.stringContaining("ENOTFOUND"),
  });
});

it("a crash of its process costs the batch, and the next one starts another", async () => {
  const model = makeModel();
  await expect(embed(model, "crash the process")).rejects.toMatchObject({ code: "EMBEDDER_UNAVAILABLE" });
  expect(await embed(model, "read")).toHaveLength(1);
});

it("a text that it fails on is blamed alone", async () => {
  await expect(embed(makeModel(), "read", "throw an error")).rejects.toMatchObject({ details: { isAboutText: true } });
});

it("a model that cannot be loaded is refused", async () => {
  const broken = await ModelHub.open("broken/model", tinyOnnxRepository());
  await expect(embed(makeModel({ name: "broken/model", url: broken.url }), "read")).rejects.toMatchObject({
    code: "EMBEDDER_REFUSED",
    message: expect.stringContaining("Unsupported model type"),
  });
  await broken.close();
});

it.runIf(process.platform === "linux")("its process ends when it is idle, and starts again", async () => {
  const model = makeModel({ idleMs: 1 });
  for (let round = 0; round < 2; round++) {
    expect(await embed(model, "read")).toHaveLength(1);
    await vi.waitFor(async () => expect(await processesOf(directory)).toBe(0), 60_000);
  }
});

/** Running processes with the path among their arguments. */
async function processesOf(path: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes(path)).length;
}
