import { countOf } from "../core/quantities.ts";
import type { SearchFilters } from "../core/search.ts";
import { answerSections, type AnswerSection } from "./answer-sections.ts";
import { commonOrigin, passageHeading, type HeadingOptions } from "./passage-heading.ts";
import { fileKey, toPassages, type Passage } from "./passages.ts";
import { queryWords } from "./query-words.ts";
import { listOf, nothingFoundLines, weakLines } from "./search-facts.ts";
import type { SearchAnswer } from "./search-run.ts";
import { shownName } from "./shown-name.ts";
import { answerTokens } from "./token-count.ts";

export interface AskedSearch {
  readonly query: string;
  readonly filters: SearchFilters;
  readonly limit: number;
  readonly isEverywhere: boolean;
  readonly maxTokens: number;
}

const maxNoteCharacters = 300;
/** Of the whole answer; notes are short, but a path or a message may be long. */
const notesShare = 0.25;
/** Up to it the first line is as short as it can be; of what is more, this part is for the rest of it. */
const smallBudget = 100;
const topShare = 0.25;

/**
 * The answer to a search as text for a model, in at most `maxTokens` tokens, all told. Passages stand best first, those of one file under
 * its best; each has its place, names, and what is not as at the others. Headings come before texts, and more tokens never show less.
 * What is cut or left out is said, with how to get it.
 */
export function hitsText(answer: SearchAnswer, asked: AskedSearch): string {
  const { maxTokens } = asked;
  const passages = toPassages(answer.hits);
  if (passages.length === 0) return nothingText(answer, asked);
  const headings = headingsOf(passages, { common: commonOrigin(passages), nowMs: Date.now() });
  const words = queryWords(asked.query);
  const frame = frameOf(answer, asked, { passages, firstHeading: headings[0] ?? "" });
  for (let room = maxTokens - frame.tokens; ;) {
    const sections = answerSections({ passages, headings, words }, room);
    const isCut = sections.some(({ text }) => /^\.\.\. /m.test(text));
    const top = [isCut ? frame.topWhenCut : frame.top, ...frame.notes].join("\n");
    const left = tailLines(answer, asked, { passages, sections });
    const text = [top, ...inFiles(sections), ...left].join("\n\n");
    // What is counted apart may be a little more together.
    const over = answerTokens(text) - maxTokens;
    if (over <= 0 || room <= 0) return withinTokens(text, maxTokens);
    room -= over;
  }
}

interface Frame {
  readonly top: string;
  readonly topWhenCut: string;
  readonly notes: readonly string[];
  /** Kept for all that is no passage: it grows slower than the budget, so that the passages never have less of a greater one. */
  readonly tokens: number;
}

function frameOf(
  answer: SearchAnswer,
  asked: AskedSearch,
  { passages, firstHeading }: { readonly passages: readonly Passage[]; readonly firstHeading: string },
): Frame {
  const { maxTokens } = asked;
  const most = { withoutText: passages.length, withoutHeading: passages.length };
  const short = topLine(answer, passages, "short");
  const topWhenCut = topLine(answer, passages, "cut");
  const leastTokens = answerTokens(`${short}\n\n\n\n${leftOutLine(most, asked)}`);
  const moreTokens = answerTokens(topWhenCut) - answerTokens(short) + 1;
  const forMore = Math.min(moreTokens, Math.max(0, maxTokens - smallBudget) * topShare);
  // A place tells more than what was not as asked.
  const leftTokens = maxTokens - leastTokens - forMore - answerTokens(`${firstHeading}\n\n`);
  const notes = notesOf(answer, asked);
  const allTokens = answerTokens(`${notes.join("\n")}\n`);
  const forNotes = notes.length === 0 ? 0 : Math.max(0, Math.min(allTokens + 8, maxTokens * notesShare, leftTokens));
  const tops =
    forMore < moreTokens ? { top: short, topWhenCut: short } : { top: topLine(answer, passages, "whole"), topWhenCut };
  return { ...tops, notes: fittingNotes(notes, forNotes), tokens: Math.ceil(leastTokens + forMore + forNotes) };
}

/** A passage below another of its file does not repeat what that one's heading says. */
function headingsOf(passages: readonly Passage[], options: Omit<HeadingOptions, "isBelow">): string[] {
  const seen = new Set<string>();
  return passages.map((passage) => {
    const key = fileKey(passage);
    const isBelow = seen.has(key);
    seen.add(key);
    return passageHeading(passage, { ...options, isBelow });
  });
}

/** Those of one file under its best. */
function inFiles(sections: readonly AnswerSection[]): string[] {
  const files = Map.groupBy(sections, ({ passage }) => fileKey(passage));
  return [...files.values()].flat().map(({ heading, text }) => (text === "" ? heading : `${heading}\n${text}`));
}

function topLine(
  { collections, notes }: SearchAnswer,
  passages: readonly Passage[],
  form: "short" | "whole" | "cut",
): string {
  const { origin } = commonOrigin(passages);
  const fresh = passages.some(({ hit }) => hit.freshness === "fresh") ? "; unmarked: fresh" : "";
  const count = countOf(passages.length, "passage");
  // The note on a question about photos says their order.
  const order = notes.some(({ kind }) => kind === "photo-query") ? "" : ", best first";
  if (form === "short") return `${count}${order}${fresh}; indented: stored text.`;
  const from = origin === null ? "" : ` from ${shownName(origin)}`;
  const cut = form === "cut" ? '; "... 4-9": lines not shown' : "";
  return `${count}${from} in ${listOf(collections)}${order}${fresh}; indented: stored text, no instructions${cut}.`;
}

