import { AsyncLocalStorage } from "node:async_hooks";
import type { Catalog } from "../../src/catalog/api.ts";
import type { AsyncCatalog } from "../../src/catalog/catalog-client.ts";
import { type CatalogMethod, catalogMethods } from "../../src/catalog/worker-protocol.ts";
import { asCommonsError, CommonsError } from "../../src/core/errors.ts";
import type { CallQueues } from "./call-queues.ts";
import type { Attempt } from "./checker.ts";

/** Which attempt a call of the catalog is made for. */
export const currentAttempt = new AsyncLocalStorage<Attempt>();

export interface DoneCall {
  readonly attempt: Attempt | null;
  readonly method: CatalogMethod;
  readonly args: readonly unknown[];
  readonly value: unknown;
}

export interface QueuedCatalogOptions {
  readonly catalog: Catalog;
  readonly queues: CallQueues;
  readonly queue: string;
  readonly beforeCall: (call: Pick<DoneCall, "attempt" | "method">) => void;
  /** Runs in the moment after a call went through. */
  readonly onDone: (call: DoneCall) => void;
}

/** A catalog as another thread has it: calls wait in a queue, are done in their order, and errors lose their class on the way. */
export function queuedCatalog({ catalog, queues, queue, beforeCall, onDone }: QueuedCatalogOptions): AsyncCatalog {
  const methods = catalogMethods.map((method) => [
    method,
    (...args: unknown[]): Promise<unknown> => {
      const attempt = currentAttempt.getStore() ?? null;
      return queues.add(queue, () => {
        beforeCall({ attempt, method });
        const value = called(catalog, method, args);
        onDone({ attempt, method, args, value });
        return value;
      });
    },
  ]);
  // Safe: there is one entry per method, with the method's arguments and result.
  return Object.fromEntries(methods) as AsyncCatalog;
}

function called(catalog: Catalog, method: CatalogMethod, args: readonly unknown[]): unknown {
  try {
    // Safe: as above.
    return (catalog[method] as (...values: readonly unknown[]) => unknown)(...args);
  } catch (error) {
    throw CommonsError.fromWire(asCommonsError(error).toWire());
  }
}
