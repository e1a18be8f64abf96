import type { Collection } from "chromadb";
import { fromChroma } from "./chroma-errors.ts";
import { clientAddress, type ChromaAddress } from "./chroma-address.ts";
import { listCollections } from "./collection-list.ts";
import type { StoredRecords } from "./stored-records.ts";

/** A collection in Chroma that carries a stamp of ours. */
export interface StampedCollection {
  /** Chroma's own id. */
  readonly id: string;
  readonly database: string;
  readonly name: string;
  readonly stamp: string;
  readonly embedder: string | null;
  readonly owner: string;
  readonly createdAtMs: number;
}

const timeoutMs = 60_000;

/**
 * Reads whole records of collections that a hub made, for comparisons and for a catalog that is lost; changes nothing.
 * Errors: ENGINE_UNAVAILABLE, COLLECTION_NOT_FOUND.
 */
export class StampedReader {
  readonly #address: ChromaAddress;

  constructor(address: ChromaAddress) {
    this.#address = { ...address, url: address.url.replace(/\/+$/, "") };
  }

  /** Names of the tenant's databases; a space is one. */
  async databases(): Promise<string[]> {
    const { AdminClient } = await import("chromadb");
    try {
      const admin = new AdminClient(this.#connection());
      const listed = await admin.listDatabases({ tenant: this.#address.tenant, limit: 1_000 });
      return listed.map(({ name }) => name);
    } catch (error) {
      throw fromChroma(error, "listing databases");
    }
  }

  async collections(database: string): Promise<StampedCollection[]> {
    const signal = AbortSignal.timeout(timeoutMs);
    const listed = await listCollections(this.#address, { database, signal });
    return listed.flatMap(({ id, name, metadata }) => {
      const stamp = metadata?.["commons_id"];
      if (typeof stamp !== "string") return [];
      const text = (key: string) => (typeof metadata?.[key] === "string" ? metadata[key] : null);
      const createdAtMs = Date.parse(text("commons_created_at") ?? "") || 0;
      const embedder = text("commons_embedder");
      return [{ id, database, name, stamp, embedder, owner: text("commons_owner") ?? "", createdAtMs }];
    });
  }

  /** Ids in an order that holds while nothing is written. */
  recordIds(collection: StampedCollection, page: { offset: number; limit: number }): Promise<string[]> {
    return this.#use(collection, async (found) => (await found.get({ ...page, include: [] })).ids);
  }

  /** Those of the ids that are there, in any order. */
  records(collection: StampedCollection, ids: readonly string[]): Promise<StoredRecords> {
    return this.#use(collection, (found) =>
      found.get({ ids: [...ids], include: ["embeddings", "documents", "metadatas"] }),
    );
  }

  async #use<T>(collection: StampedCollection, use: (found: Collection) => Promise<T>): Promise<T> {
    const { ChromaClient } = await import("chromadb");
    try {
      const { tenant } = this.#address;
      const client = new ChromaClient({ ...this.#connection(), tenant, database: collection.database });
      return await use(client.collection(collection.id));
    } catch (error) {
      throw fromChroma(error, "reading a collection");
    }
  }

  #connection() {
    const { ssl, host, port } = clientAddress(this.#address.url);
    return {
      ssl,
      host,
      // Safe: the client only writes host and port into a URL; a prefix behind the port lands where it belongs.
      port: port as number,
      headers: { ...this.#address.headers },
      fetchOptions: { signal: AbortSignal.timeout(timeoutMs) },
    };
  }
}
