import { expect, test } from "vitest";
import { createLeakFilter, createRepeatFilter } from "./leak-filter.ts";
import type { Pair } from "./pair.ts";
import { chooseWords, createWordStatistics } from "./vocabulary.ts";

const pair = (query: string, code: string): Pair => ({
  kind: "function",
  query,
  code,
  name: "",
  rest: "",
  path: "a.js",
  language: "javascript",
});
const body = "function serialise(params) { return Object.entries(params).map(([k, v]) => k + v).join('&'); }";

test("the code of an evaluation package is recognised under another comment and another layout", () => {
  const filter = createLeakFilter();
  filter.learn(pair("Serialise the parameters of a query", body));
  expect(filter.isLeak(pair("", body.replaceAll(" ", "\n  ")))).toBe(true);
  expect(
    filter.isLeak(
      pair("Join the words of a list by a comma", "function join(list) { return list.slice().join(',').trim(); }"),
    ),
  ).toBe(false);
});

test("a long question of an evaluation package is recognised above other code, a common short one is not", () => {
  const filter = createLeakFilter();
  filter.learn(pair("Serialise the parameters of a query in the order of their names.", body));
  filter.learn(pair("Returns a string.", body));
  const other = "function other(a, b, c) { return a.concat(b).concat(c).filter(Boolean).length; }";
  expect(filter.isLeak(pair("Serialise the parameters of a query, in the order of their names", other))).toBe(true);
  expect(filter.isLeak(pair("Returns a string.", other))).toBe(false);
});

test("a pair that two packages hold counts once", () => {
  const filter = createRepeatFilter();
  expect(filter.isRepeat(pair("Serialise the parameters", body))).toBe(false);
  expect(filter.isRepeat(pair("Serialise the parameters.", `${body}\n`))).toBe(true);
  expect(filter.isRepeat(pair("Serialise all parameters", body))).toBe(false);
});

test("words of one big package do not displace words that many packages share", () => {
  const statistics = createWordStatistics();
  for (let at = 0; at < 200; at++) statistics.add("big", new Set(["narrow"]));
  for (let at = 0; at < 30; at++) statistics.add(`package-${at}`, new Set(["shared", "12345", "x".repeat(30)]));
  expect(chooseWords(statistics, 1).map(({ word }) => word)).toEqual(["shared"]);
  expect(chooseWords(statistics, 9).map(({ word }) => word)).toEqual(["shared", "narrow"]);
});
