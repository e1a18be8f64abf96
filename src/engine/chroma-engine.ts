import type { Collection, EmbeddingFunction } from "chromadb";
import { CommonsError } from "../core/errors.ts";
import type { Metadata } from "../core/document.ts";
import type {
  Engine,
  EngineCollectionRef,
  EngineRecord,
  ForeignCollection,
  ForeignQuery,
  ForeignRecord,
  ForeignRef,
} from "../core/ports.ts";
import { chromaFailure, fromChroma } from "./chroma-errors.ts";
import { clientAddress, type ChromaAddress } from "./chroma-address.ts";
import { listCollections } from "./collection-list.ts";
import { findRecords, notedModel, readRecords } from "./foreign-collections.ts";
import { recordBatches } from "./record-batches.ts";
import { changedRecords } from "./stored-records.ts";

/** Collection metadata key that holds our stamp. */
const stampKey = "commons_id";

const queryTimeoutMs = 10_000;
const batchTimeoutMs = 60_000;
/** Deleting a collection of 200,000 at once takes 73 s; in slices of this size nobody waits longer than a slice. */
const deleteSlice = 2_000;
const raceAttempts = 4;

interface CallOptions {
  readonly database: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** ChromaDB through its own client. Errors beyond the port's: COLLECTION_NOT_FOUND when Chroma lost a collection, INPUT_INVALID. */
export class ChromaEngine implements Engine {
  readonly maxBatch = 500;
  readonly #address: ChromaAddress;
  readonly #closing = new AbortController();
  /** Chroma's ids of collections whose stamp was checked, by database, name and stamp. */
  readonly #ids = new Map<string, string>();
  /** Collections whose emptying in slices failed the last time. */
  readonly #mustDropWhole = new Set<string>();

  constructor(address: ChromaAddress) {
    this.#address = { ...address, url: address.url.replace(/\/+$/, "") };
  }

  async heartbeat(): Promise<string> {
    const client = await this.#client({ database: "default_database", timeoutMs: queryTimeoutMs });
    try {
      await client.heartbeat();
      return await client.version();
    } catch (error) {
      throw fromChroma(error, "heartbeat");
    }
  }

  async ensureCollection(ref: EngineCollectionRef, metadata: Metadata): Promise<{ isNew: boolean }> {
    for (let attempt = 1; ; attempt++) {
      try {
        if ((await this.#lookUp(ref)) !== null) return { isNew: false };
        await this.#ensureDatabase(ref.database);
        const client = await this.#client({ database: ref.database, timeoutMs: queryTimeoutMs });
        const created = await client.createCollection({
          name: ref.name,
          metadata: { ...metadata, [stampKey]: ref.stamp },
          configuration: { hnsw: { space: "cosine" } },
          // null: without it the client looks for an embedding package and warns that there is none.
          embeddingFunction: null,
        });
        this.#ids.set(cacheKey(ref), created.id);
        return { isNew: true };
      } catch (error) {
        // Another client creates or deletes the same name at this moment: look again.
        const isRace = ["exists", "not-found"].includes(chromaFailure(error)) && !(error instanceof CommonsError);
        if (!isRace || attempt >= raceAttempts) throw fromChroma(error, "making a collection");
      }
    }
  }

  async upsert(ref: EngineCollectionRef, records: readonly EngineRecord[]): Promise<void> {
    for (const batch of recordBatches(records)) {
      await this.#withCollection(ref, { database: ref.database, timeoutMs: batchTimeoutMs }, async (collection) => {
        // Chroma merges metadata into an existing record and keeps its document if none is given. Deleting it first gives whole
        // records, and is faster too: 4,200 deletes and 1,300 inserts a second against 380 overwrites.
        const stored = await collection.get({ ids: batch.ids, include: ["embeddings", "documents", "metadatas"] });
        const changed = changedRecords(batch, stored);
        const outdated = changed.ids.filter((id) => stored.ids.includes(id));
        if (outdated.length > 0) await collection.delete({ ids: outdated });
        if (changed.ids.length > 0) await collection.upsert(changed);
      });
    }
  }

