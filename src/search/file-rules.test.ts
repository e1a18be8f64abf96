import { describe, expect, test } from "vitest";
import { applyFileRules, type RankedChunk } from "./file-rules.ts";
import { sideMaterialOf } from "./side-material.ts";
import { parseQuery } from "./query.ts";
import { defaultTuning } from "./tuning.ts";
import { createTokenizer } from "./tokenizer.ts";

const tokenizer = createTokenizer();

function chunk(chunkId: number, path: string, score: number, rest: Partial<RankedChunk> = {}): RankedChunk {
  // One number for each path.
  const documentId = Number.parseInt(Buffer.from(path).toString("hex"), 16);
  return { chunkId, documentId, path, isNote: false, symbol: null, score, ...rest };
}

function ranked(query: string, chunks: readonly RankedChunk[]): RankedChunk[] {
  return applyFileRules(chunks, parseQuery(query, tokenizer), {
    tokenizer,
    tuning: { ...defaultTuning, nextPassagesShare: 0.2, nameOverlapGain: 0.5 },
    rarity: () => 1,
  });
}

describe("applyFileRules", () => {
  test("a file scores its best chunk and a fifth of the next three", () => {
    const [best] = ranked(
      "words",
      [1, 2, 3, 4, 5].map((id) => chunk(id, "a.ts", id)),
    );
    expect(best).toMatchObject({ chunkId: 5 });
    expect(best?.score).toBeCloseTo(5 + 0.2 * (4 + 3 + 2));
  });

  test("a file with several good chunks wins a tie", () => {
    const order = ranked("words", [chunk(1, "a.ts", 1), chunk(2, "b.ts", 1), chunk(3, "b.ts", 0.5)]);
    expect(order[0]?.path).toBe("b.ts");
  });

  test("tests rank lower unless the query asks for them", () => {
    const chunks = [chunk(1, "src/parse.test.ts", 1.2), chunk(2, "lib/code.ts", 1)];
    expect(ranked("words", chunks)[0]?.path).toBe("lib/code.ts");
    expect(ranked("tests of words", chunks)[0]?.path).toBe("src/parse.test.ts");
  });

  test("words in the file's name raise it by their share", () => {
    const [first, second] = ranked("user session", [
      chunk(1, "src/user-session.ts", 1),
      chunk(2, "src/user-token.ts", 1),
    ]);
    expect([first?.path, first?.score]).toEqual(["src/user-session.ts", 1.5]);
    expect(second?.score).toBe(1.25);
  });

  test("the file that defines a name of the query wins over those that use it", () => {
    const order = ranked("where is open_file used", [
      chunk(1, "a.ts", 1.2),
      chunk(2, "b.ts", 1, { symbol: "openFile" }),
    ]);
    expect(order[0]?.path).toBe("b.ts");
  });

  test("a common word in the file's name raises it less than a rare one", () => {
    const rarity = (term: string) => (term === tokenizer.parts("template")[0] ? 0.1 : 1);
    const order = applyFileRules(
      [chunk(1, "a/template.ts", 1), chunk(2, "b/lexer.ts", 1)],
      parseQuery("lexer of a template", tokenizer),
      { tokenizer, tuning: defaultTuning, rarity },
    );
    expect(order[0]?.path).toBe("b/lexer.ts");
  });

  test("a note's id is no file name", () => {
    const [note] = ranked("docs words", [chunk(1, "docs/words", 1, { isNote: true })]);
    expect(note?.score).toBe(1);
  });

  test("equal scores come in the order of paths, whatever order they are given in", () => {
    const chunks = [chunk(2, "b.ts", 1), chunk(1, "a.ts", 1)];
    expect(ranked("words", chunks).map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
    expect(ranked("words", chunks.toReversed()).map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
  });
});

describe("sideMaterialOf", () => {
  test.each([
    ["src/a.test.ts", "test"],
    ["pkg/a_test.go", "test"],
    ["test_a.py", "test"],
    ["lib/test_a.py", "test"],
    ["tests/a.py", "test"],
    ["types/a.test-d.ts", "test"],
    ["docs/a.html", "docs"],
    ["README.md", "docs"],
    ["examples/x/a.js", "example"],
    ["types/index.d.ts", "declaration"],
    ["src/contest/a.ts", null],
    ["src/testing-library.ts", null],
    ["src/latest.ts", null],
  ])("%s: %s", (path, expected) => {
    expect(sideMaterialOf(path)).toBe(expected);
  });
});
