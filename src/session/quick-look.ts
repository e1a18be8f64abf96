import { join } from "node:path";
import type { KnownFile } from "../core/document.ts";
import type { IngestScope, StoredScope } from "../core/scopes.ts";
import { hasChanges } from "../ingest/comparison.ts";
import { isInScope } from "../ingest/select-files.ts";
import { createCompanionFinder } from "../workspace/companion-finder.ts";
import { freshnessOf } from "./freshness.ts";
import type { Ingester, RefreshResult, StoredSource } from "./ingester.ts";
import { clockSlackMs, hasOtherCompanions } from "./refresh.ts";
import { contentElsewhere, selectionOf } from "./scope-work.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { StoredFiles } from "./stored-files.ts";

// More than this is the ingester's: a session that waits should stay small, and answer others while it looks.
const maxStoredFiles = 2_000;
const maxScannedNames = 4_000;
// Files whose times prove nothing are read at every look until an ingester has seen to them: some just after an edit, many after a clone.
const maxRead = 20;
// A disk that is slower than a search may wait, so many times running, is the ingester's as well.
const maxSlowLooks = 3;

/** What a look at one directory of the session in one collection found. */
interface Look {
  readonly hasChanged: boolean;
  /** The scopes that were there at the look. */
  readonly scopes: readonly IngestScope[];
}

/**
 * Whether the files of a session are what is stored of them, found out in the session's own process: most searches find nothing changed,
 * and starting an ingester for that takes ten times the processor of everything else that a search does. It opens no file but those whose
 * times prove nothing, and changes nothing; where there is anything to do, or any doubt, the ingester does what it would have done.
 */
