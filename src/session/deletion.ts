import type { DeleteResult, DocumentPlace } from "../core/collections.ts";
import { countOf } from "../core/quantities.ts";
import type { Where } from "../core/search.ts";
import { ownPlaceId } from "./own-place.ts";
import type { Session } from "./session.ts";
import { shownName } from "./shown-name.ts";

export interface DeletionRequest {
  readonly collection: string;
  /** One of the two: note ids, paths of the workspace or record ids; or a filter. */
  readonly ids?: readonly string[] | undefined;
  readonly where?: Where | undefined;
  readonly isDryRun: boolean;
  readonly force: boolean;
  readonly signal?: AbortSignal;
}

export interface Deletion extends DeleteResult {
  readonly collection: string;
  readonly kind: "permanent" | "temporary";
  readonly isDryRun: boolean;
  /** The caller's own source. */
  readonly sourceKey: string | null;
}

const shown = 20;

/** Deletes documents, or only says which. Ids in the result are as they were given. Errors: INPUT_INVALID, COLLECTION_NOT_FOUND, COLLECTION_IN_USE. */
export async function deleteDocuments(session: Session, request: DeletionRequest): Promise<Deletion> {
  const { collection, ids, where, isDryRun, force, signal } = request;
  const places = await session.places();
  const sourceKey = places[0]?.source.key ?? null;
  const given = new Map((ids ?? []).map((id) => [ownPlaceId(id, places), id]));
  const input = {
    collection,
    isDryRun,
    force,
    sourceKey,
    ...(ids === undefined ? {} : { ids: [...given.keys()] }),
    ...(where === undefined ? {} : { where }),
  };
  const deleted = await session.call("documents.delete", input, signal);
  const asGiven = (id: string): string => given.get(id) ?? id;
  return {
    ...deleted,
    unknownIds: deleted.unknownIds.map(asGiven),
    ambiguousIds: deleted.ambiguousIds.map(({ id, places: meant }) => ({ id: asGiven(id), places: meant })),
    collection,
    isDryRun,
    sourceKey,
  };
}

/** What was deleted, in lines for a model or a person; names are on one line each. */
export function deletionLines(deleted: Deletion): string[] {
  const { collection, kind, isDryRun, sourceKey, receipt } = deleted;
  const lines = [
    `${isDryRun ? "Would delete" : "Deleted"} ${countOf(deleted.documents, "document")} (${countOf(deleted.chunks, "chunk")}) from ${collection}.`,
    ...listed(deleted.places, (place) => `- ${placeText(place, sourceKey)}`),
    ...listed(deleted.ambiguousIds, ambiguousLine),
  ];
  const unknown = listed(deleted.unknownIds, (id) => id);
  if (unknown.length > 0) lines.push(`Not found: ${unknown.join(", ")}.`);
  if (!isDryRun && deleted.places.some((place) => place.sourcePath !== null))
    lines.push("Files that still exist on disk come back with the next ingest of their workspace.");
  if (receipt !== null && kind === "permanent")
    lines.push(`For 7 days it can be brought back: commons restore --receipt ${receipt}`);
  return lines.map(shownName);
}

function listed<T>(items: readonly T[], text: (item: T) => string): string[] {
  const texts = items.slice(0, shown).map(text);
  return items.length > shown ? [...texts, `- and ${items.length - shown} more`] : texts;
}

/** "b.md (app)"; a source that is not the caller's own also with its directory. */
function placeText({ path, source, sourceKey, sourcePath }: DocumentPlace, ownKey: string | null): string {
  return `${path} (${source}${sourcePath === null || sourceKey === ownKey ? "" : ` in ${sourcePath}`})`;
}

function ambiguousLine({ id, places }: DeleteResult["ambiguousIds"][number]): string {
  const choices = places.map(
    ({ sourceKey, source, sourcePath, path }) =>
      `${sourceKey}/${path} (${sourcePath === null ? source : `${source} in ${sourcePath}`})`,
  );
  // One that is meant by its path alone, and of another source, is never taken for sure.
  const [meaning, next] =
    places.length === 1
      ? ["is of another directory", "this id"]
      : [`may mean ${countOf(places.length, "document")}`, "one of these ids"];
  return `"${id}" ${meaning}, so nothing was deleted for it. Repeat with ${next}: ${choices.join(", ")}.`;
}
