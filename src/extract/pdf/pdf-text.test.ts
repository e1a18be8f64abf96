import { expect, test } from "vitest";
import { layOut, type PlacedText } from "./pdf-text.ts";

const run = (str: string, y: number, hasEOL = true): PlacedText => ({ str, y, hasEOL, height: 10 });

test("runs of one line stand together", () => {
  expect(layOut([run("a ", 100, false), run("b", 100), run("c", 88)])).toBe("a b\nc");
});

test("a wider gap than usual begins a paragraph, and double spacing does not", () => {
  expect(layOut([run("a", 100), run("b", 88), run("c", 76), run("d", 52)])).toBe("a\nb\nc\n\nd");
  expect(layOut([run("a", 100), run("b", 76), run("c", 52), run("d", 28)])).toBe("a\nb\nc\nd");
});

test("the next column begins a paragraph", () => {
  expect(layOut([run("a", 100), run("b", 88), run("c", 100)])).toBe("a\nb\n\nc");
});

test("control characters and blank runs leave nothing", () => {
  expect(layOut([run("a\0\u0001b", 100), run("  ", 88), run("", 76)])).toBe("a b");
});

test("words are joined over an ordinary, a soft and a typographic hyphen only", () => {
  expect(layOut([run("Wort\u00AD", 100), run("teil und", 88), run("mehr\u2010", 76), run("fach", 64)])).toBe(
    "Wortteil\nund\nmehrfach",
  );
  expect(layOut([run("1-", 100), run("a", 88)])).toBe("1-\na");
});
