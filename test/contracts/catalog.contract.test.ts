import { join } from "node:path";
import type { Catalog } from "../../src/catalog/api.ts";
import { type AsyncCatalog, openCatalogWorker } from "../../src/catalog/catalog-client.ts";
import { catalogMethods } from "../../src/catalog/worker-protocol.ts";
import { defaultEmbedderId } from "../../src/embed/registry.ts";
import { openTestCatalog } from "./catalog-fixture.ts";
import { describeCatalog } from "./catalog.contract.ts";

// As it is built: its sources would be stripped of their types at each start.
const workerPath = join(import.meta.dirname, "../../dist/catalog-worker.mjs");

describeCatalog("in this thread", {
  open: async (directory, options) => promised(openTestCatalog(directory, options)),
});

describeCatalog("in a worker", {
  open: (directory, options) =>
    openCatalogWorker({ workerPath, embedderId: defaultEmbedderId, options: { directory, mirror: "all", ...options } }),
});

function promised(catalog: Catalog): AsyncCatalog {
  const entries = catalogMethods.map((method) => {
    // Safe: the type of AsyncCatalog below makes callers pass the method's own arguments.
    const run = catalog[method] as (...args: unknown[]) => unknown;
    return [method, async (...args: unknown[]) => run(...args)];
  });
  // Safe: one entry for each method.
  return Object.fromEntries(entries) as AsyncCatalog;
}
