import { expect, test } from "vitest";
import { grammarFiles } from "./grammar-files.ts";
import { createSyntaxParser } from "./syntax-parser.ts";

test("a grammar that calls what its runtime lacks leaves the text to be cut without syntax", async () => {
  const parser = createSyntaxParser(grammarFiles());
  const text = '"${'.repeat(5_000);
  const read = (): string => "parsed";
  expect(await parser.parse({ text, grammar: "kotlin", ranges: [], deadlineMs: 60_000 }, read)).toBeNull();
  expect(parser.isBroken()).toBe(true);
});
