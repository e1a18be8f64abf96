import type { Engine, EngineCollectionRef, Journal } from "../core/ports.ts";

const pageSize = 2_000;

export interface PruneOptions {
  readonly engine: Engine;
  readonly journal: Journal;
  /** Asked before each page. */
  readonly isStopped: () => boolean;
}

/**
 * Removes from Chroma's collection what the catalog does not have: left from a time when nothing was mirrored, from an older catalog, or
 * written by other clients. Returns the number of removed records, null when it was stopped before the end.
 */
export async function pruneCollection(
  collection: EngineCollectionRef,
  { engine, journal, isStopped }: PruneOptions,
): Promise<number | null> {
  let removed = 0;
  // Counts what was kept only, because the removed ones no longer stand before the next page.
  let offset = 0;
  for (;;) {
    if (isStopped()) return null;
    const ids = await engine.recordIds(collection, { offset, limit: pageSize });
    const unknown = await journal.unknown(collection.stamp, ids);
    await engine.deleteRecords(collection, unknown);
    removed += unknown.length;
    offset += ids.length - unknown.length;
    if (ids.length < pageSize) return removed;
  }
}
