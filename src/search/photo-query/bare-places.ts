import type { FoundClause, PhotoRule } from "./photo-rule.ts";
import { isEverydayName, type PlaceReader } from "./place-meaning.ts";
import { type QuerySpan, without } from "./query-reading.ts";

const token = /\u00a6+|[,.;:!?()"/]|[^\s,.;:!?()"/\u00a6]+/g;
const photoWord = /^(?:photos|photographs|pictures|pics|images|shots|snapshots|photo)$/;
/** What may stand between the beginning of a question and a place, and behind one. */
const opener = /^(?:my|our|the|all|some|show|me|find|get|list|any|best|old|more)$/;
const follower = /^(?:at|in|on|from|with|by|during|taken|near|where|that|without|not|but|except)$/;
const maxWords = 3;

interface Token extends QuerySpan {
  readonly text: string;
}

/**
 * Places without a word before them, beside a word for photos or a condition: "Paris photos", "photos lisbon 2024". Only countries and
 * large cities; their names count as words of the photo, too, for many are also names of people.
 */
export function barePlaceRule(readPlace: PlaceReader): PhotoRule {
  return (reading, { places }) => {
    const tokens = [...reading.text.matchAll(token)].map(({ 0: text, index }): Token => ({
      text,
      from: index,
      to: index + text.length,
    }));
    const found: FoundClause[] = [];
    let left = reading;
    for (let at = 0; at < tokens.length;) {
      const read = placeAt(tokens, at, (span) => {
        const name = reading.original.slice(span.from, span.to);
        return isEverydayName(name) ? null : readPlace(name, places);
      });
      if (read === null) {
        at++;
        continue;
      }
      const { span, meaning } = read;
      const words = [reading.text.slice(span.from, span.to)];
      found.push({ clause: { ...meaning, words, wordsCount: "always" }, span, softSpan: span });
      left = without(left, span);
      at += read.count;
    }
    return { reading: left, found };
  };
}

type Read<T> = { readonly span: QuerySpan; readonly meaning: T; readonly count: number };

function placeAt<T>(tokens: readonly Token[], at: number, meaningOf: (span: QuerySpan) => T | null): Read<T> | null {
  const before = tokens[at - 1]?.text;
  if (before !== undefined && !isEdge(before) && !opener.test(before)) return null;
  for (let count = maxWords; count > 0; count--) {
    const [first, last] = [tokens[at], tokens[at + count - 1]];
    if (first === undefined || last === undefined) continue;
    if (tokens.slice(at, at + count).some(({ text }) => isEdge(text))) continue;
    const after = tokens[at + count]?.text;
    if (after !== undefined && !isEdge(after) && !follower.test(after)) continue;
    if (![before, after].some((text) => text !== undefined && isAnchor(text))) continue;
    const span = { from: first.from, to: last.to };
    const meaning = meaningOf(span);
    if (meaning !== null) return { span, meaning, count };
  }
  return null;
}

function isAnchor(text: string): boolean {
  return text.startsWith("\u00a6") || photoWord.test(text);
}

function isEdge(text: string): boolean {
  return isAnchor(text) || /^[,.;:!?()"/]$/.test(text);
}
