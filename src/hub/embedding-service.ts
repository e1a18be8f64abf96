import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { CollectionSummary } from "../core/collections.ts";
import { asCommonsError, type CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import type { VectorGap } from "../core/model-vectors.ts";
import type { EmbeddingModel } from "../core/ports.ts";
import { countOf } from "../core/quantities.ts";
import { joinSentences } from "../core/sentences.ts";
import type { SearchNote } from "../core/search.ts";
import type { EmbeddingView, ModelView } from "../protocol/views.ts";
import type { Log } from "./log.ts";
import { type FillerTiming, ModelFiller } from "./model-filler.ts";
import { gapNotes, type ModelFailure, problemsOf, unavailableNote } from "./model-notes.ts";
import { QueryVectors } from "./query-vectors.ts";

export interface EmbeddingServiceOptions {
  readonly writer: AsyncCatalog;
  readonly reader: AsyncCatalog;
  /** Makes a model without starting anything. Errors: EMBEDDER_REFUSED for a provider that is not known. */
  readonly createModel: (id: string, onProgress: (detail: string | null) => void) => EmbeddingModel;
  readonly log: Log;
  /** Calls of one model at the same time. */
  readonly lanes: number;
  /** ChromaDB has something new to get. */
  readonly onSaved: () => void;
  readonly timing?: FillerTiming;
}

interface OpenModel {
  readonly model: EmbeddingModel;
  readonly filler: ModelFiller;
  progress: string | null;
}

const defaultTiming: FillerTiming = { firstDelayMs: 1_000, maxDelayMs: 300_000 };
// Many writes come at once; what is missing is counted over them.
const lookAfterMs = 100;
const recountMs = 1_000;
const passagesMs = 5_000;

/**
 * Vectors of all models that are not built in: makes what is missing in the background, moves collections that are being reindexed, and
 * gives searches the vectors of their queries. A model that fails costs nothing but its vectors.
 */
export class EmbeddingService {
  readonly #options: EmbeddingServiceOptions;
  readonly #models = new Map<string, OpenModel>();
  /** Models that cannot be made at all, and why. */
  readonly #unknown = new Map<string, CommonsError>();
  readonly #queries = new QueryVectors();
  #look: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isClosed = false;
  #counted: { readonly atMs: number; readonly gaps: Promise<VectorGap[]> } | null = null;
  /** Collections are moved to the built-in model just now. */
  #isStepping = false;
  /** Unused vectors may be left from before the hub's start. */
  #mayTidy = true;

  constructor(options: EmbeddingServiceOptions) {
    this.#options = options;
  }

  /** Something was written, or a reindex began: looks for what is missing, soon. */
  kick(): void {
    if (this.#isClosed) return;
    this.#counted = null;
    this.#look ??= setTimeout(() => {
      this.#look = null;
      const before = this.#looking ?? Promise.resolve();
      const looking = before
        .then(() => this.#lookForWork())
        .catch((error: unknown) => this.#failed(error))
        .finally(() => (this.#isStepping = false));
      this.#looking = looking;
    }, lookAfterMs);
  }

  /** A model is made anew, with what it is made of now: one that refused, or that has another vector length since, works again. */
  async renew(modelId: string): Promise<void> {
    const before = this.#models.get(modelId);
    this.#models.delete(modelId);
    this.#unknown.delete(modelId);
    this.#queries.forget(modelId);
    this.#mayTidy = true;
    await before?.filler.close();
    this.kick();
  }

  /** The model of that id. Errors: EMBEDDER_REFUSED when nobody knows it. */
  model(id: string): EmbeddingModel {
    return this.#open(id).model;
  }

  /** Whether vectors are being made: the hub stays for it. */
  isBusy(): boolean {
    return this.#isStepping || [...this.#models.values()].some(({ filler }) => filler.state.kind === "working");
  }

  /** Vectors of the query for the collections' models, and what to say where there is none. */
  async forSearch(
    collections: readonly CollectionSummary[],
    query: string,
  ): Promise<{ readonly queryVectors: Record<string, Float32Array>; readonly notes: SearchNote[] }> {
    const asked = collections.filter(({ embedder }) => !isBuiltInModel(embedder));
    const queryVectors: Record<string, Float32Array> = {};
    if (asked.length === 0) return { queryVectors, notes: [] };
    const unavailable = await Promise.all(
      [...new Set(asked.map(({ embedder }) => embedder))].map(async (id) => {
        const answer = await this.#queryVector(id, query);
        if (answer.vector !== null) queryVectors[id] = answer.vector;
        return answer.vector === null ? [unavailableNote(id, asked, answer)] : [];
      }),
    );
    return { queryVectors, notes: [...unavailable.flat(), ...gapNotes(asked, await this.gaps())] };
  }

  /** Vectors of some passages that are not stored, for a comparison; null where the model does not answer soon. Never rejects. */
  async passageVectors(id: string, texts: readonly string[]): Promise<readonly Float32Array[] | null> {
    try {
      const { model, filler } = this.#open(id);
      if (filler.state.kind === "refused" || this.#queries.failure(id) !== null) return null;
      const signal = AbortSignal.timeout(passagesMs);
      return await model.embed(texts, { purpose: "passage", signal });
    } catch {
      // The comparison says that the passages lack their vectors; the filler and status say why.
      return null;
    }
  }

  /** Passages that lack their vector, as they were a moment ago: to count many takes long. */
  gaps(): Promise<VectorGap[]> {
    if (this.#counted === null || performance.now() - this.#counted.atMs > recountMs)
      this.#counted = { atMs: performance.now(), gaps: this.#options.reader.vectorGaps() };
    return this.#counted.gaps;
  }

  /** A reindex under way, and what keeps the collection's model from its work, as sentences; null when there is neither. */
  async problemOf({ id, embedder, name }: CollectionSummary): Promise<string | null> {
    const { models, reindexing } = await this.view();
    const run = reindexing.find(({ collectionId }) => collectionId === id);
    const model = models.find((view) => view.model === (run?.to ?? embedder));
    const progress = run && `${run.done.toLocaleString("en-US")} of ${countOf(run.texts, "text")}`;
    const facts = [
      ...(run === undefined ? [] : [`It is being embedded anew with ${run.to}: ${progress ?? ""}.`]),
      ...(model === undefined ? [] : problemsOf(model, name)),
    ];
    return joinSentences(...facts) || null;
  }

  async view(): Promise<EmbeddingView> {
    const { reader } = this.#options;
    const [debts, runs] = await Promise.all([reader.vectorDebts(), reader.reindexRuns()]);
    // Models that no collection has any more are not among them, whatever was tried with them.
    const models = debts.map((debt): ModelView => ({ ...debt, ...this.#stateOf(debt.model) }));
    const reindexing = runs.map((run) => {
      const left = debts.find(({ model }) => model === run.to)?.texts ?? 0;
      return { ...run, done: Math.max(0, run.texts - left) };
    });
    return { models, reindexing };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#look !== null) clearTimeout(this.#look);
    await Promise.all([...this.#models.values()].map(({ filler }) => filler.close()));
    await this.#looking;
  }

  async #lookForWork(): Promise<void> {
    const { writer, log } = this.#options;
    for (let hasMore = (await writer.reindexRuns()).length > 0; hasMore && !this.#isClosed;) {
      this.#isStepping = true;
      const step = await writer.stepReindex();
      hasMore = step.hasMore;
      for (const { collection, from, to } of step.finished) log.info({ collection, from, to }, "collection reindexed");
      if (step.finished.length === 0) continue;
      this.#mayTidy = true;
      this.#options.onSaved();
    }
    while (this.#mayTidy && !this.#isClosed) this.#mayTidy = (await writer.removeUnusedVectors()).hasMore;
    const debts = await writer.vectorDebts();
    for (const id of this.#unknown.keys()) if (!debts.some(({ model }) => model === id)) this.#unknown.delete(id);
    for (const { model, texts } of debts) {
      if (texts === 0 || isBuiltInModel(model) || this.#isClosed) continue;
      try {
        this.#open(model).filler.kick();
      } catch (error) {
        this.#unknown.set(model, asCommonsError(error));
      }
    }
  }

  #open(id: string): OpenModel {
    const known = this.#models.get(id);
    if (known !== undefined) return known;
    const { createModel, writer, log, lanes, timing, onSaved } = this.#options;
    const model = createModel(id, (detail) => (opened.progress = detail));
    const filler = new ModelFiller({
      model,
      catalog: writer,
      log,
      lanes,
      timing: timing ?? defaultTiming,
      onSaved: () => {
        this.#queries.works(id);
        onSaved();
        // A reindex may have got its last vector.
        this.kick();
      },
    });
    const opened: OpenModel = { model, filler, progress: null };
    this.#unknown.delete(id);
    this.#models.set(id, opened);
    return opened;
  }

  async #queryVector(id: string, query: string): Promise<ModelFailure & { readonly vector: Float32Array | null }> {
    try {
      const { model, filler } = this.#open(id);
      if (filler.state.kind === "refused") return { vector: null, ...filler.state };
      const vector = await this.#queries.vector(model, query);
      return { vector, ...(this.#queries.failure(id) ?? { reason: "It did not answer.", hint: null }) };
    } catch (error) {
      const { message, hint } = asCommonsError(error);
      return { vector: null, reason: message, hint: hint ?? null };
    }
  }

  #stateOf(id: string): Pick<ModelView, "state" | "detail" | "hint" | "retryAtMs"> {
    const unknown = this.#unknown.get(id);
    if (unknown !== undefined)
      return { state: "refused", detail: unknown.message, hint: unknown.hint ?? null, retryAtMs: null };
    const opened = this.#models.get(id);
    const state = opened?.filler.state ?? { kind: "idle" };
    return {
      state: state.kind,
      detail: "reason" in state ? state.reason : (opened?.progress ?? this.#queries.failure(id)?.reason ?? null),
      hint: state.kind === "refused" ? state.hint : null,
      retryAtMs: state.kind === "waiting" ? state.retryAtMs : null,
    };
  }

  #failed(error: unknown): void {
    if (!this.#isClosed) this.#options.log.error({ err: error }, "missing vectors cannot be looked for");
  }
}