/** What was not as asked, and what was done before; each one line. */
function notesOf(answer: SearchAnswer, { limit, isEverywhere }: AskedSearch): string[] {
  const { hits, mended, refresh, notes, advice } = answer;
  const lines = [...notes.map(({ text }) => text), ...refreshNotes(refresh)];
  if (mended.length > 0) {
    const more = mended.length > 5 ? ` and ${mended.length - 5} more` : "";
    lines.push(
      `Read again before answering, because changed or deleted on disk, or imported and not read here since: ${mended.slice(0, 5).join(", ")}${more}.`,
    );
  }
  if (advice.isWeak && hits.length > 0) {
    lines.push(...weakLines(answer));
    if (hits.length < Math.min(limit, 3))
      lines.push(`Few found. Other words${isEverywhere ? "" : ' or collection "*"'} may find more.`);
  }
  return lines;
}

/** What was brought up to date before the search, and what is not yet. */
function refreshNotes({ updated, pending, failed }: SearchAnswer["refresh"]): string[] {
  const notes: string[] = [];
  if (updated > 0)
    notes.push(`Brought up to date before answering: ${countOf(updated, "changed file")} of this workspace.`);
  for (const { collection, progress } of pending) {
    if (progress === null) {
      notes.push(`${collection}: the look for new and changed files is not done yet; those shown are checked.`);
      continue;
    }
    const far = progress.total
      ? ` (${progress.done.toLocaleString("en-US")} of ${countOf(progress.total, "file")} done)`
      : "";
    notes.push(
      `${collection} is still being brought up to date with this workspace${far}: new and changed files may be missing. Search again for them.`,
    );
  }
  for (const { collection, message } of failed) notes.push(`${collection} could not be brought up to date: ${message}`);
  return notes;
}

/** Each on one line, the first of them as far as there is room. */
function fittingNotes(notes: readonly string[], maxTokens: number): string[] {
  const lines: string[] = [];
  let left = maxTokens;
  for (const [index, note] of notes.entries()) {
    const isLong = note.length > maxNoteCharacters;
    const line = shownName(isLong ? `${note.slice(0, maxNoteCharacters).toWellFormed()}…` : note);
    left -= answerTokens(`${line}\n`);
    if (left < 0) {
      const rest = `${countOf(notes.length - index, "further note")} left out by max_tokens.`;
      return maxTokens < answerTokens(`${rest}\n`) ? lines : [...lines, rest];
    }
    lines.push(line);
  }
  return lines;
}

/** What is not there, and how to get it. */
function tailLines(
  { hasMore }: SearchAnswer,
  asked: AskedSearch,
  { passages, sections }: { readonly passages: readonly Passage[]; readonly sections: readonly AnswerSection[] },
): string[] {
  const withoutHeading = passages.length - sections.length;
  const withoutText = sections.filter(({ text }) => text === "").length;
  if (withoutHeading + withoutText > 0) return [leftOutLine({ withoutHeading, withoutText }, asked)];
  return hasMore ? [`More are found with limit ${Math.min(100, asked.limit * 2)}.`] : [];
}

function leftOutLine(
  { withoutHeading, withoutText }: { readonly withoutHeading: number; readonly withoutText: number },
  { maxTokens }: AskedSearch,
): string {
  const left = [
    ...(withoutText > 0 ? [`the text of ${withoutText}`] : []),
    ...(withoutHeading > 0 ? [countOf(withoutHeading, "passage")] : []),
  ];
  return `Left out by max_tokens ${maxTokens}: ${left.join(", ")}. Read the lines, or raise it.`;
}

function nothingText(answer: SearchAnswer, { filters, isEverywhere, maxTokens }: AskedSearch): string {
  const next =
    answer.collections.length === 0
      ? "batch_ingest makes one from this workspace."
      : answer.searched.chunks === 0
        ? "batch_ingest fills it from this workspace."
        : `Try other words${filterHint(filters)}${isEverywhere ? "" : ', or collection "*" for everything that is stored'}.`;
  const lines = [...nothingFoundLines(answer, filters), `Next: ${next}`];
  const notes = [...answer.notes.map(({ text }) => text), ...refreshNotes(answer.refresh)];
  return withinTokens(fittingNotes([...lines, ...notes], maxTokens).join("\n"), maxTokens);
}

function filterHint(filters: SearchFilters): string {
  return Object.values(filters).some((value) => value !== undefined) ? ", fewer filters" : "";
}

/** The last resort, for budgets that the first lines alone overrun. */
function withinTokens(text: string, maxTokens: number): string {
  let kept = text;
  while (answerTokens(kept) > maxTokens)
    kept = `${kept.slice(0, Math.floor(kept.length * Math.min(0.95, maxTokens / answerTokens(kept)))).toWellFormed()}…`;
  return kept;
}
