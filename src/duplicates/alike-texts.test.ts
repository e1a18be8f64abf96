import { expect, test } from "vitest";
import { randomNumbers, type Random } from "../../test/fixtures/random.ts";
import { printOf, type TextPrint } from "../reader/text-print.ts";
import { groupAlikeTexts, type PrintedText } from "./alike-texts.ts";

function print(text: string): TextPrint {
  const made = printOf(text);
  if (made.kind !== "text") throw new Error(`no print: ${made.kind}`);
  return made;
}

const text = (count: number, random: Random): string[] => Array.from({ length: count }, () => `w${random(100_000)}`);
const printed = (path: string, words: readonly string[]): PrintedText => ({ path, print: print(words.join(" ")) });

test("near copies are grouped around the longest, most alike first, and others stay alone", () => {
  const random = randomNumbers(1);
  const original = text(400, random);
  const groups = groupAlikeTexts([
    printed("edited.md", original.toSpliced(200, 1, "other")),
    printed("other.md", text(400, random)),
    printed("original.md", [...original, "and", "an", "end"]),
    printed("shorter.md", original.slice(0, 340)),
  ]);
  expect(groups).toHaveLength(1);
  expect(groups[0]?.center).toBe("original.md");
  expect(groups[0]?.others.map(({ path }) => path)).toEqual(["edited.md", "shorter.md"]);
  expect(
    groups[0]?.others.every(({ likeness, isLayoutOnly }) => likeness >= 0.7 && likeness < 1 && !isLayoutOnly),
  ).toBe(true);
});

test("the same text in another layout is told apart from a text that was changed", () => {
  const words = text(100, randomNumbers(2));
  const groups = groupAlikeTexts([
    { path: "a.txt", print: print(words.join(" ")) },
    { path: "b.txt", print: print(words.join("\n")) },
    { path: "c.txt", print: print(words.join(", ")) },
  ]);
  expect(groups).toEqual([
    {
      center: "c.txt",
      others: [
        { path: "a.txt", likeness: 0.99, isLayoutOnly: false },
        { path: "b.txt", likeness: 0.99, isLayoutOnly: false },
      ],
    },
  ]);
  expect(groupAlikeTexts([printed("a.txt", words), { path: "b.txt", print: print(words.join("\n")) }])).toEqual([
    { center: "a.txt", others: [{ path: "b.txt", likeness: 1, isLayoutOnly: true }] },
  ]);
});

test("short texts must be equal but for white space", () => {
  const words = text(20, randomNumbers(3));
  const short = [printed("a.txt", words), printed("b.txt", words.toSpliced(19, 1, "x"))];
  expect(groupAlikeTexts(short)).toEqual([]);
  const laidOut = { path: "c.txt", print: print(words.join("\n\n")) };
  expect(groupAlikeTexts([...short, laidOut])).toMatchObject([{ center: "a.txt", others: [{ path: "c.txt" }] }]);
});

test("a chain of texts, each like the next one, is not one group", () => {
  const words = text(3_000, randomNumbers(4));
  // Each text has 85 % of its words from the one before; the first and the last have nothing in common.
  const chain = Array.from({ length: 8 }, (_, step) =>
    printed(`${step}.txt`, words.slice(step * 150, step * 150 + 1_000)),
  );
  const groups = groupAlikeTexts(chain);
  expect(groups.length).toBeGreaterThan(1);
  const members = groups.map(({ center, others }) => [center, ...others.map(({ path }) => path)]);
  for (const group of members) expect(group.length).toBeLessThanOrEqual(3);
  expect(new Set(members.flat()).size).toBe(members.flat().length);
});

test("a lower threshold finds what has less in common", () => {
  const words = text(1_000, randomNumbers(5));
  const half = [printed("a.txt", words), printed("b.txt", [...words.slice(0, 600), ...text(400, randomNumbers(6))])];
  expect(groupAlikeTexts(half)).toEqual([]);
  expect(groupAlikeTexts(half, { threshold: 0.3 })).toHaveLength(1);
});

test("among thousands of texts, and among thousands that are all alike, every copy finds its group", () => {
  const random = randomNumbers(7);
  const copies = Array.from({ length: 300 }, (_, pair) => {
    const words = text(120, random);
    return [printed(`${pair}/a`, [...words, "end"]), printed(`${pair}/b`, words.toSpliced(random(120), 1, "x"))];
  }).flat();
  const licence = text(200, random);
  const many = Array.from({ length: 2_000 }, (_, at) => printed(`all/${at}`, licence.toSpliced(100, 1, `year${at}`)));
  const groups = groupAlikeTexts([...copies, ...many]);
  expect(groups).toHaveLength(301);
  expect(groups.find(({ center }) => center.startsWith("all/"))?.others).toHaveLength(1_999);
});
