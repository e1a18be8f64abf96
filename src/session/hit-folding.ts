import type { CheckedHit } from "./freshness.ts";

export interface FoldedHit extends CheckedHit {
  /** Further collections that hold the same passage of the same file. */
  readonly alsoIn: readonly string[];
}

/** One hit for a passage of a file that stands in several collections; order kept, at most `limit`. */
export function foldHits(hits: readonly CheckedHit[], limit: number): FoldedHit[] {
  const groups = Map.groupBy(hits, (hit) =>
    [hit.sourceKey, hit.path, hit.startLine, hit.endLine, hit.sourcePath === null ? hit.collection : "", hit.text].join(
      "\0",
    ),
  );
  return [...groups.values()].slice(0, limit).flatMap(([best, ...others]) => {
    if (best === undefined) return [];
    return [{ ...best, alsoIn: others.map((other) => other.collection) }];
  });
}
