import { Worker } from "node:worker_threads";
import { CommonsError } from "../core/errors.ts";
import type { Catalog } from "./api.ts";
import {
  type CatalogMethod,
  catalogMethods,
  type WorkerCall,
  type WorkerReply,
  type WorkerSetup,
} from "./worker-protocol.ts";

/** A Catalog in another thread. Calls are answered in their order; errors are the same CommonsErrors. */
export type AsyncCatalog = {
  readonly [M in CatalogMethod]: (...args: Parameters<Catalog[M]>) => Promise<ReturnType<Catalog[M]>>;
};

export interface CatalogWorkerOptions extends WorkerSetup {
  /** File of the worker's entry: catalog-worker.ts, or its bundle. */
  readonly workerPath: string | URL;
  /** The thread died by itself after it had opened; what was acknowledged is durable. */
  readonly onDeath?: () => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CommonsError) => void;
}

/**
 * Starts a thread with a catalog and resolves when it is open; rejects with the catalog's error otherwise. `close` waits for the
 * calls before it and for the end of the thread; calls after it fail with HUB_STOPPING, and so do
 * those that a dying thread drops, because a new hub can answer them.
 */
export async function openCatalogWorker({
  workerPath,
  options,
  embedderId,
  onDeath,
}: CatalogWorkerOptions): Promise<AsyncCatalog> {
  const setup: WorkerSetup = { options, embedderId };
  const worker = new Worker(workerPath, { workerData: setup });
  const link = new WorkerLink(worker, onDeath);
  await link.opened;
  const methods = catalogMethods.map((method) => [method, (...args: unknown[]) => link.call(method, args)]);
  // Safe: there is one entry per method, and the worker answers with what the method returns.
  const calls = Object.fromEntries(methods) as AsyncCatalog;
  return { ...calls, close: () => link.close() };
}

/** The conversation with one worker. */
class WorkerLink {
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isOpen = false;
  #failure: CommonsError | null = null;
  #closing: Promise<void> | null = null;

  constructor(worker: Worker, onDeath: (() => void) | undefined) {
    this.#worker = worker;
    const opened = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<void>();
    this.opened = opened.promise;
    this.#exited = exited.promise;
    worker.on("message", (reply: WorkerReply) => {
      if (reply.kind === "ready") {
        this.#isOpen = true;
        opened.resolve();
      } else if (reply.kind === "refused") opened.reject(CommonsError.fromWire(reply.error));
      else this.#settle(reply);
    });
    worker.on("error", (error) => {
      const code = this.#isOpen ? "HUB_STOPPING" : "INTERNAL";
      this.#fail(new CommonsError(code, "The catalog's thread failed.", { cause: error }));
    });
    worker.on("exit", () => {
      this.#fail(new CommonsError("HUB_STOPPING", "The catalog is closed."));
      opened.reject(this.#failure);
      exited.resolve();
      if (this.#isOpen && this.#closing === null) onDeath?.();
    });
  }

  call(method: CatalogMethod, args: readonly unknown[]): Promise<unknown> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#closing !== null) return Promise.reject(new CommonsError("HUB_STOPPING", "The catalog is closing."));
    return this.#post(method, args);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    if (this.#failure === null) await this.#post("close", []);
    await this.#exited;
  }

  #post(method: CatalogMethod, args: readonly unknown[]): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#lastId += 1;
    const call: WorkerCall = { id: this.#lastId, method, args };
    // Arguments that cannot be copied throw here, before anything waits.
    this.#worker.postMessage(call, []);
    this.#waiting.set(call.id, { resolve, reject });
    return promise;
  }

  #settle(reply: Extract<WorkerReply, { id: number }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === "result") waiting?.resolve(reply.value);
    else waiting?.reject(CommonsError.fromWire(reply.error));
  }

  /** The first failure counts; everything that waits gets it. */
  #fail(error: CommonsError): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
