import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { asCommonsError } from "../core/errors.ts";
import { createEmbedder } from "../embed/registry.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import type { Catalog } from "./api.ts";
import { openCatalog } from "./catalog.ts";
import { restAfterMs, restHeap } from "./heap-rest.ts";
import type { WorkerCall, WorkerReply, WorkerSetup } from "./worker-protocol.ts";

const betweenStepsMs = 50;

/** Entry of the thread that holds one catalog: the composition root of catalog, tokeniser and embedder. */
function main(port: MessagePort, { options, embedderId }: WorkerSetup): void {
  const reply = (message: WorkerReply): void => port.postMessage(message);
  try {
    const tokenizer = createTokenizer();
    const catalog = openCatalog(options, createEmbedder(embedderId, tokenizer.parts), tokenizer);
    const state = { isClosed: false };
    const rest = setTimeout(() => {
      tokenizer.forget();
      if (options.isReadOnly !== true) tidy(catalog, state);
      restHeap();
    }, restAfterMs).unref();
    port.on("message", (call: WorkerCall) => {
      rest.refresh();
      reply(answer(catalog, call));
      // Without its port the thread has nothing to wait for and ends.
      if (call.method !== "close") return;
      state.isClosed = true;
      clearTimeout(rest);
      port.close();
    });
    reply({ kind: "ready" });
  } catch (error) {
    reply({ kind: "refused", error: asCommonsError(error).toWire() });
    port.close();
  }
}

/** Steps with pauses, so that whoever asks meanwhile is answered between two of them. */
function tidy(catalog: Catalog, state: { readonly isClosed: boolean }): void {
  if (state.isClosed) return;
  try {
    if (catalog.mergeWords()) setTimeout(tidy, betweenStepsMs, catalog, state).unref();
  } catch (error) {
    // A full disk stops the tidying until the next rest; whatever else is wrong, the next write or search will say.
    if (asCommonsError(error).code === "INTERNAL") throw error;
  }
}

function answer(catalog: Catalog, { id, method, args }: WorkerCall): WorkerReply {
  try {
    // Safe: the client's type makes sure that the arguments are those of the method.
    const run = catalog[method] as (...values: readonly unknown[]) => unknown;
    return { kind: "result", id, value: run(...args) };
  } catch (error) {
    return { kind: "error", id, error: asCommonsError(error).toWire() };
  }
}

// Safe: only openCatalogWorker starts this file, with a WorkerSetup.
if (parentPort !== null) main(parentPort, workerData as WorkerSetup);
