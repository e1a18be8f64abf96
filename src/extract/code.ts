import type { FileType, TextExtractor } from "./extracted.ts";
import { isGeneratedCode } from "./generated-code.ts";
import { languages } from "./languages.ts";

const codeVersion = "code-2";
// Bundles without ".min." in their names: no person writes lines of that length throughout.
const bundleBytes = 5_000;
const bundleLineLength = 500;
const bundled = new Set(["javascript", "typescript", "css", "html"]);

/** Source text as it stands. */
const extractCode: TextExtractor = (text, type) => {
  if (bundled.has(type.language ?? "") && isBundle(text)) return { kind: "skipped", reason: "minified" };
  return { kind: "text", text, metadata: {} };
};

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
  if (text.length < bundleBytes) return false;
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return text.length / lines > bundleLineLength;
}
