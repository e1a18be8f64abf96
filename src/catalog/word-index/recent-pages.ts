import type { SegmentHead, SegmentStore } from "./segment-store.ts";

// At 8 KB: 4 MB. The words of one query, asked for their frequency first and then for their postings, and those of the next query.
const maxPages = 512;
// A segment's number and the page's in it are one key of 53 bits.
const pagesOfSegment = 2 ** 20;

/** Pages as they are stored, the last ones asked for in memory: what a segment's number names never changes. */
export class RecentPages {
  readonly #store: SegmentStore;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(store: SegmentStore) {
    this.#store = store;
  }

  get({ id, firstPage }: SegmentHead, index: number): Uint8Array {
    const key = id * pagesOfSegment + index;
    const known = this.#pages.get(key);
    if (known === undefined) {
      const [oldest] = this.#pages.keys();
      if (oldest !== undefined && this.#pages.size >= maxPages) this.#pages.delete(oldest);
    } else this.#pages.delete(key);
    const page = known ?? this.#store.page(firstPage + index);
    this.#pages.set(key, page);
    return page;
  }
}
