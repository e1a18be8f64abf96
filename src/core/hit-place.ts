import type { Hit } from "./search.ts";

/** Where a passage stands, for people: `src/a.ts:10-12`, `report.pdf page 3`, `deck.pptx slides 2-3`; a whole file is its path. */
export function placeOf(hit: Pick<Hit, "path" | "startLine" | "endLine" | "kind" | "metadata">): string {
  const { path, startLine, endLine } = hit;
  const unit = hit.metadata["unit"];
  if (unit === undefined || unit === "line") return hit.kind === "record" ? path : `${path}:${startLine}-${endLine}`;
  if (unit === "record") return path;
  return startLine === endLine ? `${path} ${unit} ${startLine}` : `${path} ${unit}s ${startLine}-${endLine}`;
}
