const firstRoom = 1_024;
const nameBlockBytes = 65_536;

/**
 * The files of a scan with their sizes and times: names packed as bytes, some 60 bytes a file, for a directory may hold a million. A file
 * is known by its place in the list, from 0.
 */
export class FoundFiles {
  readonly #directories: string[] = [];
  readonly #directoryNumbers = new Map<string, number>();
  #names = Buffer.allocUnsafe(nameBlockBytes);
  #nameEnd = 0;
  #nameStarts = new Float64Array(firstRoom);
  #directoryOf = new Uint32Array(firstRoom);
  #sizes = new Float64Array(firstRoom);
  #times = new Float64Array(firstRoom);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `path` with forward slashes. */
  add(path: string, { sizeBytes, mtimeMs }: { readonly sizeBytes: number; readonly mtimeMs: number }): void {
    const index = this.#length++;
    if (index + 1 >= this.#sizes.length) this.#grow();
    const cut = path.lastIndexOf("/") + 1;
    this.#directoryOf[index] = this.#numberOf(path.slice(0, cut));
    this.#sizes[index] = sizeBytes;
    this.#times[index] = mtimeMs;
    this.#nameStarts[index] = this.#nameEnd;
    this.#addName(path.slice(cut));
    this.#nameStarts[index + 1] = this.#nameEnd;
  }

  path(index: number): string {
    const name = this.#names.toString("utf8", this.#nameStarts[index], this.#nameStarts[index + 1]);
    return `${this.#directories[this.#directoryOf[index] ?? 0] ?? ""}${name}`;
  }

  sizeBytes(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  mtimeMs(index: number): number {
    return this.#times[index] ?? 0;
  }

  /** All sizes, in the order of the files; not to be changed. */
  get sizes(): Float64Array {
    return this.#sizes.subarray(0, this.#length);
  }

  #numberOf(directory: string): number {
    const known = this.#directoryNumbers.get(directory);
    if (known !== undefined) return known;
    const number = this.#directories.length;
    // A slice keeps the whole path in memory: this makes it a string of its own.
    const own = Buffer.from(directory).toString();
    this.#directories.push(own);
    this.#directoryNumbers.set(own, number);
    return number;
  }

  #addName(name: string): void {
    const needed = this.#nameEnd + name.length * 3;
    if (needed > this.#names.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#names.length * 2));
      this.#names.copy(larger, 0, 0, this.#nameEnd);
      this.#names = larger;
    }
    this.#nameEnd += this.#names.write(name, this.#nameEnd, "utf8");
  }

  #grow(): void {
    const room = this.#sizes.length * 2;
    this.#nameStarts = enlarged(this.#nameStarts, new Float64Array(room));
    this.#directoryOf = enlarged(this.#directoryOf, new Uint32Array(room));
    this.#sizes = enlarged(this.#sizes, new Float64Array(room));
    this.#times = enlarged(this.#times, new Float64Array(room));
  }
}

function enlarged<A extends Float64Array | Uint32Array>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}
