import { placeOf } from "../core/hit-place.ts";
import { countOf, formatAge } from "../core/quantities.ts";
import type { Freshness } from "../core/document.ts";
import type { SearchMode } from "../core/search.ts";
import type { FoldedHit } from "./hit-folding.ts";
import { shownName } from "./shown-name.ts";
import type { SearchAnswer } from "./search-run.ts";

/** Source text has some 3.5 characters a token; less is safer than more. */
const charactersPerToken = 3.5;
const shortestPassage = 200;
/** More collections are counted, not named: the answer is for passages. */
const maxNamed = 8;

/**
 * Hits as text for a model: best first, each with path, lines, symbol, where it is from and whether it is fresh. The passages share what
 * `maxTokens` allows; what is cut is said.
 */
export function hitsText(answer: SearchAnswer, asked: { query: string; mode: SearchMode; maxTokens: number }): string {
  const { hits, collections, mended } = answer;
  const notes: string[] = [];
  if (asked.mode === "semantic") notes.push("Ranked by words: this version has no semantic ranking yet.");
  if (mended.length > 0)
    notes.push(
      `Brought up to date before answering, because changed or deleted on disk: ${mended.slice(0, 5).map(shownName).join(", ")}${mended.length > 5 ? ` and ${mended.length - 5} more` : ""}.`,
    );
  notes.push(...refreshNotes(answer.refresh));
  if (hits.length === 0) return [nothingFound(collections), ...notes].join("\n");
  const budget = asked.maxTokens * charactersPerToken;
  const showCollection = new Set(hits.map((hit) => hit.collection)).size > 1 || collections.length > 1;
  const parts: string[] = [];
  let used = 0;
  let left = 0;
  for (const [index, hit] of hits.entries()) {
    const header = `[${index + 1}] ${headerOf(hit, showCollection)}`;
    const room = Math.floor((budget - used) / Math.min(hits.length - index, 3)) - header.length;
    if (room < shortestPassage && index > 0) {
      left = hits.length - index;
      break;
    }
    const part = `${header}\n${clip(hit.text, Math.max(room, shortestPassage))}`;
    parts.push(part);
    used += part.length;
  }
  if (left > 0) notes.push(`${countOf(left, "further hit")} left out to stay within max_tokens.`);
  return [`${countOf(hits.length, "hit")} in ${listOf(collections)}.`, ...notes, ...parts].join("\n\n");
}

/** What was brought up to date before the search, and what is not yet. */
function refreshNotes({ updated, pending, failed }: SearchAnswer["refresh"]): string[] {
  const notes: string[] = [];
  if (updated > 0)
    notes.push(`Brought up to date before answering: ${countOf(updated, "changed file")} of this workspace.`);
  for (const { collection, progress } of pending) {
    const far = progress?.total
      ? ` (${progress.done.toLocaleString("en-US")} of ${countOf(progress.total, "file")} done)`
      : "";
    notes.push(
      `${shownName(collection)} is still being brought up to date with this workspace${far}: new and changed files may be missing. Search again for them.`,
    );
  }
  for (const { collection, message } of failed)
    notes.push(`${shownName(collection)} could not be brought up to date: ${shownName(message)}`);
  return notes;
}

function headerOf(hit: FoldedHit, showCollection: boolean): string {
  const name = [...hit.scope, hit.symbol].filter((part) => part !== null && part !== "").join(" > ");
  const branch = hit.branch === null ? "" : `@${hit.branch}`;
  const origin = hit.sourcePath === null ? "note" : `${hit.source}${branch}`;
  return [
    shownName(hit.sourcePath === null ? hit.path : placeOf(hit)),
    ...(name === "" ? [] : [shownName(name)]),
    shownName(showCollection ? `${origin}, ${[hit.collection, ...hit.alsoIn].join(" and ")}` : origin),
    shownName(freshnessOf(hit)),
    `score ${hit.score.toFixed(2)}`,
  ].join(" | ");
}

function freshnessOf(hit: FoldedHit): string {
  const age = formatAge(hit.indexedAtMs, Date.now());
  const words: Record<Freshness, string> = {
    fresh: "fresh",
    changed: "CHANGED on disk since it was stored",
    deleted: "DELETED on disk since it was stored",
    note: `stored ${age}`,
    unverified: `as of ${age}, in ${hit.sourcePath}`,
  };
  return words[hit.freshness];
}

function clip(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(0, maxCharacters);
  const end = cut.lastIndexOf("\n");
  const kept = end > maxCharacters / 2 ? cut.slice(0, end) : cut;
  return `${kept}\n(cut: ${countOf(text.slice(kept.length).trim().split("\n").length, "more line")})`;
}

function nothingFound(collections: readonly string[]): string {
  if (collections.length === 0)
    return "Nothing found: there are no collections yet. batch_ingest makes one from this workspace.";
  return `Nothing found in ${listOf(collections)}. Try other words, fewer filters, or collection "*" for everything that is stored.`;
}

function listOf(names: readonly string[]): string {
  const rest = names.length - maxNamed;
  return rest > 0 ? `${names.slice(0, maxNamed).join(", ")} and ${rest} more` : names.join(", ");
}
