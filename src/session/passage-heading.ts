import { placeOf } from "../core/hit-place.ts";
import { countOf, formatAge } from "../core/quantities.ts";
import { foreignSource } from "../core/foreign-source.ts";
import { isImported } from "../core/imported.ts";
import type { Freshness } from "../core/document.ts";
import type { PassagePlace } from "../core/search.ts";
import type { CheckedPlace } from "./freshness.ts";
import type { Passage, PassageName } from "./passages.ts";
import { shownName } from "./shown-name.ts";

/** What is said once at the top, because it holds for all passages; null: each says it. */
export interface CommonOrigin {
  readonly origin: string | null;
  readonly isOneCollection: boolean;
}

export interface HeadingOptions {
  readonly common: CommonOrigin;
  /** The passage stands below another of its file, whose heading says the rest. */
  readonly isBelow: boolean;
  readonly nowMs: number;
}

const maxNameCharacters = 160;
const maxOtherPlaces = 3;
/** A shorter path is not worth shortening. */
const shortPath = 24;

/** `[1] src/limit.ts:10-12 RateLimiter > take (app@main, CHANGED on disk since it was stored)`, on one line. */
export function passageHeading(passage: Passage, { common, isBelow, nowMs }: HeadingOptions): string {
  const { hit, rank, startLine, endLine } = passage;
  const path = isBelow && hit.path.length > shortPath ? hit.path.replace(/^.*\//s, "…/") : hit.path;
  const place = hit.sourcePath === null ? hit.path : placeOf({ ...hit, path, startLine, endLine });
  const facts = isBelow
    ? []
    : [
        ...(common.origin === null ? [originOf(hit)] : []),
        ...(common.isOneCollection ? [] : [`in ${hit.collection}`]),
        ...freshnessFacts(passage, nowMs),
        ...otherPlaces(passage),
      ];
  const name = namesText(passage.names);
  const rest = `${name === "" ? "" : ` ${name}`}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
  return `[${rank}] ${shownName(`${place}${rest}`)}`;
}

/** What all passages share. */
export function commonOrigin(passages: readonly Passage[]): CommonOrigin {
  const origins = new Set(passages.map(({ hit }) => originOf(hit)));
  const [origin = null] = origins;
  return {
    origin: origins.size === 1 ? origin : null,
    isOneCollection: new Set(passages.map(({ hit }) => hit.collection)).size <= 1,
  };
}

function originOf({
  source,
  sourceKey,
  sourcePath,
  branch,
  freshness,
}: Pick<Passage["hit"], "source" | "sourceKey" | "sourcePath" | "branch" | "freshness">): string {
  if (sourceKey === foreignSource.key) return source;
  if (sourcePath === null) return "note";
  // Where this session may not look, the name alone may mean many directories.
  return `${source}${branch === null ? "" : `@${branch}`}${freshness === "unverified" ? ` at ${sourcePath}` : ""}`;
}

function freshnessFacts({ hit }: Passage, nowMs: number): string[] {
  const { sourceKey, freshness, indexedAtMs } = hit;
  if (sourceKey === foreignSource.key) return ["another program's"];
  // An export may say of a text that it is from anywhere.
  const imported = isImported(hit) ? ["imported"] : [];
  const age = formatAge(indexedAtMs, nowMs);
  const words: Record<Freshness, string[]> = {
    fresh: [],
    changed: ["CHANGED on disk since it was stored"],
    deleted: ["DELETED on disk since it was stored"],
    note: [...imported, `stored ${age}`],
    unverified: [...imported, `as of ${age}`],
  };
  return words[freshness];
}

/** Where else the same text stands: in other collections by their names, in other sources by name and path. */
function otherPlaces({ hit }: Passage): string[] {
  if (hit.alsoAtCount === 0) return [];
  const texts = [...new Set(hit.alsoAt.map((place) => otherPlace(place, hit)))];
  const shown = texts.slice(0, maxOtherPlaces);
  const rest = hit.alsoAtCount - hit.alsoAt.length + texts.length - shown.length;
  return [`also ${[...shown, ...(rest > 0 ? [countOf(rest, "more place")] : [])].join("; ")}`];
}

function otherPlace(place: CheckedPlace, hit: PassagePlace): string {
  const state = place.freshness === "changed" || place.freshness === "deleted" ? " (CHANGED)" : "";
  const isSameFile = place.sourceKey === hit.sourceKey && place.path === hit.path;
  if (isSameFile && place.startLine === hit.startLine) return `in ${place.collection}${state}`;
  const lines = `${place.path}:${place.startLine}-${place.endLine}`;
  if (place.sourceKey === hit.sourceKey) return `${lines}${state}`;
  const source = `${place.source}${place.branch === null ? "" : `@${place.branch}`}`;
  return place.path === hit.path ? `in ${source}${state}` : `in ${source} ${lines}${state}`;
}

/** `RateLimiter > take, reset; parse`: names of one scope together, in the order of the file. */
function namesText(names: readonly PassageName[]): string {
  const scopes = Map.groupBy(names, ({ scope }) => scope.join(" > "));
  const texts = [...scopes].map(([scope, inScope]) => {
    const symbols = [...new Set(inScope.flatMap(({ symbol }) => (symbol ? [symbol] : [])))].join(", ");
    return [scope, symbols].filter((part) => part !== "").join(" > ");
  });
  const text = texts.filter((part) => part !== "").join("; ");
  return text.length > maxNameCharacters ? `${text.slice(0, maxNameCharacters).toWellFormed()}…` : text;
}