  async recordIds(ref: EngineCollectionRef, page: { offset: number; limit: number }): Promise<string[]> {
    return this.#withCollection(ref, { database: ref.database, timeoutMs: batchTimeoutMs }, async (collection) => {
      const { ids } = await collection.get({ ...page, include: [] });
      return ids;
    });
  }

  async deleteRecords(ref: EngineCollectionRef, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#withCollection(ref, { database: ref.database, timeoutMs: batchTimeoutMs }, async (collection) => {
      await collection.delete({ ids: [...ids] });
    });
  }

  async dropCollection(ref: EngineCollectionRef): Promise<void> {
    try {
      if ((await this.#lookUp(ref)) === null) return;
      // Torn vector files make the server fail or crash when records are touched: such a collection is deleted whole.
      if (this.#mustDropWhole.has(cacheKey(ref))) this.#mustDropWhole.delete(cacheKey(ref));
      else await this.#emptyInSlices(ref);
      const client = await this.#client({ database: ref.database, timeoutMs: batchTimeoutMs });
      await client.deleteCollection({ name: ref.name });
    } catch (error) {
      const isGone =
        error instanceof CommonsError
          ? error.code === "COLLECTION_FOREIGN" || error.code === "COLLECTION_NOT_FOUND"
          : chromaFailure(error) === "not-found";
      if (isGone) return;
      this.#mustDropWhole.add(cacheKey(ref));
      throw fromChroma(error, "deleting a collection");
    } finally {
      this.#ids.delete(cacheKey(ref));
    }
  }

  async count(ref: EngineCollectionRef): Promise<number> {
    return this.#withCollection(ref, { database: ref.database, timeoutMs: queryTimeoutMs }, (collection) =>
      collection.count(),
    );
  }

  async listForeign(database: string, ownStamps: ReadonlySet<string>): Promise<ForeignCollection[]> {
    const listed = await listCollections(this.#address, { database, signal: this.#signal(queryTimeoutMs) });
    const others = listed.filter(({ metadata }) => !ownStamps.has(String(metadata?.[stampKey])));
    const client = await this.#client({ database, timeoutMs: queryTimeoutMs });
    const counted = await Promise.all(
      others.map(async (other) => {
        try {
          const records = await client.collection(other.id).count();
          return { database, name: other.name, records, dimensions: other.dimension ?? null, model: notedModel(other) };
        } catch (error) {
          if (chromaFailure(error) === "not-found") return null;
          throw fromChroma(error, "counting records");
        }
      }),
    );
    return counted.filter((collection) => collection !== null).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async searchForeign(ref: ForeignRef, query: ForeignQuery): Promise<ForeignRecord[]> {
    const use = (collection: Collection) => findRecords(collection, query);
    return this.#withForeign(ref, use, query.signal);
  }

  async readForeign(ref: ForeignRef, page: { offset: number; limit: number }): Promise<ForeignRecord[]> {
    return this.#withForeign(ref, (collection) => readRecords(collection, page));
  }

  /** Aborts what is under way; the server is not touched. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  async #emptyInSlices(ref: EngineCollectionRef): Promise<void> {
    for (;;) {
      const isEmpty = await this.#withCollection(
        ref,
        { database: ref.database, timeoutMs: batchTimeoutMs },
        async (collection) => {
          const { ids } = await collection.get({ limit: deleteSlice, include: [] });
          // What is left goes with the collection itself.
          if (ids.length < deleteSlice) return true;
          await collection.delete({ ids });
          return false;
        },
      );
      if (isEmpty) return;
    }
  }

  async #withForeign<T>(
    { database, name }: ForeignRef,
    use: (collection: Collection) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    try {
      const client = await this.#client({ database, timeoutMs: batchTimeoutMs, signal });
      return await use(await client.getCollection({ name, embeddingFunction: unusedEmbedding }));
    } catch (error) {
      throw fromChroma(error, "reading another program's collection");
    }
  }

  /** Runs a call on the collection. A handle is stale after the collection was deleted and made again: one more try with a new one. */
  async #withCollection<T>(
    ref: EngineCollectionRef,
    call: CallOptions,
    use: (collection: Collection) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const id = this.#ids.get(cacheKey(ref)) ?? (await this.#lookUp(ref));
        if (id === null) throw new CommonsError("COLLECTION_NOT_FOUND", `ChromaDB has no collection "${ref.name}".`);
        const client = await this.#client(call);
        return await use(client.collection(id));
      } catch (error) {
        this.#ids.delete(cacheKey(ref));
        const isStale = !(error instanceof CommonsError) && chromaFailure(error) === "not-found";
        if (!isStale || attempt > 1) throw fromChroma(error, "using a collection");
      }
    }
  }

  /** Chroma's id of the collection, null when there is none of that name. COLLECTION_FOREIGN when it carries another stamp or none. */
  async #lookUp(ref: EngineCollectionRef): Promise<string | null> {
    const client = await this.#client({ database: ref.database, timeoutMs: queryTimeoutMs });
    try {
      const found = await client.getCollection({ name: ref.name, embeddingFunction: unusedEmbedding });
      if (found.metadata?.[stampKey] !== ref.stamp) throw foreign(ref);
      this.#ids.set(cacheKey(ref), found.id);
      return found.id;
    } catch (error) {
      if (error instanceof CommonsError || chromaFailure(error) !== "not-found")
        throw fromChroma(error, "looking a collection up");
      return null;
    }
  }

  async #ensureDatabase(database: string): Promise<void> {
    const { AdminClient } = await import("chromadb");
    const admin = new AdminClient(this.#connection(queryTimeoutMs));
    const { tenant } = this.#address;
    try {
      await admin.getDatabase({ name: database, tenant });
    } catch (error) {
      if (chromaFailure(error) !== "not-found") throw fromChroma(error, "looking a database up");
      await admin.createDatabase({ name: database, tenant }).catch((failure: unknown) => {
        // "exists": another hub made it at this moment.
        if (chromaFailure(failure) !== "exists") throw fromChroma(failure, "making a database");
      });
    }
  }

  /** A client of its own for every call, because the client takes its abort signal at birth. */
  async #client({ database, timeoutMs, signal }: CallOptions) {
    const { ChromaClient } = await import("chromadb");
    return new ChromaClient({ ...this.#connection(timeoutMs, signal), tenant: this.#address.tenant, database });
  }

  #connection(timeoutMs: number, signal?: AbortSignal) {
    const { ssl, host, port } = clientAddress(this.#address.url);
    return {
      ssl,
      host,
      // Safe: the client only writes host and port into a URL; a prefix behind the port lands where it belongs.
      port: port as number,
      headers: { ...this.#address.headers },
      fetchOptions: { signal: this.#signal(timeoutMs, signal) },
    };
  }

  #signal(timeoutMs: number, signal?: AbortSignal): AbortSignal {
    const own = [this.#closing.signal, AbortSignal.timeout(timeoutMs)];
    return AbortSignal.any(signal === undefined ? own : [...own, signal]);
  }
}

/** Given so that the client does not import a package that the server's data names, and does not warn about missing ones. */
const unusedEmbedding: EmbeddingFunction = {
  generate: () => Promise.reject(new Error("Vectors are always given.")),
};

function foreign(ref: EngineCollectionRef): CommonsError {
  return new CommonsError(
    "COLLECTION_FOREIGN",
    `"${ref.name}" in ChromaDB's database ${ref.database} belongs to another program.`,
    {
      hint: "Rename one of the two collections, or use another space.",
      details: { database: ref.database, name: ref.name },
    },
  );
}

function cacheKey(ref: EngineCollectionRef): string {
  return JSON.stringify([ref.database, ref.name, ref.stamp]);
}
