import type { Hit, PassagePlace } from "./search.ts";

/** Where a passage stands, for people: `src/a.ts:10-12`, `report.pdf page 3`, `deck.pptx slides 2-3`; a whole file is its path. */
export function placeOf(hit: Pick<Hit, "path" | "startLine" | "endLine" | "kind" | "metadata">): string {
  const { path, startLine, endLine } = hit;
  const unit = hit.metadata["unit"];
  if (unit === undefined || unit === "line") return hit.kind === "record" ? path : `${path}:${startLine}-${endLine}`;
  if (unit === "record") return path;
  return startLine === endLine ? `${path} ${unit} ${startLine}` : `${path} ${unit}s ${startLine}-${endLine}`;
}

/** Further collections that hold this very passage of this very file, in order. */
export function alsoInCollections(hit: PassagePlace & { readonly alsoAt: readonly PassagePlace[] }): string[] {
  const isHere = (at: PassagePlace) =>
    at.sourceKey === hit.sourceKey && at.path === hit.path && at.startLine === hit.startLine && at.sourcePath !== null;
  return [...new Set(hit.alsoAt.filter(isHere).map(({ collection }) => collection))];
}
