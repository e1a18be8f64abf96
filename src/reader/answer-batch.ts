import type { ReadAnswer } from "./process-messages.ts";

type Result = ReadAnswer["results"][number];

const maxResults = 8;
// Who reads slow files must say so with each: an answer is what moves the deadline of the process on.
const maxHeldMs = 20;
const residentEvery = 25;

/** Sends results some at a time while they come fast, and each at once when they do not. */
export class AnswerBatch {
  readonly #send: (answer: ReadAnswer) => void;
  #held: Result[] = [];
  #sentMs = performance.now();
  #results = 0;

  constructor(send: (answer: ReadAnswer) => void) {
    this.#send = send;
  }

  /** `isIdle`: nothing follows by itself. */
  add(result: Result, { isIdle }: { readonly isIdle: boolean }): void {
    this.#held.push(result);
    if (isIdle || this.#held.length >= maxResults || performance.now() - this.#sentMs > maxHeldMs) this.#sendHeld({});
  }

  /** The process should be given nothing more. */
  addLast(result: Result, spent: NonNullable<ReadAnswer["spent"]>): void {
    this.#held.push(result);
    this.#sendHeld({ spent });
  }

  #sendHeld(more: Pick<ReadAnswer, "spent">): void {
    const before = Math.floor(this.#results / residentEvery);
    this.#results += this.#held.length;
    const isDue = Math.floor(this.#results / residentEvery) > before;
    this.#send({ results: this.#held, ...(isDue ? { residentBytes: process.memoryUsage.rss() } : {}), ...more });
    this.#held = [];
    this.#sentMs = performance.now();
  }
}
