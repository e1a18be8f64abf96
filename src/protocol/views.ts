import type { CollectionSummary } from "../core/collections.ts";
import type { ErrorWire } from "../core/errors.ts";
import type { ReindexPlan, ReindexRun } from "../core/model-vectors.ts";
import type { ForeignCollection } from "../core/ports.ts";
import type { PromoteResult } from "../core/receipts.ts";

/** A live session as others see it. */
export interface SessionView {
  readonly sessionId: string;
  readonly kind: "agent" | "cli";
  readonly agent: string;
  readonly pid: number;
  readonly version: string;
  readonly space: string;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly activity: string | null;
  readonly startedAtMs: number;
  readonly lastCallAtMs: number;
  readonly calls: number;
  /** Names of the collections it wrote to or asked for by name. */
  readonly collections: readonly string[];
}

export interface CollectionUse {
  readonly sessionId: string;
  readonly agent: string;
  readonly workspace: string | null;
  /** What the session says that it is doing; null when it says nothing. */
  readonly activity: string | null;
  /** null: it used the collection before the hub was started again, and has yet to come back. */
  readonly lastCallAtMs: number | null;
}

/** Work that one session does for all who want it. */
export interface WorkView {
  readonly key: string;
  readonly runId: string;
  readonly kind: "ingest" | "watch";
  readonly title: string;
  readonly startedAtMs: number;
  /** Whatever the holder said last; of ingests an IngestProgress. */
  readonly progress: unknown;
  readonly holder: { readonly sessionId: string; readonly agent: string; readonly workspace: string | null };
}

/** How it stands with a piece of work that somebody else does. */
export type WorkNews =
  | { readonly state: "running"; readonly progress: unknown }
  | { readonly state: "finished"; readonly result: unknown }
  /** Nobody does it any more, and no result came: whoever still wants it may claim it. */
  | { readonly state: "vacant" };

export interface ListedCollection extends CollectionSummary {
  readonly usedBy: readonly CollectionUse[];
  /** Passages that wait for the vector of the collection's model. */
  readonly withoutVector: number;
}

/** What a live agent has for itself. */
export interface TemporaryCollection extends CollectionSummary {
  readonly session: Pick<SessionView, "sessionId" | "agent" | "workspace">;
}

export interface KeepResult extends PromoteResult {
  /** What its session says that it is doing, when that still loads into the collection; null: it does not. */
  readonly loading: string | null;
}

export interface CollectionListing {
  readonly collections: readonly ListedCollection[];
  /** Collections that other programs made in Chroma; null when Chroma could not be asked. */
  readonly foreign: readonly ForeignCollection[] | null;
}

export type EngineStateName =
  | "off"
  | "installing"
  | "starting"
  | "ready"
  | "restarting"
  | "unreachable"
  | "failed"
  | "stopped";

export interface EngineView {
  readonly state: EngineStateName;
  readonly kind: "embedded" | "external" | "none";
  readonly url: string | null;
  readonly version: string | null;
  readonly pid: number | null;
  /** Why it is not ready, or what it is doing. */
  readonly detail: string | null;
  readonly mirror: "all" | "vectors" | "none";
  /** Journal entries that Chroma does not hold yet. */
  readonly behind: number;
  /** Collections whose name another program holds in Chroma. */
  readonly conflicts: readonly string[];
}

/** How one collection stands in Chroma, as far as the hub knows since it started. */
export interface CollectionMirror {
  /** Whether Chroma is to have it at all: permanent collections, unless the mirror or the engine is switched off. */
  readonly isMirrored: boolean;
  readonly refusedRecords: number;
  /** Why Chroma takes none of it; null when it does. */
  readonly leftOut: string | null;
}

/** A page of a comparison with Chroma; what the journal still owes is no difference. */
export interface MirrorPage {
  readonly cursor: string | null;
  readonly compared: number;
  /** Ids of records that Chroma lacks, has with another text, metadata or vector, and has though the catalog does not. */
  readonly missing: readonly string[];
  readonly different: readonly string[];
  readonly extra: readonly string[];
}

/** How it stands with a model that is not built in. */
export interface ModelView {
  readonly model: string;
  readonly state: "idle" | "working" | "waiting" | "refused";
  /** What it is doing that takes long, or why it does not work. */
  readonly detail: string | null;
  /** The next step where it refused. */
  readonly hint: string | null;
  readonly retryAtMs: number | null;
  /** Texts that wait for their vector, texts that the model will not take, and its reason for one of those. */
  readonly texts: number;
  readonly refused: number;
  readonly refusal: string | null;
}

export interface ReindexView extends ReindexRun {
  /** Texts that have their new vector, of `texts`. */
  readonly done: number;
}

export interface EmbeddingView {
  readonly models: readonly ModelView[];
  /** Of all spaces for the hub's owner, of the caller's space elsewhere. */
  readonly reindexing: readonly ReindexView[];
}

/** What a reindex will cost. */
export interface ReindexPrice {
  readonly plan: ReindexPlan;
  /** Estimated from the bytes. */
  readonly tokens: number;
  /** null: the price of the model is not known; 0: it costs nothing. */
  readonly dollars: number | null;
  /** From a sample of made-up text; null when there was none. */
  readonly seconds: number | null;
  /** Where the texts go to; null: they stay in this machine's own processes. */
  readonly destination: string | null;
  /** What comes first, or why the sample failed; null when all is well. */
  readonly remark: string | null;
}

export interface HubView {
  readonly pid: number;
  readonly version: string;
  readonly build: number;
  readonly protocol: number;
  readonly uptimeMs: number;
  readonly home: string;
  readonly idleMinutes: number;
  readonly rssBytes: number;
  /** null: no TCP was asked for. A hub of an earlier build does not say it. */
  readonly tcp?: TcpView | null;
}

/** The hub's door over TCP. */
export type TcpView =
  | { readonly state: "open"; readonly url: string; readonly connections: number }
  /** Asked for, but not open: why, and the next step. */
  | { readonly state: "closed"; readonly problem: string };

export interface HubStatus {
  readonly hub: HubView;
  readonly engine: EngineView;
  readonly sessions: readonly SessionView[];
  readonly collections: readonly CollectionSummary[];
  readonly totals: {
    readonly collections: number;
    readonly documents: number;
    readonly chunks: number;
    readonly vectors: number;
    readonly sizeBytes: number;
  };
  readonly embedder: { readonly id: string; readonly dimensions: number };
  readonly embedding: EmbeddingView;
}

/** What `GET /v1/hello` answers; the only call that all protocol versions share. */
export interface Hello {
  readonly program: "chroma-commons";
  readonly protocol: number;
  readonly version: string;
  readonly build: number;
  readonly pid: number;
  readonly home: string;
  /** New for every hub process. */
  readonly instance: string;
  /** Where the hub runs. A session in a container takes it for its own, so that the host's path means the same in both. */
  readonly machine: { readonly id: string; readonly name: string };
}

/** Body of every answer of an operation. */
export type Answer<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: ErrorWire };
