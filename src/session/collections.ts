import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import { defaultCollectionName } from "../workspace/source-identity.ts";
import { requireNoSecret } from "./names-without-secrets.ts";
import type { OpenWorkspace, Session } from "./session.ts";

/** The name that writes of this workspace go to when none is given: the setting, else the one derived from the repository. */
export async function defaultCollection(session: Session, { source }: OpenWorkspace): Promise<string> {
  return (await session.settings()).collection ?? defaultCollectionName(source);
}

/**
 * The collections that a search without a name means: all that hold documents of this workspace, wherever it was ingested, and the
 * default one. Errors: COLLECTION_NOT_FOUND when there is none yet, WORKSPACE_REFUSED.
 */
export async function ownCollections(session: Session, holding: readonly HeldCollection[]): Promise<string[]> {
  const open = await session.workspace();
  const fallback = await defaultCollection(session, open);
  const names = new Set(holding.map(({ collection }) => collection.name));
  if (!names.has(fallback) && (await findCollection(session, fallback)) !== null) names.add(fallback);
  if (names.size > 0) return [...names];
  throw new CommonsError("COLLECTION_NOT_FOUND", "Nothing of this workspace has been ingested yet.", {
    hint: 'Run batch_ingest first, or search everything that others stored with collection "*".',
  });
}

/** A collection that holds documents of one of the session's own directories. */
export interface HeldCollection {
  readonly collection: CollectionSummary;
  readonly place: OpenWorkspace;
}

/** Which collections hold documents of these directories; one that holds several of them comes once for each. */
export async function heldCollections(session: Session, places: readonly OpenWorkspace[]): Promise<HeldCollection[]> {
  const ofPlace = async (place: OpenWorkspace) => {
    const collections = await session.call("collections.ofSource", { sourceKey: place.source.key });
    return collections.map((collection) => ({ collection, place }));
  };
  return (await Promise.all(places.map(ofPlace))).flat();
}

/**
 * Makes the collection if it is missing; `kind` "any" takes one of either kind. `embedder`: the model that it gets or must have.
 * Errors: COLLECTION_EXISTS when it is of another kind or model, INPUT_INVALID when the name holds a secret.
 */
export async function ensureCollection(
  session: Session,
  name: string,
  { kind, embedder }: { readonly kind: "permanent" | "temporary" | "any"; readonly embedder?: string | undefined },
): Promise<CollectionSummary> {
  await requireNoSecret("name of the collection", [name]);
  return (await session.call("collections.ensure", { collection: name, kind, embedder })).collection;
}

/** The collection of that name if the session can see one, before a permanent one its own temporary one; makes none. */
export async function findCollection(session: Session, name: string): Promise<CollectionSummary | null> {
  const { collections } = await session.call("collections.list", {});
  const named = collections.filter((collection) => collection.name === name);
  return named.find(({ kind }) => kind === "temporary") ?? named[0] ?? null;
}
