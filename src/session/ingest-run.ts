import type { CollectionSummary } from "../core/collections.ts";
import type { Metadata } from "../core/document.ts";
import { requireCollectionName } from "../core/collection-name.ts";
import { countOf } from "../core/quantities.ts";
import { overWhatIsThere } from "../core/vanished-collection.ts";
import { replacesScope, type IngestScope } from "../core/scopes.ts";
import { ingestDirectory, ingestFile } from "../ingest/ingest.ts";
import type { IngestProgress, IngestReport, TargetDoor } from "../ingest/requests.ts";
import { defaultCollection, ensureCollection, findCollection } from "./collections.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import type { IngestOutcome } from "./ingester.ts";
import { contentElsewhere, savedScope, scopeOf, scopeTitle, selectionOf, workKeyOf } from "./scope-work.ts";
import { runShared } from "./shared-work.ts";

export interface IngestRunInput {
  /** In the workspace; null is its root. A file or a directory. */
  readonly path: string | null;
  /** null: the workspace's default collection. */
  readonly collection: string | null;
  readonly kind: "permanent" | "temporary" | "any";
  /** Model of a new collection; one that is there must have it. */
  readonly embedder?: string | undefined;
  readonly recursive: boolean;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
  readonly maxFiles?: number;
  /** False: names and metadata only. */
  readonly includeContent: boolean;
  /** Added to a single file's own. */
  readonly metadata?: Metadata;
}

export interface IngestRunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

const minRatedChunks = 200;

/**
 * Brings a collection up to date with a file or directory of the session's workspace. Sessions that ask for the same at the same time
 * share the work. Errors: those of paths, names and the hub; CANCELLED, with everything written so far kept.
 */
export async function runIngest(
  session: Session,
  input: IngestRunInput,
  options: IngestRunOptions = {},
): Promise<IngestOutcome> {
  const open = await session.workspace();
  const place = await open.workspace.resolve(input.path ?? ".");
  const name = requireCollectionName(input.collection ?? (await defaultCollection(session, open)));
  const own = (await session.places()).find(({ workspace }) => workspace.root === place.root) ?? open;
  const signal = options.signal ?? new AbortController().signal;
  const work = { ...(await session.reading()), workspace: own.workspace, includeContent: input.includeContent, signal };
  const destination = { name, kind: input.kind, embedder: input.embedder, own };
  try {
    if (place.kind === "file") {
      const metadata = input.metadata === undefined ? {} : { metadata: input.metadata };
      const door = doorTo(session, { ...destination, scope: null });
      const file = { ...work, path: place.absolute, ...metadata };
      const report = await overWhatIsThere(() => ingestFile(file, door));
      return { collection: name, kept: await door.kept(), report, by: null, before: null };
    }
    const scope = scopeOf(input, place.relative);
    const door = doorTo(session, { ...destination, scope });
    const beside = contentElsewhere(scope, await otherScopes(session, name, { own, scope }), null);
    const directory = { ...work, ...beside, directory: place.absolute, ...selectionOf(scope) };
    const shared = await runShared<IngestReport, IngestProgress>(session, {
      key: workKeyOf(session, {
        collection: { name, kind: await kindOf(session, name, input.kind) },
        source: own.source,
        scope,
      }),
      title: scopeTitle(scope, own.source.name, name),
      collection: name,
      signal,
      run: async (onProgress) => {
        try {
          const report = await ingestDirectory({ ...directory, onProgress }, door);
          await door.done();
          return report;
        } catch (error) {
          // What was cancelled is for the next ingest to go on with, not for the next search; what broke off is for both.
          if (signal.aborted) await door.done().catch(() => undefined);
          throw error;
        }
      },
      onProgress: (progress) => {
        void session.describe(`${progressText(progress)} into ${name}`);
        options.onProgress?.(progress);
      },
    });
    if (shared.by === null) reportRate(session, shared.result);
    const before = shared.before === null ? null : { report: shared.before.result, by: shared.before.by };
    return { collection: name, kept: await door.kept(), report: shared.result, by: shared.by, before };
  } finally {
    await session.describe(null, { isFinal: true });
  }
}

interface Destination {
  readonly name: string;
  readonly kind: IngestRunInput["kind"];
  readonly embedder: string | undefined;
  readonly own: OpenWorkspace;
  /** null: a single file, which is no scope of its own. */
  readonly scope: IngestScope | null;
}

async function kindOf(
  session: Session,
  name: string,
  wanted: IngestRunInput["kind"],
): Promise<CollectionSummary["kind"]> {
  if (wanted !== "any") return wanted;
  return (await findCollection(session, name))?.kind ?? "permanent";
}

/** What else is asked for of the source in the collection, and stays asked for when this is. */
async function otherScopes(
  session: Session,
  name: string,
  { own, scope }: { readonly own: OpenWorkspace; readonly scope: IngestScope },
): Promise<IngestScope[]> {
  const collection = scope.includeContent ? null : await findCollection(session, name);
  if (collection === null) return [];
  const { scopes } = await session.call("sources.state", { collectionId: collection.id, sourceKey: own.source.key });
  return scopes.filter((known) => known.isWatched || !replacesScope(scope, known.scope)).map((known) => known.scope);
}

/** Large runs tell the hub how fast this machine is, so that the next price is its own. */
function reportRate(session: Session, { chunks, textLength, texts, ms, embedded, reused }: IngestReport): void {
  if (chunks < minRatedChunks || ms <= 0 || reused > embedded) return;
  const byCategory = Object.fromEntries(
    Object.entries(texts).map(([category, cut]) => [category, { chunks: cut.chunks, textBytes: cut.textLength }]),
  );
  session.call("rates.report", { chunks, textBytes: textLength, ms, byCategory }).catch(() => undefined);
}

interface RunDoor extends TargetDoor {
  /** Notes that the run has gone through all of its scope. */
  readonly done: () => Promise<void>;
  /** The name under which a person kept the temporary collection while it was filled; null: nobody did. */
  readonly kept: () => Promise<string | null>;
}

/** The way to where a run writes. */
function doorTo(session: Session, { name, kind, embedder, own, scope }: Destination): RunDoor {
  const { source } = own;
  const startedMs = Date.now();
  let opened: CollectionSummary | null = null;
  const remember = async (mirroredAtMs: number | null) => {
    if (scope === null || opened === null) return;
    const stored = savedScope(scope);
    await session.call("scopes.save", {
      collectionId: opened.id,
      source,
      scope: stored,
      isWatched: false,
      mirroredAtMs,
    });
  };
  return {
    open: async () => {
      opened = await ensureCollection(session, name, { kind, embedder });
      await remember(null);
      return session.target(opened, source);
    },
    find: async () => {
      const found = await findCollection(session, name);
      return found === null ? null : session.target(found, source);
    },
    done: () => remember(startedMs),
    kept: async () => {
      if (kind !== "temporary" || opened === null) return null;
      const { id } = opened;
      const { collections } = await session.call("collections.list", {});
      return collections.find((each) => each.id === id && each.kind === "permanent")?.name ?? null;
    },
  };
}

/** "ingesting 12 of 40 files", "scanning 18,000 names". */
function progressText({ phase, scanned, done, total }: IngestProgress): string {
  if (phase !== "write") return `scanning ${countOf(scanned, "name")}`;
  return `ingesting ${done.toLocaleString("en-US")} of ${countOf(total ?? done, "file")}`;
}
