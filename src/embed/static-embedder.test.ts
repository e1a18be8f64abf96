import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tableBytes, type TableParts } from "../../test/fixtures/embedding-table.ts";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { createStaticEmbedder, staticEmbedderId } from "./static-embedder.ts";
import { readStaticTable } from "./static-table.ts";

const dimensions = 128;
const label = { id: staticEmbedderId, dimensions };
const tokenize = (text: string): string[] => text.split(" ").filter((word) => word !== "");

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "commons-table-"));
  file = join(directory, "table.bin");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A row with these components first and zeros behind them. */
const row = (...first: number[]): number[] => Array.from({ length: dimensions }, (_, index) => first[index] ?? 0);

const colours: TableParts = {
  words: ["red", "green", "größe"],
  rows: [row(7, -8, 0, 3), row(0, 0, 5), row(...Array.from({ length: dimensions }, (_, index) => (index % 16) - 8))],
  scales: [0.5, 2, 0.125],
};

function write(parts: TableParts): void {
  writeFileSync(file, tableBytes(parts));
}

/** The rule in plain words: sum of (1 + ln tf) x scale x row, divided by its length. */
function expected(weights: Readonly<Record<string, number>>, { words, rows, scales = [] }: TableParts): number[] {
  const sum = row();
  for (const [word, count] of Object.entries(weights)) {
    const index = words.indexOf(word);
    for (const [at, value] of (rows[index] ?? []).entries())
      sum[at] = (sum[at] ?? 0) + (1 + Math.log(count)) * (scales[index] ?? 1) * value;
  }
  const norm = Math.hypot(...sum);
  return sum.map((value) => Math.fround(value / norm));
}

function embed(text: string): number[] {
  return Array.from(createStaticEmbedder(tokenize, file).embed([text])[0] ?? []);
}

/** The largest difference of a component. */
function difference(found: readonly number[], wanted: readonly number[]): number {
  if (found.length !== wanted.length) return Infinity;
  return Math.max(...found.map((value, index) => Math.abs(value - (wanted[index] ?? Number.NaN))));
}
const rounding = 1e-6;

describe("embedding with a table", () => {
  test("a word has the direction of its row, in both halves of each byte", () => {
    write(colours);
    for (const word of colours.words)
      expect(difference(embed(word), expected({ [word]: 1 }, colours))).toBeLessThan(rounding);
  });

  test("a text is the sum of its words, each with 1 + ln of how often it stands there", () => {
    write(colours);
    expect(
      difference(embed("red green red unseen red größe green"), expected({ red: 3, green: 2, größe: 1 }, colours)),
    ).toBeLessThan(rounding);
  });

  test("texts of one batch and of later ones do not change each other", () => {
    write(colours);
    const embedder = createStaticEmbedder(tokenize, file);
    const texts = ["red red", "green", "red", "", "größe red", "red"];
    const alone = texts.map(embed);
    expect(embedder.embed(texts).map((vector) => Array.from(vector))).toEqual(alone);
    expect(embedder.embed(texts.toReversed()).map((vector) => Array.from(vector))).toEqual(alone.toReversed());
  });

  test("a text without a known word is all zeros", () => {
    write(colours);
    for (const text of ["", "   ", "unseen words", "toString __proto__ constructor"])
      expect(embed(text)).toEqual(row());
  });

  test("words that cancel each other out are zeros, too", () => {
    write({ words: ["up", "down"], rows: [row(4), row(-4)] });
    expect(embed("up down")).toEqual(row());
  });

  test("very many copies of a word, and a text of very many words, keep the length of one", () => {
    write(colours);
    for (const text of ["red ".repeat(200_000), `${"red green ".repeat(50_000)}größe`])
      expect(Math.hypot(...embed(text))).toBeCloseTo(1, 5);
  });

  test("random tables of odd sizes of vocabulary give what the rule says", () => {
    const random = randomNumbers(4);
    for (let round = 0; round < 5; round++) {
      const words = Array.from({ length: random(300) + 1 }, (_, index) => `w${index}`);
      const rows = words.map(() => Array.from({ length: dimensions }, () => random(16) - 8));
      const parts = { words, rows, scales: words.map(() => Math.fround(random(1_000) / 1_000 + 0.001)) };
      write(parts);
      const tokens = Array.from({ length: 40 }, () => `w${random(300)}`).filter((word) => words.includes(word));
      const counts = Object.fromEntries(
        tokens.map((token) => [token, tokens.filter((other) => other === token).length]),
      );
      expect(
        difference(
          embed(["w0", "unseen", ...tokens].join(" ")),
          expected({ ...counts, w0: (counts.w0 ?? 0) + 1 }, parts),
        ),
      ).toBeLessThan(rounding);
    }
  });
});