export class QuickLook {
  readonly #session: Session;
  readonly #stored = new Map<string, StoredFiles>();
  /** When an ingester last looked at all new files of a scope. */
  readonly #lookedAt = new Map<string, number>();
  readonly #slowLooks = new Map<string, number>();
  readonly #isTooLarge = new Set<string>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Those of the sources that need an ingester, and what it means for later looks that it has brought them up to date. */
  async changed(
    stored: readonly StoredSource[],
    budgetMs: number,
  ): Promise<{ readonly sources: StoredSource[]; readonly done: () => void }> {
    const startedMs = Date.now();
    const places = await this.#session.places();
    const looks = await Promise.all(stored.map((source) => this.#look(source, places, budgetMs)));
    const done = () => {
      for (const [index, source] of stored.entries())
        for (const scope of looks[index]?.scopes ?? []) this.#lookedAt.set(scopeKeyOf(source, scope), startedMs);
    };
    return { sources: stored.filter((_, index) => looks[index]?.hasChanged !== false), done };
  }

  async #look(source: StoredSource, places: readonly OpenWorkspace[], budgetMs: number): Promise<Look> {
    const key = keyOf(source);
    const place = places.find((each) => each.source.key === source.sourceKey);
    if (place === undefined || this.#isTooLarge.has(key)) return { hasChanged: true, scopes: [] };
    const startedMs = performance.now();
    const stored = this.#storedOf(source, place);
    const stop = new AbortController();
    try {
      const scopes = await stored.update();
      const about = { source, place, stored, stop };
      const hasChanged = (await this.#isBeside(about, scopes)) || (await this.#hasOpenScope(about, scopes));
      return { hasChanged, scopes: scopes.map(({ scope }) => scope) };
    } catch {
      // What is wrong, if anything, the ingester will say.
      if (stop.signal.aborted) this.#isTooLarge.add(key);
      return { hasChanged: true, scopes: [] };
    } finally {
      const slow = performance.now() - startedMs > budgetMs ? (this.#slowLooks.get(key) ?? 0) + 1 : 0;
      this.#slowLooks.set(key, slow);
      if (slow >= maxSlowLooks) this.#isTooLarge.add(key);
      if (this.#isTooLarge.has(key)) this.#stored.delete(key);
    }
  }

  async #hasOpenScope(about: LookedAt, scopes: readonly StoredScope[]): Promise<boolean> {
    const all = scopes.map(({ scope }) => scope);
    for (const scope of scopes) if (await this.#hasChangedScope(about, scope, all)) return true;
    return false;
  }

  async #hasChangedScope(
    { source, place, stored, stop }: LookedAt,
    { scope, mirroredAtMs }: StoredScope,
    all: readonly IngestScope[],
  ): Promise<boolean> {
    // Which of the files a limit lets in is known when they are read.
    if (scope.maxFiles !== null) return true;
    const settings = await this.#session.settings();
    const lookedAtMs = Math.max(this.#lookedAt.get(scopeKeyOf(source, scope)) ?? 0, mirroredAtMs ?? 0);
    const request = {
      ...selectionOf(scope),
      workspace: place.workspace,
      directory: join(place.workspace.root, scope.directory),
      includeContent: scope.includeContent,
      ...contentElsewhere(scope, all, stored),
      limits: {
        maxFileBytes: settings["ingest.maxFileBytes"],
        maxDocumentBytes: settings["ingest.maxDocumentBytes"],
      },
      newSinceMs: lookedAtMs === 0 ? null : lookedAtMs - clockSlackMs,
      signal: stop.signal,
      onProgress: ({ scanned }: { readonly scanned: number }) => {
        if (scanned > maxScannedNames) stop.abort();
      },
    };
    let read = 0;
    const isSame = async (file: KnownFile) => ++read <= maxRead && (await freshnessOf(place, file)) === "fresh";
    return hasChanges(request, stored, isSame);
  }

  /** Whether a stored file outside of all scopes differs: those that were ingested one by one. */
  async #isBeside({ place, stored }: LookedAt, scopes: readonly StoredScope[]): Promise<boolean> {
    const isCovered = ({ path }: KnownFile) => scopes.some(({ scope }) => isInScope(scope, path));
    const finder = createCompanionFinder(place.workspace);
    for (const file of stored.files.values()) {
      if (isCovered(file)) continue;
      if ((await freshnessOf(place, file)) !== "fresh" || (await hasOtherCompanions(finder, file))) return true;
    }
    return false;
  }

  #storedOf(source: StoredSource, place: OpenWorkspace): StoredFiles {
    const key = keyOf(source);
    const session = this.#session;
    const at = { collectionId: source.collection.id, sourceKey: source.sourceKey };
    const known =
      this.#stored.get(key) ??
      new StoredFiles({
        state: () => session.call("sources.state", at),
        target: {
          ...session.target(source.collection, place.source),
          known: async (after) => {
            if (after !== null) return [];
            const files = await session.call("documents.known", { ...at, after, limit: maxStoredFiles + 1 });
            if (files.length <= maxStoredFiles) return files;
            this.#isTooLarge.add(key);
            throw new Error("More is stored than a session looks at by itself.");
          },
        },
      });
    this.#stored.set(key, known);
    return known;
  }
}

interface LookedAt {
  readonly source: StoredSource;
  readonly place: OpenWorkspace;
  readonly stored: StoredFiles;
  readonly stop: AbortController;
}

const nothingToDo: RefreshResult = { updated: 0, pending: [], failed: [] };

/** The ingester, which a refresh reaches only where the session's own look finds something to do. */
export function lookingFirst(ingester: Ingester, look: QuickLook): Ingester {
  const refresh: Ingester["refresh"] = async (stored, budgetMs) => {
    const startedMs = performance.now();
    const { sources, done } = await look.changed(stored, budgetMs);
    if (sources.length === 0) return nothingToDo;
    const leftMs = Math.max(0, budgetMs - (performance.now() - startedMs));
    const result = await ingester.refresh(sources, leftMs);
    if (result.pending.length === 0 && result.failed.length === 0) done();
    return result;
  };
  return {
    ingest: (input, options) => ingester.ingest(input, options),
    mirror: (scope, options) => ingester.mirror(scope, options),
    paths: (request, options) => ingester.paths(request, options),
    refresh,
    scan: (input, options) => ingester.scan(input, options),
    similar: (input, options) => ingester.similar(input, options),
    photos: (input, options) => ingester.photos(input, options),
    duplicates: (input, options) => ingester.duplicates(input, options),
    compare: (input, options) => ingester.compare(input, options),
    repeats: (input, options) => ingester.repeats(input, options),
    close: () => ingester.close(),
  };
}

function keyOf({ collection, sourceKey }: StoredSource): string {
  return `${collection.id} ${sourceKey}`;
}

function scopeKeyOf(source: StoredSource, scope: IngestScope): string {
  return `${keyOf(source)} ${JSON.stringify(scope)}`;
}
