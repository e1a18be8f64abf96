import { countOf } from "../../core/quantities.ts";
import type { SimilarAnswer, SimilarInput, SimilarPair } from "../../session/similar-input.ts";
import { factLines, foundCount, foundWords, likenessWords, mineWords } from "../../session/similar-text.ts";
import { printableLine } from "./printable-text.ts";
import type { Terminal } from "./terminal.ts";

/** A pair as a person reads it: mine, below it theirs. */
export function pairLines(terminal: Terminal, { mine, theirs, furtherOfFiles }: SimilarPair): string[] {
  const name = [...theirs.scope, theirs.symbol].filter((part) => part !== null && part !== "").join(" > ");
  const place = `${theirs.path}:${theirs.startLine}-${theirs.endLine}`;
  const where = theirs.isOwn ? "here" : theirs.source;
  const also = theirs.alsoAtCount > 0 ? [`and in ${countOf(theirs.alsoAtCount, "more place")}`] : [];
  const further = furtherOfFiles > 0 ? [`${countOf(furtherOfFiles, "more pair")} of these two files`] : [];
  const origin = `(${[theirs.collection, where, ...also, ...further].join(", ")})`;
  return [
    `${terminal.style("cyan", printableLine(mineWords(mine)))}  ${terminal.style("dim", likenessWords(theirs))}`,
    `    ${terminal.style("cyan", printableLine(place))}${name === "" ? "" : `  ${terminal.style("bold", printableLine(name))}`}  ${terminal.style("dim", printableLine(origin))}`,
  ];
}

/** What was found and compared, and what was not. */
export function summaryLines(answer: SimilarAnswer, { isChangedOnly }: Pick<SimilarInput, "isChangedOnly">): string[] {
  const total = foundCount(answer);
  const where = answer.collections.join(", ") || "no collection";
  const found =
    total === 0 ? `Nothing similar in ${where}.` : `${countOf(total, "pair")} in ${where}: ${foundWords(answer)}.`;
  const files = isChangedOnly ? ` in ${countOf(answer.changedFiles ?? 0, "changed file")}` : "";
  const compared = `Compared ${countOf(answer.compared, "passage")}${files} with ${countOf(answer.searched.chunks, "passage")}.`;
  return [found, compared, ...factLines(answer)].map(printableLine);
}
