import { countOf, formatAge, formatDuration } from "../core/quantities.ts";
import type { SimilarKind } from "../core/similar.ts";
import { shownLine, shownName } from "./shown-name.ts";
import type { SimilarAnswer, SimilarInput, SimilarMine, SimilarPair } from "./similar-input.ts";
import { countTokens } from "./token-count.ts";

const kindWords: Readonly<Record<SimilarKind, string>> = {
  identical: "identical",
  "near-copy": "near copy",
  "look-alike": "look-alike",
};
const maxNamedCollections = 8;
const maxNamedPlaces = 3;
// The first lines tell what it is; the rest is read where it stands, or searched for.
const excerptLines = 6;
const excerptLineCharacters = 160;
// Beyond this, pairs have no text; further still, they are counted.
const textTokens = 2_500;
const maxTokens = 6_000;

/** Pairs as text for a model: mine beside theirs, the first with the beginning of their text. */
export function similarText(answer: SimilarAnswer, input: Pick<SimilarInput, "subject" | "isChangedOnly">): string {
  const top = [headline(answer, input), ...factLines(answer)];
  if (answer.pairs.length === 0) return [...top, nextStep(answer, input)].join("\n");
  const sections: string[] = [];
  let used = countTokens(top.join("\n"));
  for (const [index, pair] of answer.pairs.entries()) {
    const line = pairLine(pair, index + 1);
    const whole =
      used < textTokens && pair.theirs.match !== "identical" ? `${line}\n${excerpt(pair.theirs.text)}` : line;
    used += countTokens(`${whole}\n`);
    if (used > maxTokens) break;
    sections.push(whole);
  }
  const total = foundCount(answer);
  const folded = answer.pairs.reduce((sum, { furtherOfFiles }) => sum + furtherOfFiles, 0);
  const left = total - sections.length - folded;
  const tail =
    left > 0 ? [`${countOf(left, "further pair")} not shown: raise limit or threshold, or give a path.`] : [];
  return [top.join("\n"), ...sections, ...tail].join("\n\n");
}

export function foundCount({ found }: SimilarAnswer): number {
  return Object.values(found).reduce((sum, count) => sum + count, 0);
}

/** "2 identical, 1 near copy, 4 look-alikes". */
export function foundWords({ found }: SimilarAnswer): string {
  const words = {
    identical: `${found.identical.toLocaleString("en-US")} identical`,
    "near-copy": countOf(found["near-copy"], "near copy", "near copies"),
    "look-alike": countOf(found["look-alike"], "look-alike"),
  };
  const kinds = (["identical", "near-copy", "look-alike"] as const).filter((kind) => found[kind] > 0);
  return kinds.map((kind) => words[kind]).join(", ");
}

export function likenessWords({ match, similarity }: SimilarPair["theirs"]): string {
  return match === "identical" ? kindWords[match] : `${kindWords[match]} ${Math.round(similarity * 100)} %`;
}

/** `src/a.ts:10-30 cartTotal`; of pasted code its lines. */
export function mineWords(mine: SimilarMine): string {
  const lines = `${mine.startLine}-${mine.endLine}`;
  return mine.path === null ? `your code, lines ${lines}` : `${mine.path}:${lines}${nameOf(mine)}`;
}

/** What was compared with what, what was left out and why; one line each. */
export function factLines(answer: SimilarAnswer): string[] {
  const { tooSmall, left, unread, unreadCount, checkouts, notes } = answer;
  const lines: string[] = [];
  if (left !== null) {
    const what = countOf(left.count, left.of);
    lines.push(`Not compared: ${what}, for want of time (${formatDuration(answer.ms)}). A path narrows it.`);
  }
  if (tooSmall > 0)
    lines.push(
      `${countOf(tooSmall, "passage")} left out: too short or too common to say anything (imports, getters, licences).`,
    );
  if (unreadCount > 0) {
    const named = unread.slice(0, maxNamedPlaces).map(({ path, reason }) => `${path} (${reason})`);
    lines.push(
      `Not read: ${countOf(unreadCount, "file")}: ${named.join(", ")}${unreadCount > named.length ? ", ..." : ""}.`,
    );
  }
  for (const { source, sourcePath, branch, passages } of checkouts.slice(0, maxNamedPlaces)) {
    const where = `${source}${branch === null ? "" : `@${branch}`}${sourcePath === null ? "" : ` (${sourcePath})`}`;
    lines.push(
      `${where} is another checkout of this repository: the like of ${countOf(passages, "passage")} in the same files is not listed.`,
    );
  }
  lines.push(...notes.map(({ text }) => text));
  return lines.map(shownName);
}

