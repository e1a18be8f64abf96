import { expect, test } from "vitest";
import { languages } from "../extract/languages.ts";
import { headingReader } from "./heading-readers.ts";
import { declarationPatterns } from "./outline-patterns.ts";
import { grammarsByLanguage } from "./syntax/grammars.ts";

test("what the list of file types says of each language is how its files are cut", () => {
  const said = languages.map(({ id, cut = "syntax" }) => `${id} ${cut}`);
  const done = languages.map(({ id }) => {
    if (headingReader(id) !== null) return `${id} sections`;
    if (Object.hasOwn(grammarsByLanguage, id)) return `${id} syntax`;
    return `${id} ${declarationPatterns(id) === null ? "windows" : "patterns"}`;
  });
  expect(said).toEqual(done);
});
