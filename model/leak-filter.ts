import { createHash } from "node:crypto";
import type { Pair } from "./pair.ts";

const edgeChars = 160;
// "Returns a string" is in every package; a longer sentence that is the same was copied.
const minQueryChars = 40;
const minCodeChars = 40;

/** Recognises pairs whose question or code stands in an evaluation package too, whatever package they come from. */
export interface LeakFilter {
  learn(pair: Pair): void;
  isLeak(pair: Pair): boolean;
}

export function createLeakFilter(): LeakFilter {
  const known = new Set<string>();
  return {
    learn: (pair) => {
      for (const key of keysOf(pair)) known.add(key);
    },
    isLeak: (pair) => keysOf(pair).some((key) => known.has(key)),
  };
}

/** Whether a pair has been seen before: packages copy from one another. */
export function createRepeatFilter(): { isRepeat(pair: Pair): boolean } {
  const seen = new Set<string>();
  return {
    isRepeat: ({ query, code }) => {
      const key = digest(`${plain(query)}\0${plain(code).slice(0, edgeChars)}`);
      return seen.has(key) || !seen.add(key);
    },
  };
}

/** Hashes of the question, and of the code's first and last characters, without what is not a letter or digit. */
function keysOf({ query, code }: Pair): string[] {
  const plainQuery = plain(query);
  const plainCode = plain(code);
  const keys: string[] = [];
  if (plainQuery.length >= minQueryChars) keys.push(digest(`q${plainQuery}`));
  if (plainCode.length >= minCodeChars)
    keys.push(digest(`c${plainCode.slice(0, edgeChars)}`), digest(`e${plainCode.slice(-edgeChars)}`));
  return keys;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

function digest(text: string): string {
  return createHash("sha1").update(text).digest("base64").slice(0, 14);
}
