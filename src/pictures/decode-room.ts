/**
 * Memory that pictures may hold while they are decoded, in bytes: who needs more than is left waits, in the order of coming. One that
 * needs more than there is gets it alone.
 */
export class DecodeRoom {
  readonly #sizeBytes: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  #usedBytes = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  /** Does the work once there is room for it. */
  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await this.#enter(bytes);
    try {
      return await work();
    } finally {
      this.#usedBytes -= bytes;
      this.#admit();
    }
  }

  #enter(bytes: number): Promise<void> {
    const entered = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, go: entered.resolve });
    this.#admit();
    return entered.promise;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#usedBytes > 0 && this.#usedBytes + next.bytes > this.#sizeBytes) return;
      this.#usedBytes += next.bytes;
      this.#waiting.shift();
      next.go();
    }
  }
}
