// A print takes some 700 bytes, with turns twice as much, of a page 2 kB more.
const mostPrints = 50_000;

/**
 * Prints of files as they stood, for as long as the process lives: who asks again because the time did not suffice goes on where it
 * ended. The oldest go first.
 */
export class KeptPrints {
  readonly #prints = new Map<string, object>();

  find(key: string): object | undefined {
    return this.#prints.get(key);
  }

  keep(key: string, print: object): void {
    if (this.#prints.size >= mostPrints) {
      const [oldest] = this.#prints.keys();
      if (oldest !== undefined) this.#prints.delete(oldest);
    }
    this.#prints.set(key, print);
  }
}
