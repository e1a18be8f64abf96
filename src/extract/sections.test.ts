import { expect, test } from "vitest";
import { createSections } from "./sections.ts";

const long = "word ".repeat(100);

test("sections are cut at headings and carry the path of headings", () => {
  const sections = createSections();
  sections.block(long);
  sections.heading(1, "Guide");
  sections.block(long);
  sections.heading(2, "Install\nit");
  sections.block(long);
  sections.heading(1, "End");
  sections.block(long);
  const parts = sections.finish();
  expect(parts.map(({ doc, start, scope }) => ({ doc, start, scope }))).toEqual([
    { doc: null, start: 1, scope: [] },
    { doc: "Guide", start: 2, scope: [] },
    { doc: "Guide > Install it", start: 3, scope: ["Guide"] },
    { doc: "End", start: 4, scope: [] },
  ]);
  expect(parts[2]?.text).toBe(`Install it\n\n${long.trimEnd()}\n`);
});

test("small sections join the one before, and are found by their headings", () => {
  const sections = createSections();
  sections.heading(1, "A");
  sections.block("few words");
  sections.heading(2, "B");
  sections.block("a few more");
  expect(sections.finish()).toMatchObject([{ symbol: "A", doc: "A | B", start: 1, end: 2 }]);
});

test("rows follow one another without blank lines, paragraphs do not", () => {
  const sections = createSections();
  sections.block("text");
  sections.block("a | b", "row");
  sections.block("c | d", "row");
  sections.block("text");
  expect(sections.finish()[0]?.text).toBe("text\n\na | b\nc | d\n\ntext\n");
});

test("text ends at the limit, and says so", () => {
  const sections = createSections(1_000);
  for (let at = 0; at < 100; at++) sections.block("0123456789".repeat(5));
  expect(sections.isFull()).toBe(true);
  expect(sections.finish()[0]?.text.length).toBeLessThan(1_010);
});
