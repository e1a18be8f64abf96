import { expect, test } from "vitest";
import { sameJson } from "./json-value.ts";

const cases: readonly (readonly [what: string, first: string, second: string, said: ReturnType<typeof sameJson>])[] = [
  ["keys that are numbers, in another order", '{"2": 1, "1": 2}', '{"1": 2, "2": 1}', "key order"],
  ["a key that stands twice", '{"a": 1, "a": 2}', '{ "a": 2 }', null],
  ["equal keys in another order", '{"a": 1, "a": 2}', '{"a": 2, "a": 1}', null],
  ["a number that a double cannot hold", "[1e-400]", "[0]", null],
  ["more digits than a double has", "[12345678901234567890]", "[12345678901234567891]", null],
  ["zeros at a number's end", "[0.10000000000000000, 100, -0.0]", "[0.1, 1e2, 0]", "layout"],
  ["the sign of an exponent", "[1.5E+3]", "[1500]", "layout"],
  ["a letter that is written as its number", '["\\u00e9 \\" ]"]', '[ "\u00e9 \\" ]" ]', "layout"],
  ["keys of two levels", '{"a": {"x": [], "y": {}}, "b": null}', '{"b":null,"a":{"y":{},"x":[]}}', "key order"],
];

test.each(cases)("JSON with %s", (_, first, second, said) => {
  expect(sameJson(first, second)).toBe(said);
});
