import { hash } from "node:crypto";

/** Ids, by 16 bytes of their hash: some 80 bytes each, however long they are. */
export class SeenIds {
  readonly #hashes = new Set<string>();

  get size(): number {
    return this.#hashes.size;
  }

  /** Whether it is new. */
  add(id: string): boolean {
    const before = this.#hashes.size;
    return this.#hashes.add(keyOf(id)).size > before;
  }

  has(id: string): boolean {
    return this.#hashes.has(keyOf(id));
  }
}

function keyOf(id: string): string {
  return hash("sha256", id.toWellFormed(), "buffer").toString("latin1", 0, 16);
}
