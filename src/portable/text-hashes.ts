const hashBytes = 32;
const maxTexts = 2_000_000;

/** The sha256 of each text that came, by its place: some 100 bytes a text. */
export class TextHashes {
  readonly #places = new Set<string>();
  #bytes = Buffer.alloc(1_024 * hashBytes);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The text's place; null when it is there already, or when there are too many. */
  add(digest: Buffer): number | null {
    const key = digest.toString("latin1");
    if (this.#size >= maxTexts || this.#places.has(key)) return null;
    this.#places.add(key);
    if (this.#bytes.byteLength < (this.#size + 1) * hashBytes)
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.byteLength * 2);
    digest.copy(this.#bytes, this.#size * hashBytes);
    return this.#size++;
  }

  /** Hex; null when no text has that place. */
  at(place: number): string | null {
    if (place >= this.#size) return null;
    return this.#bytes.toString("hex", place * hashBytes, (place + 1) * hashBytes);
  }
}