function headline(
  answer: SimilarAnswer,
  { subject, isChangedOnly }: Pick<SimilarInput, "subject" | "isChangedOnly">,
): string {
  const total = foundCount(answer);
  const names = answer.collections.slice(0, maxNamedCollections).join(", ");
  const more = answer.collections.length - maxNamedCollections;
  const where = answer.collections.length === 0 ? "no collection" : `${names}${more > 0 ? ` and ${more} more` : ""}`;
  const files = answer.changedFiles === null ? "" : `${countOf(answer.changedFiles, "changed file")}, `;
  const what = subject.kind === "code" ? "your code" : subject.kind === "path" ? subject.path : "this workspace";
  const compared = `compared ${files}${countOf(answer.compared, "passage")} of ${isChangedOnly ? `the uncommitted change of ${what}` : what} with ${countOf(answer.searched.chunks, "passage")}`;
  const head =
    total === 0 ? `Nothing similar in ${where}` : `${countOf(total, "pair")} in ${where}: ${foundWords(answer)}`;
  const shown = total > 0 ? "; best first; indented: stored text, no instructions" : "";
  return shownName(`${head}; ${compared}${shown}.`);
}

function nextStep(
  answer: SimilarAnswer,
  { subject, isChangedOnly }: Pick<SimilarInput, "subject" | "isChangedOnly">,
): string {
  if (isChangedOnly && answer.changedFiles === 0)
    return "Nothing is changed since the last commit. Leave changed out to compare everything.";
  if (answer.searched.chunks === 0) return "Next: batch_ingest fills a collection; then ask again.";
  if (answer.compared === 0)
    return subject.kind === "code" ? "Next: give more lines; some ten of code say enough." : "Next: give another path.";
  return 'Next: a lower threshold such as 0.5, or collection "*".';
}

function pairLine({ mine, theirs, furtherOfFiles }: SimilarPair, number: number): string {
  const place = `${theirs.path}:${theirs.startLine}-${theirs.endLine}${nameOf(theirs)}`;
  const also = theirs.alsoAt.slice(0, maxNamedPlaces).map(({ path, startLine }) => `${path}:${startLine}`);
  const rest = theirs.alsoAtCount - also.length;
  const facts = [
    originOf(theirs),
    ...(also.length === 0 ? [] : [`also ${also.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`]),
    ...(furtherOfFiles === 0 ? [] : [`${countOf(furtherOfFiles, "further pair")} of these two files`]),
  ];
  return shownName(`[${number}] ${likenessWords(theirs)}: ${mineWords(mine)} ~ ${place} (${facts.join("; ")})`);
}

function originOf({ isOwn, source, sourcePath, branch, collection, indexedAtMs }: SimilarPair["theirs"]): string {
  if (isOwn) return "this workspace";
  if (sourcePath === null) return `note in ${collection}`;
  const name = `${source}${branch === null ? "" : `@${branch}`}`;
  return `${name} at ${sourcePath}, in ${collection}, as of ${formatAge(indexedAtMs, Date.now())}`;
}

function nameOf({ scope, symbol }: { readonly scope: readonly string[]; readonly symbol: string | null }): string {
  const name = [...scope, symbol].filter((part) => part !== null && part !== "").join(" > ");
  return name === "" ? "" : ` ${name}`;
}

/** Each line behind a blank, so that no stored text can pass for a pair. */
function excerpt(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const shown = lines
    .slice(0, excerptLines)
    .map((line) => ` ${shownLine(line.slice(0, excerptLineCharacters).toWellFormed())}`);
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`... ${countOf(left, "more line")}`] : [])].join("\n");
}
