import { CommonsError } from "../../core/errors.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import { checkedVectors } from "./checked-vectors.ts";
import { factsOf, refused } from "./embedding-failure.ts";
import type { RequestSlots } from "./request-slots.ts";
import { fittingText, textBatches } from "./text-batches.ts";
import { prefixesOf } from "./text-prefixes.ts";

/** How one model is asked. */
export interface BatchedModelOptions {
  readonly id: string;
  /** The provider's name of it. */
  readonly name: string;
  readonly slots: RequestSlots;
  readonly maxBatchTexts: number;
  /** Estimated tokens of a request, and of one text; longer texts are cut. */
  readonly maxBatchTokens: number;
  readonly maxTextTokens: number;
  /** One request. Errors: those of embedding-failure.ts. */
  readonly send: (texts: readonly string[], call: BatchCall) => Promise<unknown>;
  readonly close?: () => Promise<void>;
}

// Shorter texts fit every model: what refuses them refuses something else.
const minCutLength = 200;
const neutralText = "hello world";

/**
 * What all models have in common: texts are fitted and put together into requests, answers are checked, and a text that makes a model
 * fail is found by halving, so that it does not stand in the way of others.
 */
export function createBatchedModel(options: BatchedModelOptions): EmbeddingModel {
  const { id, slots, maxBatchTexts, maxTextTokens } = options;
  const prefixes = prefixesOf(options.name);
  const closing = new AbortController();
  let dimensions: number | null = null;

  const ask = async (texts: readonly string[], call: BatchCall): Promise<Float32Array[]> => {
    const answer = await slots.run(() => options.send(texts, call), call);
    const vectors = checkedVectors(answer, { id, count: texts.length });
    const length = vectors[0]?.length ?? dimensions;
    dimensions ??= length;
    if (length === dimensions) return vectors;
    throw refused(`The model ${id} gives vectors of ${length} numbers now; before it gave ${dimensions}.`, {
      hint: "Another model answers under its name. To embed everything anew with it: commons reindex COLLECTION",
    });
  };
  const embedBatch = async (texts: readonly string[], call: BatchCall): Promise<Float32Array[]> => {
    try {
      return await ask(texts, call);
    } catch (error) {
      if (factsOf(error).isAboutText !== true) throw error;
      const [only] = texts;
      if (texts.length > 1) {
        const middle = Math.ceil(texts.length / 2);
        return [...(await embedBatch(texts.slice(0, middle), call)), ...(await embedBatch(texts.slice(middle), call))];
      }
      if (only !== undefined && only.length > minCutLength)
        return embedBatch([only.slice(0, Math.floor(only.length / 2)).toWellFormed()], call);
      throw await blamed(error, call);
    }
  };
  /** The same failure, of the model itself where it fails on anything. */
  const blamed = async (error: unknown, call: BatchCall): Promise<unknown> => {
    try {
      await ask([neutralText], call);
      return error;
    } catch (general) {
      if (factsOf(general).isAboutText !== true || !(general instanceof CommonsError)) return general;
      return refused(general.message, general.hint === undefined ? {} : { hint: general.hint });
    }
  };
  return {
    id,
    batchSize: maxBatchTexts,
    embed: async (texts, { purpose, signal }) => {
      const call = {
        signal: signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]),
        isHurried: purpose === "query",
      };
      const prefix = prefixes[purpose];
      const fitted = texts.map((text) => `${prefix}${fittingText(text, maxTextTokens)}`);
      const batches = textBatches(fitted, { maxTexts: maxBatchTexts, maxTokens: options.maxBatchTokens });
      try {
        // One that fails ends the call; what is in flight beside it ends by itself.
        return (await Promise.all(batches.map((batch) => embedBatch(batch, call)))).flat();
      } catch (error) {
        if (call.signal.aborted) throw new CommonsError("CANCELLED", "The embedding was cancelled.", { cause: error });
        throw error;
      }
    },
    close: async () => {
      closing.abort();
      await options.close?.();
    },
  };
}

export interface BatchCall {
  readonly signal: AbortSignal;
  /** Somebody waits: no second try. */
  readonly isHurried: boolean;
}
