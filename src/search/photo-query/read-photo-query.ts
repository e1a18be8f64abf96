import { maxPhotoClauses, type PhotoFilter } from "../../core/photo-filter.ts";
import { stopWords } from "../stop-words.ts";
import { todayIn } from "./calendar.ts";
import { cameraRules } from "./camera-rules.ts";
import { dateRules } from "./date-rules.ts";
import { daytimeRules } from "./daytime-rules.ts";
import { exposureRules } from "./exposure-rules.ts";
import { settledSeasons } from "./hemispheres.ts";
import { joinedClauses } from "./joined-clauses.ts";
import { lensRules } from "./lens-rules.ts";
import { inTurn, type FoundClause } from "./photo-rule.ts";
import { isOfPrograms, type PhotoTalk, photoTalkOf } from "./photo-talk.ts";
import { noPlaces, type PlaceBook } from "./place-book.ts";
import { placeRules } from "./place-rules.ts";
import { beginReading, type QuerySpan } from "./query-reading.ts";
import { shapeRules } from "./shape-rules.ts";

export interface PhotoQueryOptions {
  readonly nowMs: number;
  readonly places: PlaceBook;
  /** Of the person who asks, as "Europe/Paris"; null: the machine's. */
  readonly timeZone: string | null;
}

/** A question about photos, read. */
export interface PhotoQuery {
  readonly talk: PhotoTalk;
  /** What is no condition has words of people who write programs, or names as programs have them. */
  readonly isOfPrograms: boolean;
  readonly filter: PhotoFilter;
  /** What is left for the search by text; empty: the filter says it all. */
  readonly rest: string;
  /** `rest`, and those words of the filter that may be meant as text too. */
  readonly textQuery: string;
  /** One part of a sentence for each clause, in the order of the question. */
  readonly understood: readonly string[];
  /** Parts of the question that sound like a condition and were not read as one. */
  readonly unread: readonly string[];
  /** The part of the question that says it, for each clause. */
  readonly texts: readonly string[];
  /** All of the question but words that say nothing. */
  readonly telling: string;
}

/** A longer text was pasted, and is no question. */
const maxCharacters = 400;
/** Words around what was understood, which say no more than that photos are asked for. */
const fillers = new Set(
  "photo photos photograph photographs picture pictures pic pics image images shot shots snapshot snapshots foto fotos file files taken took take made captured photographed show list find get give look looking search see display all any every please best latest newest recent mine ours aperture lens lenses camera cameras s d ll ve re let us".split(
    " ",
  ),
);
/** What others take for figures of their own is read before them: "1/2000" and "ISO 2000" before years; names of places come last. */
const readAll = inTurn([exposureRules, dateRules, lensRules, cameraRules, shapeRules, daytimeRules, placeRules]);

/** What sounds like a condition and photos are not filtered by. */
const neverRead =
  /\b(?:(?:above|below|over|under|at) )?\d{2,5} ?(?:m|met(?:er|re)s?|feet|ft)\b(?: altitude)?|\b\d{1,3} ?(?:megapixels?|mp)\b|\b\d{1,2}:\d{1,2}\b/g;

/**
 * Reads the conditions that a question states of photos. Null: it has none, or is too long to be a question. Text in quotes is never
 * read as a condition. Pure; time linear in the question.
 */
export function readPhotoQuery(query: string, options: PhotoQueryOptions): PhotoQuery | null {
  if (query.length > maxCharacters) return null;
  const reading = beginReading(query);
  const { found, reading: unreadText } = readAll(reading, {
    today: todayIn(options.timeZone, options.nowMs),
    places: options.places,
  });
  const inOrder = found.toSorted((a, b) => a.span.from - b.span.from);
  const { clauses, leftOut } = joinedClauses(reading, inOrder);
  const kept = settledSeasons(clauses.slice(0, maxPhotoClauses));
  if (kept.length === 0) return null;
  const left = leftOf(
    reading.original,
    kept.map(({ span }) => span),
  );
  const rest = tellingWords(left);
  return {
    talk: photoTalkOf({ text: reading.text, left }),
    isOfPrograms: isOfPrograms(left),
    filter: { clauses: kept.map(({ clause }) => clause) },
    rest,
    textQuery: [rest, ...softTexts(reading.original, kept)].filter((text) => text !== "").join(" "),
    understood: kept.map(({ clause }) => clause.label),
    unread: [
      ...[...leftOut, ...clauses.slice(maxPhotoClauses)].map(({ span: { from, to } }) =>
        reading.original.slice(from, to),
      ),
      ...[...unreadText.text.matchAll(neverRead)].map(([text]) => text),
    ],
    texts: kept.map(({ span }) => tellingWords(reading.original.slice(span.from, span.to))),
    telling: tellingWords(reading.original),
  };
}

/** Whether reading the question with a gazetteer may find a condition: cheap, and true of few questions about anything else. */
export function mayBePhotoQuery(query: string): boolean {
  if (query.length > maxCharacters) return false;
  const reading = beginReading(query);
  if (photoTalkOf({ text: reading.text, left: reading.original }) !== "no") return true;
  return readAll(reading, { today: "2000-01-01", places: noPlaces }).found.length > 0;
}

function leftOf(original: string, spans: readonly QuerySpan[]): string {
  let at = 0;
  const pieces: string[] = [];
  for (const { from, to } of spans) {
    pieces.push(original.slice(at, Math.max(at, from)));
    at = Math.max(at, to);
  }
  return [...pieces, original.slice(at)].join(" ");
}

function softTexts(original: string, found: readonly FoundClause[]): string[] {
  return found.flatMap(({ softSpan, span }) =>
    softSpan === null ? [] : [original.slice(softSpan.from, Math.min(softSpan.to, Math.max(span.to, softSpan.from)))],
  );
}

/** Without words that say nothing; what stands in quotes stays as it is. */
function tellingWords(text: string): string {
  const parts = text.split(/("[^"]*"|“[^”]*”|`[^`]*`)/);
  const kept = parts.flatMap((part, index) => {
    if (index % 2 === 1) return [part];
    return part.split(/\s+/).filter((word) => {
      const plain = word.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
      return plain !== "" && !stopWords.has(plain) && !fillers.has(plain);
    });
  });
  return kept.join(" ").trim();
}
