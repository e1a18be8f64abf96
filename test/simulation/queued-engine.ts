import { CommonsError } from "../../src/core/errors.ts";
import type { Engine } from "../../src/core/ports.ts";
import { FakeEngine } from "../fixtures/fake-engine.ts";
import type { CallQueues } from "./call-queues.ts";

/** ChromaDB as another process: calls wait in a queue; some are refused, and answers of some get lost. */
export class QueuedEngine {
  readonly fake = new FakeEngine();
  readonly #queues: CallQueues;
  #refusals = 0;
  #lostAnswers = 0;

  constructor(queues: CallQueues) {
    this.#queues = queues;
    const { fake } = this;
    fake.beforeCall = () => {
      if (this.#refusals-- > 0) throw unavailable("refused the call");
    };
    fake.afterCall = () => {
      if (this.#lostAnswers-- > 0) throw unavailable("was heard no more");
    };
  }

  /** As one hub sees it; of a dead one it gets no more calls. */
  seenBy(hub: { readonly isDead: boolean }): Engine {
    const { fake } = this;
    const queued = <T>(work: () => Promise<T>): Promise<T> =>
      hub.isDead ? new Promise(() => undefined) : this.#queues.add("engine", work);
    return {
      heartbeat: () => queued(() => fake.heartbeat()),
      ensureCollection: (ref, metadata) => queued(() => fake.ensureCollection(ref, metadata)),
      upsert: (ref, records) => queued(() => fake.upsert(ref, records)),
      deleteRecords: (ref, ids) => queued(() => fake.deleteRecords(ref, ids)),
      recordIds: (ref, page) => queued(() => fake.recordIds(ref, page)),
      dropCollection: (ref) => queued(() => fake.dropCollection(ref)),
      count: (ref) => queued(() => fake.count(ref)),
      listForeign: (database, stamps) => queued(() => fake.listForeign(database, stamps)),
      searchForeign: (ref, query) => queued(() => fake.searchForeign(ref, query)),
      readForeign: (ref, page) => queued(() => fake.readForeign(ref, page)),
      maxBatch: fake.maxBatch,
      close: () => Promise.resolve(),
    };
  }

  refuse(calls: number): void {
    this.#refusals = calls;
  }

  loseAnswers(calls: number): void {
    this.#lostAnswers = calls;
  }

  heal(): void {
    this.#refusals = 0;
    this.#lostAnswers = 0;
  }
}

function unavailable(what: string): CommonsError {
  return new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB ${what}.`);
}
