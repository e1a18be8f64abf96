import { expect, test } from "vitest";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { createDirectReader } from "./read-document.ts";
import { printOf, type TextPrint } from "./text-print.ts";
import { resemblance, sketchPlaces } from "./text-sketch.ts";

function words(count: number, seed = 1): string[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => `w${random(1_000_000)}`);
}

function print(text: string): TextPrint {
  const made = printOf(text);
  if (made.kind !== "text") throw new Error(`no print: ${made.kind}`);
  return made;
}

async function printed(path: string, content: string | Buffer, maxBytes = 1_000_000) {
  await using tree = await makeTree({ [path]: content });
  return await createDirectReader().run("text", { root: tree.path, path, maxBytes });
}

test("texts that differ in layout only have one hash, others have not", () => {
  const text = "One two\tthree.\n\nFour five.\n";
  expect(print("One two three. Four\r\nfive.").layoutFreeHash).toBe(print(text).layoutFreeHash);
  expect(print("One two three. Four fives.").layoutFreeHash).not.toBe(print(text).layoutFreeHash);
  expect(print(text)).toMatchObject({ characters: 21, words: 5 });
});

test("the share of equal places estimates what share of the runs of words two texts have in common", () => {
  const first = words(4_000);
  // Of 4,000 words the last 1,000 are others: 3,000 of 5,000 runs are common.
  const second = [...first.slice(0, 3_000), ...words(1_000, 77)];
  const estimate = resemblance(print(first.join(" ")).sketch, print(second.join(" ")).sketch);
  expect(Math.abs(estimate - 0.6)).toBeLessThan(0.13);
  expect(resemblance(print(first.join(" ")).sketch, print(words(4_000, 5).join(" ")).sketch)).toBeLessThan(0.05);
});

test("letter case, marks and line breaks are no part of a sketch", () => {
  const text = words(50).join(" ");
  const other = words(50).join(",\n").toUpperCase();
  expect(print(text).sketch).toEqual(print(other).sketch);
});

test("a short text has a full sketch, and of two short texts the share of places is meant as well", () => {
  const [first, second] = [words(40), words(40)];
  second[39] = "other";
  const sketches = [first, second].map((each) => print(each.join(" ")).sketch);
  expect(sketches[0]).toHaveLength(sketchPlaces);
  // 37 of 39 runs are common.
  expect(resemblance(sketches[0] ?? new Uint32Array(), sketches[1] ?? new Uint32Array())).toBeGreaterThan(0.8);
});

test("scripts without blanks are taken character by character", () => {
  expect(print("\u4eca\u65e5\u306f\u826f\u3044\u5929\u6c17\u3067\u3059").words).toBe(9);
});

test("a sketch is the same on every machine and in every version, since prints of different readers are compared", () => {
  const { sketch } = print("the quick brown fox jumps over the lazy dog and runs away");
  expect(sketch.slice(0, 4)).toEqual(Uint32Array.of(3_392_259_714, 3_392_259_714, 1_653_046_012, 279_895_215));
});

test("a text is decoded as elsewhere, whatever its encoding", async () => {
  const text = "Stra\u00dfe und Caf\u00e9, und noch einige W\u00f6rter mehr.\n";
  const plain = await printed("a.txt", text);
  expect(plain.kind).toBe("text");
  expect(await printed("a.txt", Buffer.from(`\ufeff${text}`, "utf16le"))).toEqual(plain);
  expect(await printed("a.txt", Buffer.from(text, "latin1"))).toEqual(plain);
});

test("of a document the text that it holds is taken", async () => {
  const notebook = { cells: [{ cell_type: "markdown", metadata: {}, source: ["All lamps cost twenty."] }] };
  const document = await printed(
    "a.ipynb",
    JSON.stringify({ ...notebook, nbformat: 4, nbformat_minor: 5, metadata: {} }),
  );
  expect(document).toEqual(print("All lamps cost twenty."));
});

test("what has no text is skipped with its reason", async () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(4)}\n-----END PRIVATE KEY-----\n`;
  expect(await printed("a.txt", " \n\n")).toEqual({ kind: "skipped", reason: "empty" });
  expect(await printed("a.txt", Buffer.alloc(100))).toEqual({ kind: "skipped", reason: "binary" });
  expect(await printed("a.mp4", "text")).toEqual({ kind: "skipped", reason: "binary" });
  expect(await printed("a.txt", "too long", 5)).toEqual({ kind: "skipped", reason: "too-large" });
  expect(await printed("a.txt", key)).toEqual({ kind: "skipped", reason: "secret" });
});
