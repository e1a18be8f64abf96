import { listOfNames } from "../core/sentences.ts";
import type { SearchNote } from "../core/search.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";

/** Says of which collections no vector was compared, because the question's vectors have another length than those that are stored. */
export function createLengthNotes(
  connection: Connection,
): (searched: readonly CollectionRow[], lengths: ReadonlyMap<string, number>) => SearchNote[] {
  const stored = connection.prepare<{ dimensions: number | null }>(
    "SELECT dimensions FROM vector_revisions WHERE model = ?",
  );
  return (searched, lengths) =>
    [...lengths].flatMap(([model, length]) => {
      const known = stored.get(model)?.dimensions ?? length;
      const names = searched.filter(({ embedder }) => embedder === model).map(({ name }) => name);
      if (known === length || names.length === 0) return [];
      const text = `${listOfNames(names)}: words only, because ${model} gives vectors of ${length} numbers now, and those that are stored have ${known}; to embed everything anew: commons reindex ${names[0] ?? ""}`;
      return [{ kind: "vectors-missing" as const, text }];
    });
}
