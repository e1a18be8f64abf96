import type { ReadAnswer } from "./process-messages.ts";

type Result = ReadAnswer["results"][number];

const maxResults = 8;
// An answer moves the deadline of the process on, and somebody may wait for this one file beside slow ones.
const maxHeldMs = 20;
const residentEvery = 25;

/** Sends results some at a time while they come fast, and each at once when they do not. */
export class AnswerBatch {
  readonly #send: (answer: ReadAnswer) => void;
  #held: Result[] = [];
  #sentMs = performance.now();
  #results = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (answer: ReadAnswer) => void) {
    this.#send = send;
  }

  /** `isIdle`: nothing follows by itself. */
  add(result: Result, { isIdle }: { readonly isIdle: boolean }): void {
    this.#held.push(result);
    if (isIdle || this.#held.length >= maxResults || performance.now() - this.#sentMs > maxHeldMs) this.#sendHeld({});
    else this.#timer ??= setTimeout(() => this.#sendHeld({}), maxHeldMs);
  }

  /** The process should be given nothing more. */
  addLast(result: Result, spent: NonNullable<ReadAnswer["spent"]>): void {
    this.#held.push(result);
    this.#sendHeld({ spent });
  }

  #sendHeld(more: Pick<ReadAnswer, "spent">): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const before = Math.floor(this.#results / residentEvery);
    this.#results += this.#held.length;
    const isDue = Math.floor(this.#results / residentEvery) > before;
    this.#send({ results: this.#held, ...(isDue ? { residentBytes: process.memoryUsage.rss() } : {}), ...more });
    this.#held = [];
    this.#sentMs = performance.now();
  }
}