describe("n-grams of unseen words", () => {
  // FNV-1a over the UTF-16 units, as the trainer has it; 0x811c9dc5 and 0x01000193 are its constants.
  const bucketOf = (ngram: string, buckets: number): number => {
    let hash = 0x811c9dc5;
    for (let at = 0; at < ngram.length; at++) hash = Math.imul(hash ^ ngram.charCodeAt(at), 0x01000193);
    return (hash >>> 0) % buckets;
  };
  const buckets = Array.from({ length: 5 }, (_, index) =>
    row(...Array.from({ length: 5 }, (_zero, at) => Number(at === index))),
  );
  const parts: TableParts = {
    words: ["red"],
    rows: [row(0, 0, 0, 0, 0, 7), ...buckets],
    header: { ngramMin: 3, ngramMax: 4 },
  };

  test("an unseen word is the mean of the rows of its n-grams", () => {
    write(parts);
    const sum = row();
    for (const ngram of ["gre", "ree", "een", "gree", "reen"]) {
      const bucket = bucketOf(ngram, 5);
      sum[bucket] = (sum[bucket] ?? 0) + 1;
    }
    const norm = Math.hypot(...sum);
    expect(
      difference(
        embed("green"),
        sum.map((value) => value / norm),
      ),
    ).toBeLessThan(rounding);
  });

  test("a known word has its row alone, and one shorter than any n-gram has nothing", () => {
    write(parts);
    expect(difference(embed("red ab"), row(0, 0, 0, 0, 0, 1))).toBeLessThan(rounding);
  });

  test("an unseen word weighs as one word, however long it is, and by how often it stands there", () => {
    write({ ...parts, rows: [row(0, 7), ...buckets.map(() => row(7))] });
    const [once, twice] = [embed("red greengreengreen"), embed("red green green")];
    expect(once[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect((twice[0] ?? 0) / (twice[1] ?? 0)).toBeCloseTo(1 + Math.log(2), 5);
  });
});

describe("a table that cannot be used", () => {
  const complaint = (): string => {
    const error = thrownBy(() => readStaticTable(file, label));
    expect(error.code).toBe("PROGRAM_NOT_BUILT");
    expect(error.hint).toContain("npm run build");
    return error.message;
  };

  test("is missing: said when the embedder is made", () => {
    const error = thrownBy(() => createStaticEmbedder(tokenize, file));
    expect([error.code, error.message]).toEqual([
      "PROGRAM_NOT_BUILT",
      "The table of the built-in embedding cannot be used: it is not there.",
    ]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["another id", { id: "words-static-128-v2" }, '"words-static-128-v2"'],
    ["no words", { words: 0 }, '"words"'],
    ["words that are no number", { words: "3" }, '"words"'],
    ["more words than there are", { words: 4 }, "bytes"],
    ["fewer words than there are", { words: 2, buckets: 1, ngramMin: 3, ngramMax: 3 }, "3 words for 2 rows"],
    ["another dimension", { dimensions: 64 }, "64 dimensions"],
    ["eight bits", { bits: 8 }, '"bits"'],
    ["a huge count", { words: 1e9 }, '"words"'],
    ["buckets without n-grams", { buckets: 2 }, '"ngramMin"'],
    ["n-grams that end before they begin", { ngramMin: 5, ngramMax: 3 }, '"ngramMax"'],
  ])("has a header with %s", (_name, header, part) => {
    write({ ...colours, header });
    expect(complaint()).toContain(part);
  });

  test("is cut at any byte", () => {
    const whole = tableBytes({ words: ["a", "b"], rows: [row(1), row(2)] });
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      expect(complaint()).toContain("cannot be used");
    }
  });

  test("has bytes behind its end, a scale that is no number, or another beginning", () => {
    const whole = tableBytes(colours);
    writeFileSync(file, Buffer.concat([whole, Buffer.from("x")]));
    expect(complaint()).toContain("bytes");
    write({ ...colours, scales: [1, Number.NaN, 1] });
    expect(complaint()).toContain("scale");
    writeFileSync(file, Buffer.concat([Buffer.from("PK"), whole]));
    expect(complaint()).toContain("no table of words");
    writeFileSync(file, Buffer.concat([whole.subarray(0, 12), Buffer.from("null"), whole.subarray(16)]));
    expect(complaint()).toContain("header");
  });

  test("a broken one is said at the first text, again and again, and mended without a restart", () => {
    writeFileSync(file, "nothing");
    const embedder = createStaticEmbedder(tokenize, file);
    for (let round = 0; round < 2; round++)
      expect(thrownBy(() => embedder.embed(["red"])).code).toBe("PROGRAM_NOT_BUILT");
    write(colours);
    expect(difference(Array.from(embedder.embed(["red"])[0] ?? []), expected({ red: 1 }, colours))).toBeLessThan(
      rounding,
    );
  });
});
