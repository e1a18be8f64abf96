import { setTimeout as delay } from "node:timers/promises";
import type { CollectionSummary } from "../core/collections.ts";
import type { KnownFile } from "../core/document.ts";
import type { IngestScope, StoredScope } from "../core/scopes.ts";
import { ingestPaths } from "../ingest/ingest.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import { isInScope } from "../ingest/select-files.ts";
import { changesOf } from "../ingest/tally.ts";
import { isNameOnly } from "../reader/fingerprint.ts";
import { createCompanionFinder, statWithCompanions, type CompanionFinder } from "../workspace/companion-finder.ts";
import { companionsOf } from "../workspace/companions.ts";
import type { RefreshResult } from "./ingester.ts";
import { contentElsewhere, ingestScope, scopeTitle, workKeyOf } from "./scope-work.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { runShared, waitForWork } from "./shared-work.ts";
import { StoredFiles } from "./stored-files.ts";

interface Refresh {
  readonly collection: string;
  readonly done: Promise<number>;
  progress: IngestProgress | null;
  isDone: boolean;
}

// File systems and the clock of the program may differ a little.
export const clockSlackMs = 2_000;

/**
 * Brings what is stored of the session's own files to what stands on the disk, before a search. A run that takes longer than the
 * search may wait goes on behind it, and the next search joins it. An unchanged file costs a look at its entry in the directory.
 */
