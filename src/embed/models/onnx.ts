import type { EmbeddingModel } from "../../core/ports.ts";
import { createBatchedModel } from "./batched-model.ts";
import { ensureModelFiles } from "./onnx-files.ts";
import { OnnxProcess } from "./onnx-process.ts";
import { ensureOnnxRuntime, type FetchPackage } from "./onnx-runtime.ts";
import { RequestSlots, type RetryTiming } from "./request-slots.ts";

export interface OnnxOptions {
  readonly id: string;
  /** `OWNER/NAME` or `OWNER/NAME@REVISION`. */
  readonly name: string;
  readonly url: string;
  readonly modelsDirectory: string;
  readonly fetchPackage: FetchPackage;
  /** File of the process in which it runs. */
  readonly entry: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly retry: RetryTiming;
  readonly idleMs: number;
  readonly onProgress: (detail: string | null) => void;
}

const batchTexts = 16;
// The longest text of a batch decides what the others cost.
const maxBatchTokens = 8_000;
const maxTextTokens = 8_000;
const startTimeoutMs = 120_000;

/** A model of this machine's processor, in a process of its own; runtime and weights are fetched once, at the first need. */
export function createOnnxModel(options: OnnxOptions): EmbeddingModel {
  const { id, name } = options;
  const closing = new AbortController();
  const host = new OnnxProcess({
    id,
    entry: options.entry,
    startTimeoutMs,
    idleMs: options.idleMs,
    prepare: async () => {
      const files = await ensureModelFiles({ ...options, signal: closing.signal });
      const runtime = await ensureOnnxRuntime({ ...options, signal: closing.signal });
      return { ...files, runtime };
    },
  });
  return createBatchedModel({
    id,
    name,
    // Two wait: the next batch is ready when one is done.
    slots: new RequestSlots(2, options.retry),
    maxBatchTexts: batchTexts,
    maxBatchTokens,
    maxTextTokens,
    send: (texts, call) => host.embed(texts, call),
    close: async () => {
      closing.abort();
      host.close();
    },
  });
}
