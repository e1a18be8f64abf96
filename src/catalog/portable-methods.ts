import type { Embedder } from "../core/ports.ts";
import type { Catalog } from "./api.ts";
import { createExportPager } from "./export-pages.ts";
import { createPageImporter, type ImportTools } from "./import-pages.ts";
import type { Connection } from "./connection.ts";
import type { ModelVectorStore } from "./model-vectors.ts";
import { createOriginReceipts } from "./origin-receipts.ts";
import type { WriterTools } from "./writer.ts";

interface PortableStores {
  readonly connection: Connection;
  readonly embedder: Embedder;
  readonly vectors: ModelVectorStore;
  readonly writer: WriterTools;
}

/** The methods that take a collection out and in, page by page. */
export function createPortableMethods(
  stores: PortableStores,
): Pick<Catalog, "exportPage" | "importPage" | "originReceipts"> {
  const { connection, embedder, vectors, writer } = stores;
  const pageOf = createExportPager(connection, embedder);
  const origin = createOriginReceipts(connection);
  const importPage = createPageImporter({ ...writer, connection, vectors, origin } satisfies ImportTools);
  return {
    exportPage: ({ collectionId, ...query }) =>
      connection.read(() => pageOf(writer.collections.require(collectionId), query)),
    originReceipts: ({ collectionId, ...query }) =>
      connection.read(() => origin.list(writer.collections.require(collectionId).id, query)),
    importPage: (request) => connection.write(() => importPage(request)),
  };
}
