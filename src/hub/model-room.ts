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
  /** Milliseconds for one text of so many bytes, measured with made-up words. Errors: those of the model. */
  measure(id: string, textBytes: number): Promise<number>;
}

export interface ModelRoomOptions {
  readonly settings: Settings;
  readonly modelsDirectory: string;
  readonly builtIn: Embedder;
  readonly model: (id: string) => EmbeddingModel;
}

const sampleTexts = 8;
const sampleTimeoutMs = 30_000;
const maxSampleBytes = 8_000;
const words = "the quick brown fox returns a list of names and reads each line before it writes the answer ";

export function createModelRoom({ settings, modelsDirectory, builtIn, model }: ModelRoomOptions): ModelRoom {
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
      const startedMs = performance.now();
      await model(id).embed(texts, asked);
      return (performance.now() - startedMs) / sampleTexts;
    },
  };
}
