import type { EngineCollectionRef } from "../core/ports.ts";
import type { RefusedRecord } from "./mirror-status.ts";

const keptLatest = 20;

/** Records that Chroma refuses, until they change or go. */
export class MirrorRefusals {
  /** Record ids by the stamp of their collection. */
  readonly #ids = new Map<string, Set<string>>();
  #latest: readonly (RefusedRecord & { readonly stamp: string })[] = [];

  add({ database, name, stamp }: EngineCollectionRef, recordId: string, message: string): void {
    this.#ids.set(stamp, (this.#ids.get(stamp) ?? new Set()).add(recordId));
    this.#latest = [{ database, collection: name, recordId, message, stamp }, ...this.#latest].slice(0, keptLatest);
  }

  /** The records are tried again, or gone. */
  settle(stamp: string, recordIds: readonly string[]): void {
    const ids = this.#ids.get(stamp);
    if (ids === undefined) return;
    for (const id of recordIds) ids.delete(id);
    this.#latest = this.#latest.filter((record) => record.stamp !== stamp || ids.has(record.recordId));
  }

  /** The collection is gone. */
  forget(stamp: string): void {
    this.#ids.delete(stamp);
    this.#latest = this.#latest.filter((record) => record.stamp !== stamp);
  }

  countOf(stamp: string): number {
    return this.#ids.get(stamp)?.size ?? 0;
  }

  /** Newest first. */
  list(): { readonly count: number; readonly latest: readonly RefusedRecord[] } {
    const count = [...this.#ids.values()].reduce((sum, ids) => sum + ids.size, 0);
    const latest = this.#latest.map(({ database, collection, recordId, message }) => ({
      database,
      collection,
      recordId,
      message,
    }));
    return { count, latest };
  }
}
