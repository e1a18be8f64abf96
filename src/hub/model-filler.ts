import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import type { MissingText } from "../core/model-vectors.ts";
import type { EmbeddingModel } from "../core/ports.ts";
import { factsOf } from "../embed/models/embedding-failure.ts";
import type { Log } from "./log.ts";

export interface FillerTiming {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface FillerOptions {
  readonly model: EmbeddingModel;
  readonly catalog: Pick<AsyncCatalog, "missingVectors" | "saveVectors" | "setVectorsAside">;
  readonly log: Log;
  /** Calls of the model at the same time. */
  readonly lanes: number;
  readonly timing: FillerTiming;
  /** New vectors are stored. */
  readonly onSaved: () => void;
}

export type FillerState =
  | { readonly kind: "idle" }
  | { readonly kind: "working" }
  /** It failed and is tried again at that time, epoch ms. */
  | { readonly kind: "waiting"; readonly reason: string; readonly retryAtMs: number }
  /** It will not work until somebody changes something. */
  | { readonly kind: "refused"; readonly reason: string; readonly hint: string | null };

// A server may ask for more patience than a failure deserves by itself.
const maxAskedMs = 3_600_000;

/** Makes the vectors that one model owes, batch by batch, until none is missing. What fails is tried again by itself. */
export class ModelFiller {
  readonly #options: FillerOptions;
  readonly #closing = new AbortController();
  #state: FillerState = { kind: "idle" };
  #run: Promise<void> | null = null;
  #isKicked = false;
  #failures = 0;
  #failedAtMs = -Infinity;
  /** Whether the try under way is one of the growing series, not one for the sake of a write. */
  #isScheduled = false;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: FillerOptions) {
    this.#options = options;
  }

  get state(): FillerState {
    return this.#state;
  }

  /** Something may be missing. A model that waits is tried again soon; one that refused is not. */
  kick(): void {
    const sinceMs = performance.now() - this.#failedAtMs;
    // Every write kicks: they must not hammer at a server that is down, nor make its pauses grow.
    if (this.#state.kind === "waiting" && sinceMs < this.#options.timing.firstDelayMs) return;
    this.#try(false);
  }

  #try(isScheduled: boolean): void {
    if (this.#closing.signal.aborted || this.#state.kind === "refused") return;
    this.#isScheduled = isScheduled;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#isKicked = true;
    this.#run ??= this.#fill().finally(() => {
      this.#run = null;
      if (this.#isKicked) this.kick();
    });
  }

  async close(): Promise<void> {
    this.#isKicked = false;
    this.#closing.abort();
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#options.model.close();
    await this.#run;
  }

  async #fill(): Promise<void> {
    const { catalog, model, lanes } = this.#options;
    try {
      while (!this.#closing.signal.aborted) {
        this.#isKicked = false;
        const missing = await catalog.missingVectors(model.id, model.batchSize * lanes);
        if (missing.length === 0) break;
        this.#state = { kind: "working" };
        const batches = slicesOf(missing, model.batchSize);
        const outcomes = await Promise.allSettled(batches.map((batch) => this.#embed(batch)));
        const failed = outcomes.find((outcome) => outcome.status === "rejected");
        if (failed !== undefined) throw failed.reason;
        this.#failures = 0;
      }
      this.#state = { kind: "idle" };
    } catch (error) {
      this.#rest(error);
    }
  }

  /** Stores the vectors of the batch. A text that the model will not take is found by halving and set aside. */
  async #embed(texts: readonly MissingText[]): Promise<void> {
    const { catalog, model, onSaved, log } = this.#options;
    try {
      const passages = texts.map(({ text }) => text);
      const vectors = await model.embed(passages, { purpose: "passage", signal: this.#closing.signal });
      const rows = texts.flatMap(({ textId, hash }, index) => {
        const vector = vectors[index];
        return vector === undefined ? [] : [{ textId, hash, vector }];
      });
      await catalog.saveVectors(model.id, rows);
      onSaved();
    } catch (error) {
      if (factsOf(error).isAboutText !== true) throw error;
      const middle = Math.ceil(texts.length / 2);
      if (texts.length > 1) {
        await this.#embed(texts.slice(0, middle));
        return this.#embed(texts.slice(middle));
      }
      log.warn({ model: model.id }, "a text was refused by its embedding model");
      await catalog.setVectorsAside(model.id, texts, asCommonsError(error).message);
      onSaved();
    }
  }

  #rest(thrown: unknown): void {
    const { log, model, timing } = this.#options;
    const error = asCommonsError(thrown);
    if (this.#closing.signal.aborted || error.code === "HUB_STOPPING" || error.code === "CANCELLED") {
      this.#state = { kind: "idle" };
      return;
    }
    // Only what happened: the message may name what a server said.
    log.warn({ model: model.id, code: error.code }, "an embedding model fails");
    if (error.code === "EMBEDDER_REFUSED") {
      this.#state = { kind: "refused", reason: error.message, hint: error.hint ?? null };
      this.#isKicked = false;
      return;
    }
    if (this.#isScheduled || this.#failures === 0) this.#failures += 1;
    this.#failedAtMs = performance.now();
    const grownMs = Math.min(timing.maxDelayMs, timing.firstDelayMs * 2 ** (this.#failures - 1));
    const delayMs = Math.max(grownMs, Math.min(maxAskedMs, factsOf(error).retryAfterMs ?? 0));
    const reason = error instanceof CommonsError ? error.message : "It failed.";
    this.#state = { kind: "waiting", reason, retryAtMs: Date.now() + delayMs };
    // A kick during the failed try was for texts that the next try finds anyway.
    this.#isKicked = false;
    this.#retry = setTimeout(() => this.#try(true), delayMs);
    this.#retry.unref();
  }
}

function slicesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
