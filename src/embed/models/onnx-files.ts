import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { CommonsError } from "../../core/errors.ts";
import { formatBytes } from "../../core/quantities.ts";
import { refused, unavailable } from "./embedding-failure.ts";
import { bodyParts } from "./json-request.ts";

/** A model on the disk, checked. `root` and `repository` are what transformers.js needs to find it. */
export interface ModelFiles {
  readonly root: string;
  readonly repository: string;
  readonly dtype: "q8" | "int8" | "fp32";
  readonly pooling: "mean" | "cls";
}

export interface ModelSource {
  /** `OWNER/NAME`, or `OWNER/NAME@REVISION`. */
  readonly name: string;
  /** A server that speaks the protocol of huggingface.co. */
  readonly url: string;
  readonly modelsDirectory: string;
  readonly onProgress: (detail: string | null) => void;
  readonly signal: AbortSignal;
}

const manifestName = "commons.json";
// A server that sends nothing for so long is gone.
const stallMs = 60_000;
const maxModelBytes = 5_000_000_000;

const fileSchema = z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() });
const manifestSchema = z.object({
  commit: z.string(),
  dtype: z.enum(["q8", "int8", "fp32"]),
  pooling: z.enum(["mean", "cls"]),
  files: z.array(fileSchema),
});
type Manifest = z.output<typeof manifestSchema>;

const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.number().min(0),
    oid: z.string(),
    lfs: z.object({ oid: z.string() }).optional(),
  }),
);
type RemoteFile = z.output<typeof treeSchema>[number];

/** In the order of preference: quantised ones are a quarter of the size and hardly worse. */
const weights = [
  { path: "onnx/model_quantized.onnx", dtype: "q8" },
  { path: "onnx/model_int8.onnx", dtype: "int8" },
  { path: "onnx/model.onnx", dtype: "fp32" },
] as const;
const needed = ["config.json", "tokenizer.json"];
const wanted = ["tokenizer_config.json", "special_tokens_map.json", "1_Pooling/config.json"];

/**
 * The model's files, downloaded once and checked against the sums that the server publishes; later checked against those of the first
 * time, without the network. Errors: EMBEDDER_REFUSED for a name or a repository without ONNX, EMBEDDER_UNAVAILABLE.
 */
export async function ensureModelFiles(source: ModelSource): Promise<ModelFiles> {
  const { repository, revision, root, directory } = placeOf(source.name, source.modelsDirectory);
  const manifest = (await checkedManifest(directory)) ?? (await download(source, { repository, revision, directory }));
  return { root, repository, dtype: manifest.dtype, pooling: manifest.pooling };
}

/** Whether the model was downloaded; its files may still turn out damaged. Errors: EMBEDDER_REFUSED for a wrong name. */
export function isModelThere(name: string, modelsDirectory: string): boolean {
  return existsSync(join(placeOf(name, modelsDirectory).directory, manifestName));
}

function placeOf(name: string, modelsDirectory: string) {
  const { repository, revision } = requireName(name);
  const root = join(modelsDirectory, "onnx", revision);
  return { repository, revision, root, directory: join(root, repository) };
}

function requireName(name: string): { readonly repository: string; readonly revision: string } {
  const [, repository, revision] = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([\w-][\w.-]*))?$/.exec(name) ?? [];
  if (repository !== undefined) return { repository, revision: revision ?? "main" };
  throw refused(`"${name.slice(0, 100)}" is no name of a repository.`, {
    hint: "Name one as OWNER/NAME, for example onnx:Xenova/all-MiniLM-L6-v2.",
  });
}

/** null when the model is not there, or not as it was. */
async function checkedManifest(directory: string): Promise<Manifest | null> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(directory, manifestName), "utf8")));
    for (const { path, sha256 } of manifest.files) {
      const hash = createHash("sha256");
      await pipeline(createReadStream(join(directory, path)), hash);
      if (hash.digest("hex") !== sha256) return null;
    }
    return manifest;
  } catch {
    // Whatever is wrong with the files, another download mends it.
    return null;
  }
}

interface Place {
  readonly repository: string;
  readonly revision: string;
  readonly directory: string;
}