export class Refresher {
  readonly #session: Session;
  readonly #stored = new Map<string, StoredFiles>();
  readonly #running = new Map<string, Refresh>();
  /** When this session last looked at all new files of a scope, by work key. */
  readonly #lookedAt = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Waits at most `budgetMs`. Never rejects: a search must not fail because a file cannot be read. */
  async refresh(
    stored: readonly { readonly collection: CollectionSummary; readonly place: OpenWorkspace }[],
    budgetMs: number,
  ): Promise<RefreshResult> {
    const running = stored.map(({ collection, place }) => this.#run(collection, place));
    const timeUp = new AbortController();
    const settled = Promise.allSettled(running.map(({ done }) => done));
    await Promise.race([settled, delay(budgetMs, null, { signal: timeUp.signal, ref: false })]);
    timeUp.abort();
    const open = running.filter((refresh) => !refresh.isDone);
    const outcomes = await Promise.all(running.filter((refresh) => refresh.isDone).map(outcomeOf));
    return {
      updated: outcomes.reduce((sum, outcome) => sum + outcome.updated, 0),
      pending: open.map(({ collection, progress }) => ({ collection, progress })),
      failed: outcomes.flatMap(({ collection, message }) => (message === null ? [] : [{ collection, message }])),
    };
  }

  close(): void {
    this.#stop.abort();
  }

  #run(collection: CollectionSummary, place: OpenWorkspace): Refresh {
    const key = `${collection.id} ${place.source.key}`;
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    const refresh: Refresh = {
      collection: collection.name,
      progress: null,
      isDone: false,
      done: this.#bringUpToDate(collection, place, (progress) => (refresh.progress = progress)).finally(() => {
        refresh.isDone = true;
        this.#running.delete(key);
      }),
    };
    refresh.done.catch(() => undefined);
    this.#running.set(key, refresh);
    return refresh;
  }

  async #bringUpToDate(
    collection: CollectionSummary,
    place: OpenWorkspace,
    onProgress: (progress: IngestProgress) => void,
  ): Promise<number> {
    const session = this.#session;
    const stored = this.#storedOf(collection, place);
    let updated = 0;
    const covered: IngestScope[] = [];
    const scopes = await stored.update();
    for (const storedScope of scopes) {
      const { scope } = storedScope;
      const ingestKey = workKeyOf(session, { collection, source: place.source, scope });
      // An ingest of the same looks at more than a search does; while one runs, there is nothing to do but wait for it.
      const ingest = (await session.call("work.list", {})).find((work) => work.key === ingestKey);
      if (ingest !== undefined) {
        // Safe: what holds this key is an ingest, and that reports its progress.
        const onOthers = (progress: unknown) => onProgress(progress as IngestProgress);
        await waitForWork(session, { signal: this.#stop.signal, onProgress: onOthers }, ingest);
      }
      const key = `${ingestKey} before a search`;
      const { result } = await runShared<IngestReport | null, IngestProgress>(session, {
        key,
        title: scopeTitle(scope, place.source.name, collection.name),
        collection: collection.name,
        signal: this.#stop.signal,
        run: (onReport) =>
          this.#mirror(stored, place, {
            ...storedScope,
            others: scopes.map((each) => each.scope),
            key,
            onProgress: onReport,
          }),
        onProgress,
      });
      if (result === null) continue;
      covered.push(scope);
      updated += changesOf(result);
    }
    await stored.update();
    return updated + (await this.#mendOthers(stored, place, covered));
  }

  /** null when the folder of the scope is not there any more: its files are then looked at one by one. */
  async #mirror(
    stored: StoredFiles,
    place: OpenWorkspace,
    {
      key,
      scope,
      others,
      mirroredAtMs,
      onProgress,
    }: StoredScope & {
      readonly others: readonly IngestScope[];
      readonly key: string;
      readonly onProgress: (progress: IngestProgress) => void;
    },
  ): Promise<IngestReport | null> {
    // What an earlier run left out for its content is not read again at every search.
    const lookedAtMs = Math.max(this.#lookedAt.get(key) ?? 0, mirroredAtMs ?? 0);
    // A look in the future tells that the clock was wrong then, so nothing of what is new now.
    const newSinceMs = lookedAtMs === 0 || lookedAtMs > Date.now() ? null : lookedAtMs - clockSlackMs;
    await stored.update();
    const startedMs = Date.now();
    const beside = contentElsewhere(scope, others, stored);
    const how = { signal: this.#stop.signal, onProgress, newSinceMs, ...beside };
    const report = await ingestScope(this.#session, { place, scope, target: stored }, how);
    if (report !== null) this.#lookedAt.set(key, startedMs);
    return report;
  }

  /** Files that were ingested one by one, or whose folder is gone. */
  async #mendOthers(
    stored: StoredFiles,
    { workspace }: OpenWorkspace,
    covered: readonly IngestScope[],
  ): Promise<number> {
    const others = [...stored.files.values()].filter((file) => !covered.some((scope) => isInScope(scope, file.path)));
    const paths: string[] = [];
    const finder = createCompanionFinder(workspace);
    for (const file of others)
      if (isChanged(workspace.root, file) || (await hasOtherCompanions(finder, file))) paths.push(file.path);
    if (paths.length === 0) return 0;
    const report = await ingestPaths(
      { ...(await this.#session.reading()), workspace, paths, signal: this.#stop.signal },
      stored,
    );
    return changesOf(report);
  }

  #storedOf(collection: CollectionSummary, { source }: OpenWorkspace): StoredFiles {
    const place = { collectionId: collection.id, sourceKey: source.key };
    const key = `${collection.id} ${source.key}`;
    const known = this.#stored.get(key);
    if (known !== undefined) return known;
    const session = this.#session;
    const stored = new StoredFiles({
      state: () => session.call("sources.state", place),
      target: session.target(collection, source),
    });
    this.#stored.set(key, stored);
    return stored;
  }
}

async function outcomeOf({
  collection,
  done,
}: Refresh): Promise<{ collection: string; updated: number; message: string | null }> {
  try {
    return { collection, updated: await done, message: null };
  } catch (error) {
    return { collection, updated: 0, message: error instanceof Error ? error.message : String(error) };
  }
}

function isChanged(root: string, { path, stat }: KnownFile): boolean {
  try {
    return statWithCompanions(root, path, companionsOf(stat)).signature !== stat.signature;
  } catch {
    return true;
  }
}

/** Whether something came to a photo since it was stored; what went or changed shows in its signature. */
export async function hasOtherCompanions(finder: CompanionFinder, file: KnownFile): Promise<boolean> {
  if (isNameOnly(file.fingerprint)) return false;
  const stored = companionsOf(file.stat);
  return (await finder.companions(file.path, stored)).join() !== stored.join();
}
