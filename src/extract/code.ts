import type { FileType, TextExtractor } from "./extracted.ts";
import { isGeneratedCode } from "./generated-code.ts";
import { languages } from "./languages.ts";

const codeVersion = "code-3";
// Bundles without ".min." in their names: no person writes lines of that length throughout.
const bundleBytes = 5_000;
const bundleLineLength = 500;
// Of the lines of code; less, and it is a person's text with long values in it.
const bundleLineShare = 0.1;
const dataUrl = /\bdata:[a-z]+\/[^"'`)\s]*/gi;
const bundled = new Set(["javascript", "typescript", "css", "html"]);

/** Source text as it stands. */
const extractCode: TextExtractor = (text) => ({ kind: "text", text, metadata: {} });

/** Why code looks as if no person wrote it; null: it does not. */
export function reasonAgainstCode(text: string, { category, language }: FileType): "generated" | "minified" | null {
  if (category !== "code") return null;
  if (isGeneratedCode(text)) return "generated";
  return bundled.has(language ?? "") && isBundle(text) ? "minified" : null;
}

const extractsByCut = {
  syntax: "The source text by functions, methods and classes, with names, signatures and doc comments.",
  sections: "The source text by its sections: headings and ids, or stages.",
  patterns: "The source text by declarations that patterns find, with their names.",
  windows: "The source text in windows of 30 to 60 lines.",
} as const;

export const codeTypes: readonly FileType[] = languages.map((language) => ({
  id: language.id,
  category: "code",
  language: language.id,
  extensions: language.extensions,
  fileNames: language.fileNames ?? [],
  extracts: extractsByCut[language.cut ?? "syntax"],
  extractor: { reads: "text", extract: extractCode },
  expectedBytes: bundled.has(language.id) ? expectedOfScript : expectedOfCode,
  version: codeVersion,
}));

const typesByInterpreter = new Map(
  languages.flatMap((language, index) =>
    (language.interpreters ?? []).map((name) => [name, codeTypes[index]] as const),
  ),
);

/** The type of a script without an ending, by its first line (`#!/usr/bin/env python3`). */
export function typeOfScript(text: string): FileType | null {
  const program = /^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*\/)?([a-zA-Z-]+[0-9]?)/.exec(text.slice(0, 200))?.[1];
  return (program === undefined ? undefined : typesByInterpreter.get(program.toLowerCase())) ?? null;
}

function expectedOfCode(head: string, sizeBytes: number): number {
  return isGeneratedCode(head) ? 0 : sizeBytes;
}

function expectedOfScript(head: string, sizeBytes: number): number {
  return isBundle(head) ? 0 : expectedOfCode(head, sizeBytes);
}

function isBundle(text: string): boolean {
  if (text.length < bundleBytes || !hasLongLine(text)) return false;
  const { lines, longLines, chars } = measureCode(text.replace(dataUrl, ""));
  return lines > 0 && chars / lines > bundleLineLength && longLines / lines >= bundleLineShare;
}

function hasLongLine(text: string): boolean {
  for (let start = 0, end = 0; end !== -1; start = end + 1) {
    end = text.indexOf("\n", start);
    if ((end === -1 ? text.length : end) - start > bundleLineLength) return true;
  }
  return false;
}

/** Of the lines that hold code: a licence before a bundle does not make it a person's work. */
function measureCode(text: string): { lines: number; longLines: number; chars: number } {
  const sum = { lines: 0, longLines: 0, chars: 0 };
  let isInComment = false;
  for (const line of text.split("\n")) {
    const isLong = line.length > bundleLineLength;
    const opens = !isInComment && /^\s*\/\*/.test(line);
    const isComment = opens || isInComment || /^\s*(?:\/\/|$)/.test(line);
    if (opens || isInComment) isInComment = !line.includes("*/");
    // A bundle may begin in the line in which its licence ends.
    if (isComment && !isLong) continue;
    sum.lines++;
    sum.chars += line.length;
    if (isLong) sum.longLines++;
  }
  return sum;
}
