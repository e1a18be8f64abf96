import type { PhotoNeed } from "../../core/photo-filter.ts";
import { monthNames } from "./date-expression.ts";
import type { FoundClause } from "./photo-rule.ts";

/** Countries that lie south of the equator; of those on both sides the photo's own latitude tells. */
const southern = new Set(
  "AO AR AU BI BO BW CL FJ KM LS MG MU MW MZ NA NC NR NZ PE PF PG PY RE RW SB SC SZ TL TO TV TZ UY VU WF WS ZA ZM ZW".split(
    " ",
  ),
);
const onBothSides = new Set("BR CD CG CO EC GA GQ ID KE KI MV SO ST UG".split(" "));

type Seasonal = Extract<PhotoNeed, { kind: "dates" | "yearly" }> & { readonly south: { from: string; to: string } };

/** Seasons by the place of the question where it has one, else by each photo's latitude; the label says which. */
export function settledSeasons(found: readonly FoundClause[]): FoundClause[] {
  const sides = found.flatMap(({ clause }) => (clause.isNot === true ? [] : clause.anyOf.flatMap(sidesOf)));
  const side = sides.length > 0 && sides.every((each) => each === sides[0]) ? sides[0] : "both";
  return found.map((each) => {
    const { clause } = each;
    const seasons = clause.anyOf.filter(isSeasonal);
    if (seasons.length === 0) return each;
    const shown = seasons.map(southText).join(", ");
    const bareLabel = clause.label.replace(/ \(\d{4}-.*\)$/, "");
    const label =
      side === "north"
        ? clause.label
        : side === "south"
          ? `${bareLabel} (${shown}, south of the equator)`
          : `${clause.label} (south of the equator: ${shown})`;
    return { ...each, clause: { ...clause, label, anyOf: clause.anyOf.map((need) => settled(need, side)) } };
  });
}

type Side = "north" | "south" | "both" | undefined;

function sidesOf(need: PhotoNeed): Side[] {
  if (need.kind === "near") return [need.latitude < 0 ? "south" : "north"];
  if (need.kind === "box") return [need.north <= 0 ? "south" : need.south >= 0 ? "north" : "both"];
  if (need.kind !== "country" && need.kind !== "region") return [];
  const code = need.kind === "country" ? need.code : need.country;
  return [southern.has(code) ? "south" : onBothSides.has(code) ? "both" : "north"];
}

function isSeasonal(need: PhotoNeed): need is Seasonal {
  return (need.kind === "dates" || need.kind === "yearly") && need.south !== undefined;
}

function settled(need: PhotoNeed, side: Side): PhotoNeed {
  if (!isSeasonal(need) || side === "both") return need;
  const { south, ...north } = need;
  return side === "south" ? { ...north, ...south } : north;
}

function southText({ kind, south }: Seasonal): string {
  if (kind === "dates") return `${south.from} to ${south.to}`;
  return [south.from, south.to].map((day) => monthNames[Number(day.slice(0, 2)) - 1]).join(" to ");
}
