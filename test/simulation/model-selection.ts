import { recordIdOf } from "./contents.ts";
import type { ModelCollection, ModelDocument } from "./model.ts";

export interface ModelSelection {
  readonly documents: readonly ModelDocument[];
  readonly unknownIds: readonly string[];
  readonly ambiguousIds: readonly string[];
}

/** The documents that a deletion names. */
export function selectDocuments(
  collection: ModelCollection,
  wanted: { readonly ids: readonly string[] | null; readonly team: string | null; readonly sourceKey: string },
): ModelSelection {
  const all = [...collection.documents.values()];
  const passing = wanted.team === null ? all : all.filter(({ metadata }) => metadata["team"] === wanted.team);
  if (wanted.ids === null) return { documents: passing, unknownIds: [], ambiguousIds: [] };
  const chosen = new Set<ModelDocument>();
  const unknownIds: string[] = [];
  const ambiguousIds: string[] = [];
  for (const id of new Set(wanted.ids)) {
    const meant = all.filter((document) => means(id, document));
    // A bare path is somebody else's file unless it is a note or the caller's own.
    const sure = meant.filter(
      (document) => document.path !== id || document.sourceKey === "notes" || document.sourceKey === wanted.sourceKey,
    );
    if (meant.length === 0) unknownIds.push(id);
    else if (sure.length !== 1) ambiguousIds.push(id);
    else for (const document of sure) if (passing.includes(document)) chosen.add(document);
  }
  return { documents: [...chosen], unknownIds, ambiguousIds };
}

function means(id: string, { sourceKey, path, chunks }: ModelDocument): boolean {
  if (id === path || id === `${sourceKey}/${path}`) return true;
  const texts = chunks.map(({ text }) => text);
  return texts.some((_, index) => recordIdOf({ sourceKey, path }, texts, index) === id);
}
