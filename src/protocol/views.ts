import type { CollectionSummary } from "../core/collections.ts";
import type { ErrorWire } from "../core/errors.ts";
import type { ForeignCollection } from "../core/ports.ts";

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

export interface CollectionListing {
  readonly collections: readonly (CollectionSummary & { readonly usedBy: readonly CollectionUse[] })[];
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

export interface HubView {
  readonly pid: number;
  readonly version: string;
  readonly build: number;
  readonly protocol: number;
  readonly uptimeMs: number;
  readonly home: string;
  readonly idleMinutes: number;
  readonly rssBytes: number;
}

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
