import { countOf } from "../core/quantities.ts";
import { redactSecrets } from "../extract/redaction.ts";
import { printOf } from "../reader/text-print.ts";
import { likelyCopy, textLikeness } from "./alike-texts.ts";
import { changedSpan } from "./changed-span.ts";
import type { Closeness } from "./closeness.ts";
import type { TextDiff } from "./file-comparison.ts";
import { sameJson } from "./json-value.ts";
import { diffLines, lineCount } from "./line-diff.ts";
import { allWhiteSpace, layoutDifferences, writingDifferences, type WrittenText } from "./text-layout.ts";

// Fewer have hardly a run.
const leastWords = 8;
// A likeness of runs of words says little of a list of ten lines; what lines they share says more.
const minSharedLines = 0.7;
// A key that begins so far before a change is known by its beginning.
const secretChars = 32_768;

/** The texts were cut out of files of which all else is the same, byte by byte. */
export interface CutOut {
  /** The line that both begin with, from 1. */
  readonly firstLine: number;
  /** Of the larger file, the share that lies outside. */
  readonly equalShare: number;
}

export interface TextComparison {
  readonly part?: CutOut | null;
  /** Whether other white space may be another meaning. */
  readonly isLayoutMeant?: boolean;
}

export type TextCloseness = Closeness & { readonly diff: TextDiff | null };

/** What two texts have in common. `diff` is null when all lines are the same. Bounded by the texts' lengths and by `diffLines`. */
export async function compareTexts(
  first: WrittenText,
  second: WrittenText,
  { part = null, isLayoutMeant = false }: TextComparison = {},
): Promise<TextCloseness> {
  const writing = writingDifferences(first, second);
  if (first.text === second.text) return { isNear: true, findings: [sameText(writing)], diff: null };
  const layout = layoutDifferences(first.text, second.text);
  const { diff, hidden, changedLine } = await changedLines(first.text, second.text, part?.firstLine ?? 1);
  const changes = diff === null ? [] : [changeSentence(first.text, second.text, { diff, changedLine, part })];
  const tail = hidden;
  if (layout !== null)
    return { isNear: true, findings: [sameWords([...writing, ...layout], isLayoutMeant), ...changes, ...tail], diff };
  const json = part !== null ? null : sameJson(first.text, second.text);
  if (json !== null) return { isNear: true, findings: [jsonWords[json], ...changes, ...tail], diff };
  const likeness = part !== null ? null : likenessOf(first.text, second.text);
  const also = writing.length > 0 ? [`Beside that they differ in ${writing.join(" and ")}.`] : [];
  const words = likeness === null ? [] : [likenessSentence(likeness)];
  const shared = part?.equalShare ?? sharedLines(first.text, second.text, diff);
  const isNear = (likeness !== null && likeness >= likelyCopy) || shared >= minSharedLines;
  return { isNear, findings: [...changes, ...words, ...also, ...tail], diff };
}

export function likenessSentence(likeness: number): string {
  return `Of the runs of words of both texts, some ${Math.round(likeness * 100)} % are the same.`;
}

const jsonWords: Readonly<Record<"layout" | "key order", string>> = {
  layout: "The same JSON value in another layout.",
  "key order": "The same JSON value; the keys stand in another order.",
};

function sameText(differences: readonly string[]): string {
  return differences.length === 0
    ? "The same text, written with other bytes."
    : `The same text; they differ in ${differences.join(" and ")}.`;
}

/** The same of texts that differ in layout, too. */
export function sameWords(differences: readonly string[], isLayoutMeant: boolean): string {
  if (!isLayoutMeant || !differences.some((words) => meantLayouts.has(words))) return sameText(differences);
  return `The same words; they differ in ${differences.join(" and ")}, and in files of this kind white space may change the meaning.`;
}

const meantLayouts: ReadonlySet<string> = new Set([allWhiteSpace, "blank lines", "blanks at the ends of lines"]);

function hiddenSecrets(secrets: number, isAllHidden: boolean): string[] {
  if (secrets === 0) return [];
  const hidden = "What looks like a secret is not shown, and whether it changed is not told line by line.";
  return isAllHidden ? ["All that differs is what looks like secrets, which are not shown."] : [hidden];
}

/** The diff of what lies around the differences, without secrets; null: nothing else differs. */
async function changedLines(
  first: string,
  second: string,
  startLine: number,
): Promise<{ readonly diff: TextDiff | null; readonly hidden: string[]; readonly changedLine: number }> {
  const span = changedSpan(first, second, secretChars);
  const [a, b] = [await redactSecrets(span.first), await redactSecrets(span.second)];
  const firstLine = startLine + span.firstLine - 1;
  return {
    diff: a.text === b.text ? null : diffLines(a.text, b.text, { firstLine }),
    hidden: hiddenSecrets(a.secrets + b.secrets, a.text === b.text),
    changedLine: startLine + span.changedLine - 1,
  };
}

function changeSentence(
  first: string,
  second: string,
  how: { readonly diff: TextDiff; readonly changedLine: number; readonly part: CutOut | null },
): string {
  const { added, removed, isExact } = how.diff;
  if (!isExact)
    return `The changes are too many to be told apart: from line ${how.changedLine.toLocaleString("en-US")} on ${countOf(removed, "line")} of the first and ${countOf(added, "line")} of the second lie between the first change and the last, and lines among them may stand in both.`;
  const counts = [
    ...(removed > 0 ? [`${countOf(removed, "line")} of the first`] : []),
    ...(added > 0 ? [`${countOf(added, "line")} of the second`] : []),
  ];
  const verb = added + removed === 1 ? "is" : "are";
  const [old, young] = [lineCount(first), lineCount(second)];
  const both =
    old === young ? `${countOf(old, "line")} each` : `${old.toLocaleString("en-US")} and ${countOf(young, "line")}`;
  const all = how.part === null ? ` (${both})` : "";
  return `${counts.join(" and ")} ${verb} not in the other${all}; the first change is in line ${how.changedLine.toLocaleString("en-US")}.`;
}

function likenessOf(first: string, second: string): number | null {
  const [a, b] = [printOf(first), printOf(second)];
  return a.kind === "text" && b.kind === "text" && Math.min(a.words, b.words) >= leastWords ? textLikeness(a, b) : null;
}

/** Of the lines of the longer text, the share that the other has as well; 1 also when only secrets differ. */
function sharedLines(first: string, second: string, diff: TextDiff | null): number {
  if (diff === null) return 1;
  const [old, young] = [lineCount(first), lineCount(second)];
  const shared = diff.isExact ? Math.max(0, old - diff.removed) : linesInBoth(first, second);
  return shared / Math.max(old, young, 1);
}

/** Lines that both have, wherever they stand. */
function linesInBoth(first: string, second: string): number {
  const left = new Map<string, number>();
  for (const line of first.split("\n")) left.set(line, (left.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of second.split("\n")) {
    const count = left.get(line) ?? 0;
    if (count === 0) continue;
    left.set(line, count - 1);
    shared += 1;
  }
  return shared;
}
