import { CommonsError } from "../../core/errors.ts";
import { builtInModel, parseModelId } from "../../core/model-id.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import type { Secret } from "../../config/secrets.ts";
import type { Settings } from "../../config/settings.ts";
import { createOllamaModel } from "./ollama.ts";
import { createOnnxModel } from "./onnx.ts";
import { isModelThere } from "./onnx-files.ts";
import { isOnnxRuntimeThere, type FetchPackage } from "./onnx-runtime.ts";
import { createOpenAiModel } from "./openai.ts";
import { defaultRetryTiming } from "./request-slots.ts";

/** What models are made of, whichever they are. */
export interface ModelParts {
  readonly settings: Settings;
  readonly openaiKey: Secret | null;
  readonly modelsDirectory: string;
  /** File of the process in which an ONNX model runs. */
  readonly onnxHost: string;
  readonly fetchPackage: FetchPackage;
  readonly onProgress: (detail: string | null) => void;
}

interface Provider {
  readonly create: (model: { readonly id: string; readonly name: string }, parts: ModelParts) => EmbeddingModel;
  /** Where texts go to: null when they stay in this machine's processes. */
  readonly destination: (settings: Settings) => string | null;
  /** What is fetched before the first text; null when all is there. */
  readonly preparation?: (name: string, parts: Pick<ModelParts, "settings" | "modelsDirectory">) => string | null;
  readonly example: string;
  /** What a name may look like: it becomes part of paths and requests. */
  readonly namePattern: RegExp;
  readonly nameRule: string;
}

const partsRule = "letters, digits, . _ and -, in parts with / between";
const repositoryPattern = /^[\w-][\w.-]*\/[\w-][\w.-]*(?:@[\w-][\w.-]*)?$/;

// A model that has been idle for so long costs a second to load again, and some hundred MB to keep.
const onnxIdleMs = 60_000;
const maxNameLength = 200;

/** Every provider by the word before the colon. A new one is a file and an entry here. */
const providers: Readonly<Record<string, Provider>> = {
  ollama: {
    create: (model, { settings, onProgress }) =>
      createOllamaModel({
        ...model,
        url: settings["ollama.url"],
        mayPull: settings["ollama.pull"],
        requests: settings["embedder.requests"],
        timeoutMs: settings["embedder.timeoutSeconds"] * 1_000,
        retry: defaultRetryTiming,
        onProgress,
      }),
    destination: (settings) => settings["ollama.url"],
    example: "ollama:MODEL",
    namePattern: /^\w[\w.-]*(?:\/\w[\w.-]*)*(?::\w[\w.-]*)?$/,
    nameRule: `A model's name is ${partsRule}, and a tag may follow: nomic-embed-text:v1.5.`,
  },
  openai: {
    create: (model, { settings, openaiKey }) =>
      createOpenAiModel({
        ...model,
        url: settings["openai.url"],
        key: openaiKey,
        requests: settings["embedder.requests"],
        timeoutMs: settings["embedder.timeoutSeconds"] * 1_000,
        batchTexts: settings["openai.batchTexts"],
        maxTextTokens: settings["openai.maxTextTokens"],
        retry: defaultRetryTiming,
      }),
    destination: (settings) => settings["openai.url"],
    example: "openai:MODEL",
    namePattern: /^[\w@][\w.:@+-]*(?:\/\w[\w.:@+-]*)*$/,
    nameRule: `A model's name is ${partsRule}: text-embedding-3-small, BAAI/bge-m3.`,
  },
  onnx: {
    create: (model, { settings, modelsDirectory, onnxHost, fetchPackage, onProgress }) =>
      createOnnxModel({
        ...model,
        url: settings["onnx.url"],
        modelsDirectory,
        entry: onnxHost,
        fetchPackage,
        platform: process.platform,
        arch: process.arch,
        retry: { ...defaultRetryTiming, attempts: 2 },
        idleMs: onnxIdleMs,
        onProgress,
      }),
    destination: () => null,
    preparation: (name, { settings, modelsDirectory }) => {
      const parts = [
        ...(isOnnxRuntimeThere(modelsDirectory) ? [] : ["transformers.js from npm (155 MB, of which 85 stay)"]),
        ...(isModelThere(name, modelsDirectory) ? [] : [`the model from ${settings["onnx.url"]}`]),
      ];
      return parts.length === 0 ? null : `First it fetches ${parts.join(" and ")}.`;
    },
    example: "onnx:REPOSITORY",
    namePattern: repositoryPattern,
    nameRule: "A repository is OWNER/NAME, and @REVISION may follow: Xenova/all-MiniLM-L6-v2.",
  },
};

/** Makes the model; nothing is started or asked before its first text. Errors: EMBEDDER_REFUSED for a provider that is not known. */
export function createEmbeddingModel(id: string, parts: ModelParts): EmbeddingModel {
  const { provider, name } = requireProvider(id, "EMBEDDER_REFUSED");
  return provider.create({ id, name }, parts);
}

/** Where a model's texts go to, for people; null when they stay in this machine's own processes. */
export function modelDestination(id: string, settings: Settings): string | null {
  return parseModelId(id).kind === "built-in"
    ? null
    : requireProvider(id, "INPUT_INVALID").provider.destination(settings);
}

/** What is fetched before a model's first text, as a sentence; null when all is there. */
export function modelPreparation(id: string, parts: Pick<ModelParts, "settings" | "modelsDirectory">): string | null {
  const { provider, name } = requireProvider(id, "INPUT_INVALID");
  return provider.preparation?.(name, parts) ?? null;
}

/** Checks what a user asked for. Errors: INPUT_INVALID with the known kinds. */
export function requireModelId(id: string): string {
  requireProvider(id, "INPUT_INVALID");
  return id;
}

function requireProvider(
  id: string,
  code: "INPUT_INVALID" | "EMBEDDER_REFUSED",
): { readonly provider: Provider; readonly name: string } {
  const model = parseModelId(id);
  const provider =
    model.kind === "provided" && Object.hasOwn(providers, model.provider) ? providers[model.provider] : undefined;
  if (provider !== undefined && model.kind === "provided") {
    if (model.name.length <= maxNameLength && provider.namePattern.test(model.name))
      return { provider, name: model.name };
    throw new CommonsError(code, `"${model.name.slice(0, 200)}" is no name of a model of ${model.provider}.`, {
      hint: provider.nameRule,
    });
  }
  const known = [builtInModel, ...Object.values(providers).map(({ example }) => example)];
  throw new CommonsError(code, `There is no embedding model "${id.slice(0, 200)}".`, {
    hint: `It takes ${known.slice(0, -1).join(", ")} or ${known.at(-1) ?? ""}.`,
  });
}
