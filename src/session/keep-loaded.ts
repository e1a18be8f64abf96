import { CommonsError } from "../core/errors.ts";
import { countOf } from "../core/quantities.ts";
import type { ListedCollection } from "../protocol/views.ts";
import { heldCollections } from "./collections.ts";
import type { Session } from "./session.ts";
import { shownName } from "./shown-name.ts";

export interface KeepRequest {
  /** Name of what the session loaded for itself, if it did. */
  readonly loaded: string;
  /** Name that it has when it is permanent. */
  readonly as: string;
}

/**
 * Makes what the session loaded permanent, or finds the permanent collection that an ingest with `keep` goes into; null: neither is there
 * yet. Gives the line that says which. Only a collection that holds documents of this session's directories, or none at all, is gone on
 * with: nobody's shared collection is written into by chance. Errors: COLLECTION_EXISTS with the way out that loses nothing.
 */
export async function keepLoaded(
  session: Session,
  { loaded, as }: KeepRequest,
  signal: AbortSignal,
): Promise<string | null> {
  const { collections } = await session.call("collections.list", {}, signal);
  const own = collections.find(({ name, kind }) => name === loaded && kind === "temporary");
  const shared = collections.find(({ name, kind }) => name === as && kind === "permanent");
  if (own !== undefined) {
    if (shared !== undefined) throw takenByShared(shared, own);
    const change = { collectionId: own.id, name: as, overwrite: false, isKept: true };
    await session.call("collections.promote", change, signal);
    return shownName(`Kept ${loaded}${as === loaded ? "" : ` as ${as}`}: it is permanent and shared now.`);
  }
  if (shared === undefined) return null;
  const isOwn = async () =>
    (await heldCollections(session, await session.places())).some(({ collection }) => collection.id === shared.id);
  if (shared.documents > 0 && !(await isOwn())) throw holdsOthersOnly(shared);
  const others = shared.usedBy.filter(({ sessionId }) => sessionId !== session.id);
  const users = others.map(({ agent, workspace }) => `${agent} in ${workspace ?? "no workspace"}`).join(", ");
  return shownName(
    `Into the existing permanent collection ${as}, made by ${shared.owner}, shared with ${users === "" ? "every session" : users}:`,
  );
}

/** The refusal of a temporary collection whose name a permanent one has. */
export function nameOfShared({ name, owner, documents }: ListedCollection, cause: unknown): CommonsError {
  return new CommonsError("COLLECTION_EXISTS", factOf({ name, owner, documents }), {
    hint: "For a temporary collection use another name. To bring the shared one up to date from this workspace: batch_ingest.",
    details: { name, kind: "permanent" },
    cause,
  });
}

function takenByShared(shared: ListedCollection, own: ListedCollection): CommonsError {
  const fact = `${factOf(shared)} What this session loaded as "${own.name}" (${countOf(own.documents, "document")}) is another one, and is still there.`;
  return new CommonsError("COLLECTION_EXISTS", fact, {
    hint: `Keep it under another name: the same call with keep_as: "OTHER_NAME". Unloading "${own.name}" would remove it for good.`,
    details: { name: shared.name, kind: "permanent", owner: shared.owner },
  });
}

function holdsOthersOnly(shared: ListedCollection): CommonsError {
  return new CommonsError("COLLECTION_EXISTS", `${factOf(shared)} It holds nothing of this workspace.`, {
    hint: `Use another name. To add this workspace to that shared one on purpose: batch_ingest with collection: "${shared.name}".`,
    details: { name: shared.name, kind: "permanent", owner: shared.owner },
  });
}

function factOf({ name, owner, documents }: Pick<ListedCollection, "name" | "owner" | "documents">): string {
  return `There is a permanent collection "${name}" (${countOf(documents, "document")}), made by ${owner}.`;
}
