import { asCommonsError } from "../core/errors.ts";
import type { EmbeddingModel } from "../core/ports.ts";
import type { ModelFailure } from "./model-notes.ts";

interface Made {
  readonly vector: Promise<Float32Array | null>;
}

// People wait for a search: after this the words alone answer.
const limitMs = 3_000;
// A model that failed just now is not waited for again.
const failureMs = 10_000;
const maxKept = 500;
const maxQueryLength = 8_000;

/** Vectors of queries under models that take time; kept, because sessions repeat themselves and refine by filters. */
export class QueryVectors {
  readonly #kept = new Map<string, Made>();
  readonly #failures = new Map<string, ModelFailure & { readonly atMs: number }>();

  /** null when the model does not answer in time; `failure` says why. Never rejects. */
  async vector(model: EmbeddingModel, query: string): Promise<Float32Array | null> {
    const text = query.slice(0, maxQueryLength).toWellFormed();
    const key = `${model.id}\0${text}`;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.vector;
    }
    if (this.failure(model.id) !== null) return null;
    const made = { vector: this.#make(model, text) };
    this.#kept.set(key, made);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break;
      this.#kept.delete(oldest);
    }
    const vector = await made.vector;
    if (vector === null && this.#kept.get(key) === made) this.#kept.delete(key);
    return vector;
  }

  /** Why the model did not answer a moment ago; null when it did, or was not asked. */
  failure(modelId: string): ModelFailure | null {
    const failure = this.#failures.get(modelId);
    return failure !== undefined && performance.now() - failure.atMs < failureMs ? failure : null;
  }

  /** The model answers somebody: searches may ask it again at once. */
  works(modelId: string): void {
    this.#failures.delete(modelId);
  }

  /** Another model may have its name. */
  forget(modelId: string): void {
    this.#failures.delete(modelId);
    for (const key of this.#kept.keys()) if (key.startsWith(`${modelId}\0`)) this.#kept.delete(key);
  }

  async #make(model: EmbeddingModel, text: string): Promise<Float32Array | null> {
    const limit = AbortSignal.timeout(limitMs);
    try {
      const [vector] = await model.embed([text], { purpose: "query", signal: limit });
      this.#failures.delete(model.id);
      return vector ?? null;
    } catch (error) {
      const { message, hint } = asCommonsError(error);
      const failure = limit.aborted
        ? { reason: `It did not answer within ${limitMs / 1_000} s.`, hint: null }
        : { reason: message, hint: hint ?? null };
      this.#failures.set(model.id, { ...failure, atMs: performance.now() });
      return null;
    }
  }
}
