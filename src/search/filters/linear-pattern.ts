import { RE2JS } from "re2js";
import { invalidWhere } from "./where-errors.ts";

const maxPatternLength = 1_000;
/** Steps that one character of a text may cost at worst: a program of this size, without the table that makes it quick. */
const maxProgramSize = 1_000;

/**
 * A regular expression that is searched for anywhere in a text, in time that grows with the text alone (RE2: no backtracking, so no
 * look-around and no back-references). Chroma's own are those of Rust's regex crate, nearly the same language. Errors: INPUT_INVALID.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern.length > maxPatternLength)
    throw invalidWhere(`the pattern has ${pattern.length} characters; the most is ${maxPatternLength}.`);
  const compiled = compileOrRefuse(pattern);
  if (compiled.programSize() > maxProgramSize)
    throw invalidWhere(`the pattern "${pattern.slice(0, 80)}" is too complex; shorten its repetitions.`);
  return (text) => compiled.test(text);
}

function compileOrRefuse(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    // The engine's own messages repeat the pattern, which may be long.
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "").slice(0, 160) : "";
    throw invalidWhere(`the pattern is not understood: ${reason}. Look-around and back-references are not supported.`);
  }
}
