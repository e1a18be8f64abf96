import { pricePerMillion } from "../embed/models/model-price.ts";
import { modelDestination, modelPreparation, requireModelId } from "../embed/models/registry.ts";
import { tokensOfBytes } from "../embed/models/text-batches.ts";
import type { Settings } from "../config/settings.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import type { Embedder, EmbeddingModel } from "../core/ports.ts";

/** What the hub knows of models without embedding anything of the user's. */
export interface ModelRoom {
  /** Checks what a user asked for. Errors: INPUT_INVALID with the known kinds. */
  requireId(id: string): string;
  /** Where texts go to; null: they stay in this machine's own processes. */
  destination(id: string): string | null;
  /** Dollars; null: not known. */
  pricePerMillion(id: string): number | null;
  tokensOf(bytes: number): number;
  /** What is fetched before the first text; null when all is there. */
  preparation(id: string): string | null;
  /** Milliseconds for one of many texts of so many bytes, as the filler sends them, by a sample of made-up words. Errors: the model's. */
  measure(id: string, textBytes: number): Promise<number>;
}

export interface ModelRoomOptions {
  readonly settings: Settings;
  readonly modelsDirectory: string;
  readonly builtIn: Embedder;
  readonly model: (id: string) => EmbeddingModel;
  readonly nowMs?: () => number;
}

const sampleTexts = 8;
const sampleTimeoutMs = 30_000;
const maxSampleBytes = 8_000;
const words = "the quick brown fox returns a list of names and reads each line before it writes the answer ";

export function createModelRoom({ settings, modelsDirectory, builtIn, model, ...rest }: ModelRoomOptions): ModelRoom {
  const nowMs = rest.nowMs ?? (() => performance.now());
  return {
    requireId: (id) => (id === builtIn.id ? id : requireModelId(id)),
    destination: (id) => modelDestination(id, settings),
    pricePerMillion: (id) => pricePerMillion(id, settings),
    tokensOf: tokensOfBytes,
    preparation: (id) => (isBuiltInModel(id) ? null : modelPreparation(id, { settings, modelsDirectory })),
    measure: async (id, textBytes) => {
      const sizeBytes = Math.min(maxSampleBytes, Math.max(20, Math.round(textBytes)));
      const texts = Array.from({ length: sampleTexts }, (_, index) =>
        `${index} ${words.repeat(Math.ceil(sizeBytes / words.length))}`.slice(0, sizeBytes),
      );
      if (isBuiltInModel(id)) {
        // The first text loads the table.
        builtIn.embed(texts.slice(0, 1));
        const startedMs = performance.now();
        builtIn.embed(texts);
        return (performance.now() - startedMs) / sampleTexts;
      }
      const asked = { purpose: "passage" as const, signal: AbortSignal.timeout(sampleTimeoutMs) };
      // The first call starts or loads the model, which does not count.
      await model(id).embed(["hello world"], asked);
      const timed = async (work: () => Promise<unknown>): Promise<number> => {
        const startedMs = nowMs();
        await work();
        return nowMs() - startedMs;
      };
      const oneMs = await timed(() => model(id).embed(texts.slice(0, 1), asked));
      const someMs = await timed(() => model(id).embed(texts, asked));
      const lanes = settings["embedder.requests"];
      const besideMs = await timed(() =>
        Promise.all(Array.from({ length: lanes }, () => model(id).embed(texts, asked))),
      );
      const perTextMs = Math.max(0, someMs - oneMs) / (sampleTexts - 1);
      const perCallMs = Math.max(0, oneMs - perTextMs);
      // How much faster calls are beside each other than one after another.
      const gain = Math.min(lanes, Math.max(1, (lanes * someMs) / Math.max(besideMs, 0.001)));
      return (perCallMs / model(id).batchSize + perTextMs) / gain;
    },
  };
}
