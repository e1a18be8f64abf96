import { pino } from "pino";
import type { Catalog } from "../../src/catalog/api.ts";
import type { AsyncCatalog } from "../../src/catalog/catalog-client.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import type { Journal } from "../../src/core/ports.ts";
import type { Embedder } from "../../src/core/ports.ts";
import { CommonsError } from "../../src/core/errors.ts";
import type { Caller } from "../../src/hub/caller.ts";
import { Mirror } from "../../src/engine/mirror.ts";
import { createDepartures } from "../../src/hub/departures.ts";
import { EmbeddingService } from "../../src/hub/embedding-service.ts";
import type { EngineService } from "../../src/hub/engine-service.ts";
import { ForeignCollections } from "../../src/hub/foreign-collections.ts";
import { createHandlers, type Handlers } from "../../src/hub/handlers.ts";
import { engineOff } from "../../src/hub/engine-off.ts";
import { SessionRegistry } from "../../src/hub/session-registry.ts";
import { WorkRegistry } from "../../src/hub/work-registry.ts";
import type { Tokenizer } from "../../src/search/tokenizer.ts";
import type { CallQueues } from "./call-queues.ts";
import { type DoneCall, queuedCatalog } from "./queued-catalog.ts";
import type { Answer } from "./model-answers.ts";
import type { QueuedEngine } from "./queued-engine.ts";
import { answerOf, type SimulatedCall, type SimulatedResult } from "./simulated-call.ts";

export interface HubParts {
  readonly directory: string;
  readonly queues: CallQueues;
  /** Which one it is: each has threads of its own. */
  readonly generation: number;
  readonly engine: QueuedEngine;
  readonly embedder: Embedder;
  readonly tokenizer: Tokenizer;
  readonly beforeCall: (call: Pick<DoneCall, "attempt" | "method">) => void;
  readonly onDone: (call: DoneCall) => void;
  readonly doubles: HubDoubles;
  /** Time that no setting of the wall clock changes. */
  readonly steadyMs: () => number;
  /** The hub has waited for sessions of an earlier one, and waits no longer. */
  readonly onRejoinOver: (hub: SimulatedHub) => void;
}

/** Faulty parts in place of the real ones: the checker must notice them. */
export interface HubDoubles {
  readonly catalog?: (catalog: Catalog) => Catalog;
  readonly handlers?: (handlers: Handlers) => Handlers;
}

/** After an hour the simulation itself wakes the mirror: no time passes by itself. */
const never = { firstDelayMs: 3_600_000, maxDelayMs: 3_600_000, conflictRetryMs: 3_600_000 };
/** The longest that src/hub/rejoin-wait.ts waits. */
const rejoinMs = 14_000;
const log = pino({ level: "silent" });

/** The hub without its process: the real handlers, registries, mirror and catalog, wired as hub.ts does. */
export class SimulatedHub {
  readonly handlers: Handlers;
  readonly registry: SessionRegistry;
  readonly mirror: Mirror;
  readonly catalog: Catalog;
  readonly #reader: Catalog;
  readonly #queues: CallQueues;
  readonly #ownQueues: readonly [writer: string, reader: string];
  /** Resolves when the hub is killed. */
  readonly died: Promise<"died">;
  readonly #dies: () => void;
  isDead = false;

  constructor(parts: HubParts) {
    const { directory, queues, generation, engine, embedder, tokenizer, beforeCall, onDone, doubles, steadyMs } = parts;
    const faulty = doubles.catalog ?? ((catalog) => catalog);
    const clock = { wallMs: () => Date.now(), steadyMs };
    this.catalog = faulty(openCatalog({ directory, mirror: "all", clock }, embedder, tokenizer));
    this.#reader = openCatalog({ directory, mirror: "all", isReadOnly: true, clock }, embedder, tokenizer);
    this.#queues = queues;
    const [writerQueue, readerQueue] = [`writer ${generation}`, `reader ${generation}`];
    this.#ownQueues = [writerQueue, readerQueue];
    const writer = queuedCatalog({ catalog: this.catalog, queues, queue: writerQueue, beforeCall, onDone });
    const reader = queuedCatalog({
      catalog: this.#reader,
      queues,
      queue: readerQueue,
      beforeCall: () => undefined,
      onDone: () => undefined,
    });
    const { promise, resolve } = Promise.withResolvers<"died">();
    this.died = promise;
    this.#dies = () => resolve("died");
    const works = new WorkRegistry();
    this.registry = new SessionRegistry((sessionId) => {
      works.sessionGone(sessionId);
      departures();
    });
    const departures = createDepartures({ writer, registry: this.registry, log });
    this.registry.awaitSessions(this.catalog.sessionUses());
    setTimeout(() => {
      if (this.isDead) return;
      parts.onRejoinOver(this);
      this.registry.giveUpAwaited();
      departures();
    }, rejoinMs);
    this.mirror = new Mirror({ journal: journalOf(writer), engine: engine.seenBy(this), timing: never });
    const service: EngineService = { ...engineOff("simulated"), kick: () => this.mirror.kick() };
    const embedding = new EmbeddingService({
      writer,
      reader,
      log,
      lanes: 1,
      createModel: noModel,
      onSaved: () => this.mirror.kick(),
    });
    const handlers = createHandlers({
      writer,
      reader,
      registry: this.registry,
      works,
      engine: service,
      foreign: new ForeignCollections({ engine: service, tokenizer, embedder }),
      hubView: notAsked,
      embedder: { id: embedder.id, dimensions: embedder.dimensions },
      embedding,
      models: {
        requireId: (id) => id,
        destination: () => null,
        pricePerMillion: () => null,
        tokensOf: () => 0,
        preparation: () => null,
        measure: notAsked,
      },
      defaultModel: embedder.id,
      rotateToken: notAsked,
      stop: notAsked,
    });
    this.handlers = doubles.handlers?.(handlers) ?? handlers;
    // What the last hub left.
    this.mirror.kick();
  }

  /** What the handler of the call says; a defect of the program is thrown. */
  async answer(call: SimulatedCall, caller: Caller): Promise<Answer> {
    try {
      // Safe: the call has the input of the operation that it names.
      const handler = this.handlers[call.name] as (input: unknown, caller: Caller) => Promise<unknown>;
      const output = await handler(call.input, caller);
      // Safe: as above, with the output.
      return answerOf({ name: call.name, output } as SimulatedResult);
    } catch (error) {
      if (error instanceof CommonsError && error.code !== "INTERNAL") return { kind: "error", code: error.code };
      throw error;
    }
  }

  /** Nobody hears of it any more; what was acknowledged is in the file. */
  kill(): void {
    this.isDead = true;
    for (const queue of this.#ownQueues) this.#queues.kill(queue);
    this.mirror.pause();
    this.catalog.close();
    this.#reader.close();
    this.#dies();
  }
}

function journalOf(writer: AsyncCatalog): Journal {
  return {
    peek: (limit) => writer.journalPeek(limit),
    records: (stamp, ids) => writer.engineRecords(stamp, ids),
    unknown: (stamp, ids) => writer.unknownRecords(stamp, ids),
    acknowledge: (seqs) => writer.journalAcknowledge(seqs),
    depth: () => writer.journalDepth(),
    resync: (stamp) => writer.journalResync(stamp),
  };
}

function noModel(): never {
  throw new Error("No collection of the simulation has a model of its own.");
}

function notAsked(): never {
  throw new Error("The simulation does not ask for this.");
}
