import { expect, test } from "vitest";
import { makeTree } from "../../test/fixtures/tree.ts";
import { openCheckedFile } from "../workspace/checked-file.ts";
import { firstDifference } from "./compare-bytes.ts";
import { compareLargeTexts } from "./compare-large-texts.ts";

const pass = { signal: new AbortController().signal };
const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, line) => `${line} the quick brown fox jumps over it, f\u00fcr nichts\n`);

async function compared(first: string | Buffer, second: string | Buffer) {
  await using tree = await makeTree({ a: first, b: second });
  using a = openCheckedFile("a", tree.path);
  using b = openCheckedFile("b", tree.path);
  const [firstBytes, secondBytes] = [a, b].map((file) => Number(file.stat().size));
  const pair = { first: a, second: b, firstBytes: firstBytes ?? 0, secondBytes: secondBytes ?? 0 };
  const offset = await firstDifference(pair, pass);
  return await compareLargeTexts(pair, { offset: offset ?? 0 }, pass);
}

test("of large texts only the part that differs is read, and its lines keep their numbers", async () => {
  const changed = lines(40_000);
  changed[29_999] = "changed\n";
  const close = await compared(lines(40_000).join(""), changed.join(""));
  expect(close?.isNear).toBe(true);
  expect(close?.findings[0]).toContain("the first change is in line 30,000.");
  expect(close?.diff?.text).toMatch(/^@@ -29997,7 \+29997,7 @@\n 29996 the/);
  expect(close?.diff?.text).toContain("-29999 the quick brown fox jumps over it, f\u00fcr nichts\n+changed\n");
});

test("a change at the very end, and one in a line without an end, are found", async () => {
  const all = lines(20_000).join("");
  const grown = await compared(all, `${all}more\n`);
  expect(grown?.diff?.text).toContain("+more\n");
  const long = "\u00e9".repeat(200_000);
  const inLine = await compared(`${long}a${long}`, `${long}b${long}`);
  expect(inLine?.isNear).toBe(true);
  expect(inLine?.diff?.text.length).toBeLessThan(2_000);
});

test("where too much lies between the differences, that is said", async () => {
  const middle = "x".repeat(4_100_000);
  const close = await compared(`a${middle}a`, `b${middle}b`);
  expect(close).toMatchObject({ isNear: false, diff: null });
  expect(close?.findings[0]).toContain("too much for a list of lines");
});

test("texts that are the same but for line ends, a mark or blanks are told as such, whatever lies between", async () => {
  const all = lines(60_000).join("");
  const findings = async (other: string) => (await compared(all, other))?.findings;
  expect(await findings(all.replaceAll("\n", "\r\n"))).toEqual(["The same text; they differ in line ends."]);
  expect(await findings(`\ufeff${all.replaceAll("\n", "\r\n")}`)).toEqual([
    "The same text; they differ in line ends and byte order mark (second only).",
  ]);
  expect(await findings(`${all.replaceAll("the ", "the\n\t").trimEnd()}  \r\n\r\n`)).toEqual([
    "The same text; they differ in white space (indentation, line breaks, blanks).",
  ]);
  expect((await findings(all.replaceAll("\n", "\r\n").replace("59999 the", "59999the")))?.join("")).not.toContain(
    "same text",
  );
});

test("what is no text is none", async () => {
  expect(await compared(Buffer.alloc(100_000), Buffer.alloc(100_001))).toBeNull();
});
