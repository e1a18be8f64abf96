import type { Catalog } from "./api.ts";
import type { Connection } from "./connection.ts";

type Totals = ReturnType<Catalog["totals"]>;

const totalsSql = `
  SELECT count(DISTINCT k.id) AS collections, ifnull(sum(cs.documents), 0) AS documents, ifnull(sum(cs.chunks), 0) AS chunks,
    (SELECT count(*) FROM vectors) AS vectors
  FROM collections k LEFT JOIN collection_sources cs ON cs.collection_id = k.id WHERE k.unloaded_at IS NULL`;
const sizeSql = "SELECT page_count * page_size AS sizeBytes FROM pragma_page_count(), pragma_page_size()";

/** Counts of live collections; vectors and bytes are those of the whole file, unloaded collections included. */
export function createTotalsReader(connection: Connection): () => Totals {
  const totals = connection.prepare<Omit<Totals, "sizeBytes">>(totalsSql);
  const size = connection.prepare<{ sizeBytes: number }>(sizeSql);
  const none = { collections: 0, documents: 0, chunks: 0, vectors: 0 };
  return () => ({ ...(totals.get() ?? none), sizeBytes: size.get()?.sizeBytes ?? 0 });
}
