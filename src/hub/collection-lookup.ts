import type { Viewer } from "../catalog/api.ts";
import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import { nearestNames } from "../core/collection-name.ts";
import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { EngineService } from "./engine-service.ts";

const maxNamed = 10;

/** The collection of that name as the viewer sees it. Errors: COLLECTION_NOT_FOUND with the nearest names, COLLECTION_FOREIGN. */
export async function visibleCollection(
  parts: {
    readonly reader: Pick<AsyncCatalog, "findCollection" | "listCollections">;
    readonly engine: Pick<EngineService, "requireNotForeign">;
  },
  viewer: Viewer,
  name: string,
): Promise<CollectionSummary> {
  const found = await parts.reader.findCollection(viewer, name);
  if (found !== null) return found;
  await parts.engine.requireNotForeign(viewer.space, name);
  const known = (await parts.reader.listCollections(viewer)).map((collection) => collection.name);
  const nearest = nearestNames(name, known);
  const hint =
    nearest.length > 0
      ? `Did you mean ${nearest.map((near) => `"${near}"`).join(" or ")}?`
      : known.length > 0
        ? `There are: ${known.slice(0, maxNamed).join(", ")}${known.length > maxNamed ? ` and ${known.length - maxNamed} more` : ""}.`
        : "There is no collection yet; ingesting a directory makes one.";
  throw new CommonsError("COLLECTION_NOT_FOUND", `There is no collection "${name.slice(0, 100)}".`, {
    hint,
    details: { nearest },
  });
}

/** Remembers which space and session a collection id belongs to, so that a guessed id opens nothing. */
export class CollectionGate {
  readonly #reader: AsyncCatalog;
  readonly #known = new Map<string, CollectionSummary>();

  constructor(reader: AsyncCatalog) {
    this.#reader = reader;
  }

  /** The collection of that id if the viewer may use it. Errors: COLLECTION_NOT_FOUND. */
  async require(viewer: Viewer, collectionId: string): Promise<CollectionSummary> {
    const collection = await this.#find(collectionId);
    const isVisible =
      collection !== null &&
      collection.space === viewer.space &&
      (collection.kind === "permanent" || collection.ownerSession === viewer.sessionId);
    if (isVisible) return collection;
    // The same words for one that is gone and one that is another's: nobody learns that it is there.
    throw new CommonsError("COLLECTION_NOT_FOUND", "The collection is not there (any more) in this space.", {
      hint: "List the collections and use a name from there.",
      details: { id: collectionId },
    });
  }

  async #find(collectionId: string): Promise<CollectionSummary | null> {
    const known = this.#known.get(collectionId);
    if (known !== undefined) return known;
    try {
      const found = await this.#reader.collectionDetail(collectionId);
      this.#known.set(collectionId, found);
      return found;
    } catch (error) {
      if (error instanceof CommonsError && error.code === "COLLECTION_NOT_FOUND") return null;
      throw error;
    }
  }

  forget(collectionId: string): void {
    this.#known.delete(collectionId);
  }
}
