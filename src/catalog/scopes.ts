import {
  canonicalScope,
  replacesScope,
  type IngestScope,
  type SourceState,
  type StoredScope,
  type WatchedScope,
} from "../core/scopes.ts";
import type { Viewer } from "./api.ts";
import type { Connection } from "./connection.ts";
import type { Clock } from "./retention-clock.ts";

/** Row ids of a collection and of a source that has a row in `collection_sources`. */
export interface ScopePlace {
  readonly collectionId: number;
  readonly sourceId: number;
}

export interface ScopeFacts {
  /** Who wants it watched. */
  readonly watch: { readonly agent: string; readonly atMs: number } | null;
  readonly mirroredAtMs: number | null;
}

/** What was asked for of each source in each collection. */
export interface ScopeStore {
  /** Remembers a scope; ones that it replaces and nobody watches are forgotten. What is null in `facts` stays as it is. */
  save(place: ScopePlace, scope: IngestScope, facts: ScopeFacts): StoredScope;
  state(place: ScopePlace): SourceState;
  /** Rises with every change of the source's documents in the collection. */
  revision(place: ScopePlace): number;
  /** All that somebody wants watched in collections that the viewer sees, oldest first. */
  watched(viewer: Viewer): WatchedScope[];
  /** Nobody wants it watched any more; whether anybody did. */
  unwatch(id: number): boolean;
}

interface ScopeRow {
  readonly id: number;
  readonly scope: string;
  readonly is_watched: number;
  readonly mirrored_at: number | null;
}

interface WatchedRow extends ScopeRow {
  readonly collection_stamp: string;
  readonly collection: string;
  readonly source_key: string;
  readonly source: string;
  readonly source_path: string | null;
  readonly watched_by: string | null;
  readonly watched_since: number | null;
}

const watchedSql = `
  SELECT sc.id, sc.scope, sc.is_watched, sc.mirrored_at, sc.watched_by, sc.watched_since, c.stamp AS collection_stamp, c.name AS collection,
    s.key AS source_key, s.name AS source, s.path AS source_path
  FROM scopes sc JOIN collections c ON c.id = sc.collection_id JOIN sources s ON s.id = sc.source_id
  WHERE sc.is_watched = 1 AND c.unloaded_at IS NULL AND c.space = ? AND (c.kind = 'permanent' OR c.owner_session = ?)
  ORDER BY sc.watched_since, sc.id`;

/** Clocks of two machines differ a little. */
const clockToleranceMs = 60_000;

export function createScopeStore(connection: Connection, clock: Clock): ScopeStore {
  const insert = connection.prepare<ScopeRow>(`
    INSERT INTO scopes (collection_id, source_id, scope, mirrored_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (collection_id, source_id, scope) DO UPDATE SET mirrored_at = ifnull(excluded.mirrored_at, mirrored_at)
    RETURNING id, scope, is_watched, mirrored_at`);
  const watch = connection.prepare(
    "UPDATE scopes SET watched_by = ?, watched_since = ifnull(watched_since, ?), is_watched = 1 WHERE id = ?",
  );
  const all = connection.prepare<ScopeRow>(
    "SELECT id, scope, is_watched, mirrored_at FROM scopes WHERE collection_id = ? AND source_id = ? ORDER BY id",
  );
  const remove = connection.prepare("DELETE FROM scopes WHERE id = ?");
  const unwatch = connection.prepare(
    "UPDATE scopes SET is_watched = 0, watched_by = NULL, watched_since = NULL WHERE id = ? AND is_watched = 1",
  );
  const findRevision = connection.prepare<{ revision: number }>(
    "SELECT revision FROM collection_sources WHERE collection_id = ? AND source_id = ?",
  );
  const watched = connection.prepare<WatchedRow>(watchedSql);
  const revision = (place: ScopePlace) => findRevision.get(place.collectionId, place.sourceId)?.revision ?? 0;
  const shown = (row: ScopeRow): StoredScope => toStored(row, clock.wallMs() + clockToleranceMs);
  const scopesOf = (place: ScopePlace) => all.all(place.collectionId, place.sourceId).map(shown);
  return {
    save: (place, given, { watch: watcher, mirroredAtMs }) => {
      const scope = canonicalScope(given);
      for (const known of scopesOf(place))
        if (!known.isWatched && replacesScope(scope, known.scope)) remove.run(known.id);
      const row = insert.get(place.collectionId, place.sourceId, JSON.stringify(scope), mirroredAtMs);
      const id = row?.id ?? 0;
      if (watcher !== null) watch.run(watcher.agent, watcher.atMs, id);
      const isWatched = watcher !== null || row?.is_watched === 1;
      return { id, scope, isWatched, mirroredAtMs: row?.mirrored_at ?? null };
    },
    state: (place) => ({ revision: revision(place), scopes: scopesOf(place) }),
    revision,
    watched: ({ space, sessionId }) =>
      watched.all(space, sessionId).map((row) => ({
        ...shown(row),
        collectionId: row.collection_stamp,
        collection: row.collection,
        sourceKey: row.source_key,
        source: row.source,
        sourcePath: row.source_path,
        agent: row.watched_by ?? "",
        sinceMs: row.watched_since ?? 0,
      })),
    unwatch: (id) => unwatch.run(id).changes > 0,
  };
}

/** A run of after `latestMs` went by a clock that was set back since: when it was is not known, so files since then are not known either. */
function toStored(row: ScopeRow, latestMs: number): StoredScope {
  // Safe: only `save` writes the column, from an IngestScope.
  const scope = JSON.parse(row.scope) as IngestScope;
  const mirroredAtMs = row.mirrored_at !== null && row.mirrored_at <= latestMs ? row.mirrored_at : null;
  return { id: row.id, scope, isWatched: row.is_watched === 1, mirroredAtMs };
}
