import type { SimilarKind } from "../../core/similar.ts";
import { copyShare, likeness, shinglesOf, type Shingles } from "../shingles.ts";

/** A passage ready to be judged. */
export interface JudgedText {
  readonly shingles: Shingles;
}

export interface Judgement {
  readonly kind: SimilarKind;
  /** 0 to 1. */
  readonly similarity: number;
}

// A getter, a licence or a list of imports is like hundreds of others, and nobody wants to know.
const minTokens = 20;
const minDistinctWords = 7;

// One statement each, and bounded, because a text may begin thousands that never end.
const imports = [
  /^[ \t]*(?:import|export)\s[^;"'`]{0,3000}?\sfrom\s*["'][^"'\n]{0,300}["'];?/gm,
  /^[ \t]*import\s*\(?["'][^"'\n]{0,300}["']\)?;?/gm,
  /^[ \t]*from\s+[\w.]{1,200}\s+import\s+(?:\([^)]{0,3000}\)|[^\n]{0,1000})/gm,
  /^[ \t]*(?:import|use|using|require|require_once|include|package|namespace|#[ \t]*include)\b[^\n{}=]{0,300}$/gm,
  /^[ \t]*(?:const|let|var)\s[^=;]{0,1000}=\s*require\(["'][^"'\n]{0,300}["']\);?/gm,
];
const licencePath = /(?:^|\/)(?:licen[cs]es?|copying|notice|authors|patents)(?:[.-][^/]*)?$/i;

export function judgedText(text: string, language: string | null): JudgedText {
  return { shingles: shinglesOf(withoutImports(text), language) };
}

/** Whether a passage says enough for its likeness to mean something. */
export function isTelling({ shingles }: JudgedText, path: string | null): boolean {
  if (path !== null && licencePath.test(path)) return false;
  return shingles.tokens >= minTokens && shingles.distinctWords >= minDistinctWords;
}

/**
 * What two passages are to each other, by their runs of tokens first and by the cosine of their vectors (null: not known) where those
 * say nothing; null: nothing. `minCosine` and `minCopy` are the least a look-alike and a near copy must have.
 */
export function judge(
  mine: JudgedText,
  theirs: JudgedText,
  {
    cosine,
    minCosine,
    minCopy,
  }: { readonly cosine: number | null; readonly minCosine: number; readonly minCopy: number },
): Judgement | null {
  const [own, other] = [mine.shingles, theirs.shingles];
  if (own.tokens === other.tokens && own.identity === other.identity) return { kind: "identical", similarity: 1 };
  const share = copyShare(likeness(own, other));
  if (share !== null && share >= minCopy) return { kind: "near-copy", similarity: Math.min(0.99, share) };
  if (cosine === null || cosine < minCosine || !isTelling(theirs, null)) return null;
  return { kind: "look-alike", similarity: Math.min(0.99, cosine) };
}

function withoutImports(text: string): string {
  return imports.reduce((rest, pattern) => rest.replace(pattern, ""), text);
}
