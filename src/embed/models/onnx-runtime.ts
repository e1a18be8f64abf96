import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CommonsError } from "../../core/errors.ts";
import { unavailable } from "./embedding-failure.ts";

/** Fetches one package of npm with what it needs, running no scripts; see engine/npm-fetch.ts. Throws with the reason. */
export type FetchPackage = (request: {
  readonly package: string;
  readonly version: string;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}) => Promise<void>;

export interface OnnxRuntimeOptions {
  readonly modelsDirectory: string;
  readonly fetchPackage: FetchPackage;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly onProgress: (detail: string | null) => void;
  readonly signal: AbortSignal;
}

const packageName = "@huggingface/transformers";
// 4.3.1 brings onnxruntime-node 1.30.0, whose install script only adds CUDA: the binaries for processors are in the package.
const version = "4.3.1";

export function isOnnxRuntimeThere(modelsDirectory: string): boolean {
  return existsSync(placeIn(modelsDirectory).entry);
}

function placeIn(modelsDirectory: string): { readonly directory: string; readonly entry: string } {
  const directory = join(modelsDirectory, "runtime", `transformers-${version}`);
  return { directory, entry: join(directory, "node_modules", packageName, "dist", "transformers.node.mjs") };
}

/** transformers.js's entry for Node; fetched from npm into the home where it is missing. Errors: EMBEDDER_UNAVAILABLE. */
export async function ensureOnnxRuntime(options: OnnxRuntimeOptions): Promise<string> {
  const { directory, entry } = placeIn(options.modelsDirectory);
  if (existsSync(entry)) return entry;
  options.onProgress(`Fetching ${packageName} ${version} from npm.`);
  try {
    await options.fetchPackage({
      package: packageName,
      version,
      directory,
      signal: options.signal,
      onLine: (line) => options.onProgress(`Fetching ${packageName} from npm: ${line.slice(0, 200)}`),
    });
  } catch (error) {
    if (options.signal.aborted) throw new CommonsError("CANCELLED", "Fetching was cancelled.", { cause: error });
    const reason = error instanceof Error ? error.message.slice(0, 300) : "npm failed";
    throw unavailable(`${packageName}, which runs ONNX models, cannot be fetched from npm: ${reason}`, {
      hint: "It is needed once; later runs need no network.",
      cause: error,
    });
  } finally {
    options.onProgress(null);
  }
  await removeOtherPlatforms(join(directory, "node_modules"), options);
  return entry;
}

/** Four fifths of what npm brings are for other systems and for browsers: 474 MB become 85. */
async function removeOtherPlatforms(
  packages: string,
  { platform, arch }: Pick<OnnxRuntimeOptions, "platform" | "arch">,
): Promise<void> {
  await rm(join(packages, "onnxruntime-web"), { recursive: true, force: true });
  const binaries = join(packages, "onnxruntime-node", "bin", "napi-v6");
  for (const system of existsSync(binaries) ? await readdir(binaries) : []) {
    for (const processor of await readdir(join(binaries, system))) {
      if (system !== platform || processor !== arch)
        await rm(join(binaries, system, processor), { recursive: true, force: true });
    }
  }
}
