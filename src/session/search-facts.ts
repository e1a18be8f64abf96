import { countOf } from "../core/quantities.ts";
import type { SearchFilters } from "../core/search.ts";
import { filterNames } from "./search-advice.ts";
import type { SearchAnswer } from "./search-run.ts";

/** More collections are counted, not named: the answer is for passages. */
const maxNamed = 8;
const maxValueCharacters = 120;

/** "code, notes and 3 more". */
export function listOf(names: readonly string[]): string {
  const rest = names.length - maxNamed;
  return rest > 0 ? `${names.slice(0, maxNamed).join(", ")} and ${rest} more` : names.join(", ");
}

/** That nothing was found, in what, and under which filters as they were understood; one line each. */
export function nothingFoundLines(answer: SearchAnswer, filters: SearchFilters): string[] {
  const { collections, searched } = answer;
  if (collections.length === 0) return ["Nothing found: there are no collections yet."];
  const size = `${countOf(searched.documents, "document")}, ${countOf(searched.chunks, "passage")}`;
  const names = filterNames(filters);
  const condition = names.length === 0 ? "" : ` with ${names.map((name) => filterText(name, filters)).join(", ")}`;
  return [`Nothing found in ${listOf(collections)} (${size})${condition}.`, ...weakLines(answer)];
}

/** Why little was found, and what to ask instead; one line each. */
export function weakLines({ advice, suggestions, collections, hits }: SearchAnswer): string[] {
  const { unknownWords, withoutFilters, isWithoutWords } = advice;
  const where = collections.length === 1 ? (collections[0] ?? "") : "these collections";
  const lines = withoutFilters.map(
    ({ filters, place }) => `Without ${filters.map(filterLabel).join(", ")} there is ${place}.`,
  );
  if (isWithoutWords && hits.length > 0)
    lines.push("None of these has a word of the question: they are only the nearest.");
  if (unknownWords.length > 0) lines.push(`Not in ${where}: ${unknownWords.map(cut).join(", ")}.`);
  if (suggestions.length > 0) lines.push(`Did you mean: ${suggestions.slice(0, maxNamed).join(", ")}?`);
  return lines;
}

function filterText(name: keyof SearchFilters, filters: SearchFilters): string {
  const value = filters[name];
  const isMoment = name === "sinceMs" || name === "untilMs";
  const text = isMoment
    ? new Date(Number(value)).toISOString()
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
  return `${filterLabel(name)} ${cut(text)}`;
}

function filterLabel(name: keyof SearchFilters): string {
  return name.replace(/Ms$/, "");
}

function cut(text: string): string {
  return text.length > maxValueCharacters ? `${text.slice(0, maxValueCharacters).toWellFormed()}…` : text;
}