async function download(source: ModelSource, place: Place): Promise<Manifest> {
  const { repository, revision, directory } = place;
  try {
    const base = source.url.replace(/\/+$/, "");
    const about = await getJson(`${base}/api/models/${repository}/revision/${encodeURIComponent(revision)}`, source);
    const { sha: commit } = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) }).parse(about);
    const tree = treeSchema.parse(
      await getJson(`${base}/api/models/${repository}/tree/${commit}?recursive=true`, source),
    );
    const { files, dtype } = chosenFiles(tree, repository);
    const stored: Manifest["files"] = [];
    for (const file of files) {
      const address = `${base}/${repository}/resolve/${commit}/${file.path}`;
      stored.push(await fetchFile(address, file, { ...source, directory }));
    }
    const manifest: Manifest = { commit, dtype, pooling: await poolingOf(directory, files), files: stored };
    // Last: it says that all is there.
    await writeFile(join(directory, `${manifestName}.partial`), JSON.stringify(manifest, null, 2), { flush: true });
    await rename(join(directory, `${manifestName}.partial`), join(directory, manifestName));
    return manifest;
  } catch (error) {
    if (error instanceof CommonsError) throw error;
    if (source.signal.aborted) throw new CommonsError("CANCELLED", "The download was cancelled.", { cause: error });
    throw unavailable(`The model ${repository} cannot be downloaded from ${source.url}.`, {
      hint: "It is needed once; later runs need no network.",
      cause: error,
    });
  } finally {
    source.onProgress(null);
  }
}

async function getJson(address: string, { signal, name }: ModelSource): Promise<unknown> {
  const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(stallMs)]) });
  if (response.ok) return response.json();
  await response.body?.cancel();
  const { host } = new URL(address);
  if (response.status >= 500 || response.status === 429) throw unavailable(`${host} answered ${response.status}.`);
  // It answers 401 for names that do not exist, too.
  throw refused(`${host} has no model "${name}" that everybody may use (it answered ${response.status}).`, {
    hint: "Check the name, or choose a public one.",
  });
}

function chosenFiles(
  tree: readonly RemoteFile[],
  repository: string,
): { files: RemoteFile[]; dtype: Manifest["dtype"] } {
  const byPath = new Map(tree.filter(({ type }) => type === "file").map((file) => [file.path, file]));
  const weight = weights.find(({ path }) => byPath.has(path));
  const missing = needed.filter((path) => !byPath.has(path));
  if (weight === undefined || missing.length > 0) {
    throw refused(
      `The repository ${repository} has no ONNX model: ${weight === undefined ? "onnx/model.onnx" : missing.join(", ")} is missing.`,
      {
        hint: "Choose one that was made for transformers.js, for example Xenova/all-MiniLM-L6-v2.",
      },
    );
  }
  const paths = [...needed, ...wanted, weight.path, `${weight.path}_data`];
  const files = paths.flatMap((path) => byPath.get(path) ?? []);
  const sizeBytes = files.reduce((sum, { size }) => sum + size, 0);
  if (sizeBytes > maxModelBytes) throw refused(`The model ${repository} has ${formatBytes(sizeBytes)}: too large.`);
  return { files, dtype: weight.dtype };
}

interface Target extends ModelSource {
  readonly directory: string;
}

/** One file, whole and right or not at all. Large files are known by their sha256, small ones by git's sha1 of a blob. */
async function fetchFile(address: string, file: RemoteFile, target: Target): Promise<Manifest["files"][number]> {
  const path = join(target.directory, file.path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stallMs);
  const hashes = { sha256: createHash("sha256"), blob: createHash("sha1").update(`blob ${file.size}\0`) };
  let sizeBytes = 0;
  const checked = async function* (response: Response): AsyncGenerator<Uint8Array> {
    for await (const part of bodyParts(response)) {
      timer.refresh();
      sizeBytes += part.byteLength;
      if (sizeBytes > file.size) break;
      hashes.sha256.update(part);
      hashes.blob.update(part);
      target.onProgress(
        `Downloading ${target.name}: ${file.path}, ${formatBytes(sizeBytes)} of ${formatBytes(file.size)}.`,
      );
      yield part;
    }
  };
  try {
    const response = await fetch(address, { signal: AbortSignal.any([target.signal, stalled.signal]) });
    if (!response.ok) throw unavailable(`${new URL(address).host} answered ${response.status} for ${file.path}.`);
    await pipeline(checked(response), createWriteStream(`${path}.partial`, { mode: 0o600, flush: true }));
    const sha256 = hashes.sha256.digest("hex");
    const isRight = file.lfs === undefined ? hashes.blob.digest("hex") === file.oid : sha256 === file.lfs.oid;
    if (sizeBytes !== file.size || !isRight)
      throw unavailable(`${file.path} of ${target.name} arrived damaged: its checksum is wrong.`);
    await rename(`${path}.partial`, path);
    return { path: file.path, sizeBytes, sha256 };
  } finally {
    clearTimeout(timer);
    await rm(`${path}.partial`, { force: true });
  }
}

/** What the model's makers say; most take the mean of all tokens. */
async function poolingOf(directory: string, files: readonly RemoteFile[]): Promise<Manifest["pooling"]> {
  if (!files.some(({ path }) => path === "1_Pooling/config.json")) return "mean";
  const text = await readFile(join(directory, "1_Pooling", "config.json"), "utf8");
  const { pooling_mode_cls_token: isCls } = z
    .object({ pooling_mode_cls_token: z.boolean().optional() })
    .parse(JSON.parse(text));
  return isCls === true ? "cls" : "mean";
}
