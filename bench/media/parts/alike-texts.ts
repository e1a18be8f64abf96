import { groupAlikeTexts, type PrintedText } from "../../../src/duplicates/alike-texts.ts";
import { printOf, type TextPrint } from "../../../src/reader/text-print.ts";
import { resemblance } from "../../../src/reader/text-sketch.ts";
import { randomNumbers, type Random } from "../../../test/fixtures/random.ts";
import { rounded } from "../../ingest/process-memory.ts";

const texts = 100_000;
const copyEvery = 10;
const shares = [0.01, 0.02, 0.05, 0.1];
const judged = 400;

/**
 * Near copies among 100,000 texts of 150 words, every tenth a copy with two words changed: how long grouping takes, and what it finds; and
 * what share of copies the threshold keeps when so many of their words are changed.
 */
export async function measureAlikeTexts() {
  const random = randomNumbers(31);
  const printed: PrintedText[] = [];
  const printMs = timed(() => {
    let original = words(150, random);
    for (let index = 0; index < texts; index++) {
      const isCopy = index % copyEvery === copyEvery - 1;
      if (!isCopy) original = words(150, random);
      printed.push({ path: `${index}`, print: print(isCopy ? changed(original, 2 / 150, random) : original) });
    }
  });
  let groups = 0;
  const groupMs = timed(() => (groups = groupAlikeTexts(printed).length));
  return {
    texts,
    copies: texts / copyEvery,
    microsecondsPerPrint: rounded((printMs * 1_000) / texts),
    groupingSeconds: rounded(groupMs / 1_000),
    groups,
    shareOfCopiesFound: rounded(groups / (texts / copyEvery)),
    residentMb: Math.round(process.memoryUsage.rss() / 1e6),
    foundByShareOfChangedWords: Object.fromEntries(shares.map((share) => [share, foundShare(share, random)])),
  };
}

/** Of texts of 100 to 3,000 words with that share of words changed, how many stay above each likeness. */
function foundShare(share: number, random: Random): Readonly<Record<string, number>> {
  const likenesses = Array.from({ length: judged }, () => {
    const original = words(100 + random(2_900), random);
    return resemblance(print(original).sketch, print(changed(original, share, random)).sketch);
  });
  const above = (least: number): number => likenesses.filter((likeness) => likeness >= least).length / judged;
  return { "0.6": above(0.6), "0.7": above(0.7), "0.8": above(0.8) };
}

function words(count: number, random: Random): string[] {
  return Array.from({ length: count }, () => `w${random(20_000)}`);
}

function changed(original: readonly string[], share: number, random: Random): string[] {
  return original.map((word) => (random(1_000_000) < share * 1_000_000 ? `x${random(1_000_000)}` : word));
}

function print(of: readonly string[]): TextPrint {
  const made = printOf(of.join(" "));
  if (made.kind !== "text") throw new Error("A text without a print.");
  return made;
}

function timed(work: () => void): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
