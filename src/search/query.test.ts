import { describe, expect, test } from "vitest";
import { parseQuery } from "./query.ts";
import { createTokenizer } from "./tokenizer.ts";

const parse = (query: string) => parseQuery(query, createTokenizer());

describe("parseQuery", () => {
  test("stop-words are dropped and terms stand once", () => {
    expect(parse("where is the parser, the parsers").terms).toEqual(["parser"]);
  });

  test("a query of stop-words only keeps them all", () => {
    expect(parse("what is this").terms).toEqual(["what", "is", "thi"]);
  });

  test("an identifier gives its parts and its whole", () => {
    const { terms, identifiers } = parse("why does getUserName fail");
    expect(terms).toEqual(["get", "user", "name", "getusernam", "fail"]);
    expect([...identifiers]).toEqual(["getusername"]);
  });

  test("a plain word is a name of code only when it stands alone", () => {
    expect([...parse("error handling").identifiers]).toEqual([]);
    expect([...parse("Search").identifiers]).toEqual(["search"]);
  });

  test.each(["", "   ", "?!...", '""'])("the query %j has no words", (query) => {
    expect(() => parse(query)).toThrowError(expect.objectContaining({ code: "QUERY_EMPTY" }));
  });

  test("quoted phrases are kept with their punctuation, an open quote is ignored", () => {
    expect(parse('use "Foo(bar,   Baz)" now "open').phrases).toEqual([
      { text: "foo(bar, baz)", parts: ["foo", "bar", "baz"] },
    ]);
  });

  test.each([
    ["test of the parser", true],
    ["examples for hooks", true],
    ["contest rules", false],
  ])("%s asks for tests: %s", (query, expected) => {
    expect(parse(query).askedFor.size > 0).toBe(expected);
  });

  test.each([
    ["openFile", true],
    ["RateLimiter.take()", true],
    ["std::sort", true],
    ["read_file writeFile", true],
    ["error", true],
    ["open the file", false],
    ["how does openFile work", false],
    ["error handling", false],
  ])("%s is nothing but names: %s", (query, expected) => {
    expect(parse(query).names.length > 0).toBe(expected);
  });

  test("a word in backticks is a name, of a qualified one the last part", () => {
    expect([...parse("why does `Limiter.take()` block here").identifiers]).toEqual(["take"]);
  });

  test("of a pasted file the first thousand words are kept, and all are counted", () => {
    const words = Array.from({ length: 3_000 }, (_, index) => `w${index}x`);
    const { terms, termCount } = parse(words.join(" "));
    expect(terms.length).toBe(1_000);
    expect(termCount).toBeGreaterThan(3_000);
  });

  test.each([
    ["Session.send", [{ name: "send", scope: "session" }]],
    ["RequestsCookieJar.__contains__", [{ name: "contains", scope: "requestscookiejar" }]],
    ["std::sort()", [{ name: "sort", scope: "std" }]],
    ["class Session", [{ name: "session", scope: null }]],
    ["def send", [{ name: "send", scope: null }]],
  ])("%s asks for %j", (query, expected) => {
    expect(parse(query).names).toEqual(expected);
  });

  test.each([
    ["lib/command.js", "lib/command.js"],
    ["./src/a.ts", "src/a.ts"],
    ["README.md", "README.md"],
    ["read file", null],
    ["openFile", null],
  ])("%s as a path: %s", (query, expected) => {
    expect(parse(query).path).toBe(expected);
  });

  test("what is asked for by its kind is told apart", () => {
    expect([...parse("documentation of the redact option").askedFor]).toEqual(["docs"]);
    expect([...parse("tests and examples of retry").askedFor]).toEqual(["test", "example"]);
  });
});
