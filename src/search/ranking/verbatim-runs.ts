import { phraseText } from "../query.ts";
import { stopWords } from "../stop-words.ts";

/** Runs of the query's words that a text may have word for word, such as a pasted error message; the longest first. */
export interface VerbatimRuns {
  /** The share of the query's words in the longest run that the text has, 0 to 1. */
  shareIn(text: string): number;
}

const maxWords = 24;
const leastWords = 4;
// Shorter parts of a question stand in tables of contents and in other questions.
const leastRun = 6;
const leastTellingWords = 2;

/** null when the query is too short for a run to tell anything. */
export function verbatimRuns(query: string): VerbatimRuns | null {
  const words = phraseText(query.replaceAll('"', " ")).trim().split(" ").slice(0, maxWords);
  if (words.length < leastWords) return null;
  const least = Math.min(words.length, leastRun);
  const runs: { readonly text: string; readonly share: number }[] = [];
  for (let length = words.length; length >= least; length--) {
    for (let from = 0; from + length <= words.length; from++) {
      const run = words.slice(from, from + length);
      if (run.filter(isTelling).length < leastTellingWords) continue;
      runs.push({ text: run.join(" ").replace(/[.,:;?!]+$/, ""), share: length / words.length });
    }
  }
  if (runs.length === 0) return null;
  return {
    shareIn: (text) => {
      const own = phraseText(text);
      return runs.find((run) => own.includes(run.text))?.share ?? 0;
    },
  };
}

function isTelling(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word) && !stopWords.has(word);
}
