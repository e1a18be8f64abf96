import { compileGlob, foldAscii, type Glob } from "./glob.ts";
import { createRuleIndex, type RuledPath, type RuleKey } from "./rule-index.ts";

/** One line of a rule file. */
export interface Rule {
  /** Position in its file: of several rules that match, the last one counts. */
  readonly order: number;
  /** Taken in again (`!pattern`). */
  readonly isNegated: boolean;
  readonly directoriesOnly: boolean;
  /** Bytes of the pattern before its first wildcard, without the slash that anchors it; of one that names a path only. */
  readonly literalPath: string | null;
}

/** The rules of one file. */
export interface RuleList {
  /** The last rule that matches; null when none does. */
  match(entry: RuledPath): Rule | null;
  /** Whether a `!` rule names something below the directory of this path by its literal beginning. */
  reachesBelow(directory: string): boolean;
}

interface CompiledRule extends Rule {
  readonly matches: (entry: RuledPath) => boolean;
  /** Of `name` and `name-end`, which are looked up, nothing is left for `matches` to say. */
  readonly key: RuleKey;
}

/** Reads rules in the syntax of .gitignore; `text` holds one character a byte. */
export function parseRules(text: string, foldCase: boolean): RuleList {
  const rules: CompiledRule[] = [];
  for (const line of linesOf(text)) rules.push(parseRule(line, { order: rules.length, foldCase }));
  const taken = takenPaths(rules);
  return { match: createRuleIndex(rules, foldCase), reachesBelow: (directory) => hasStart(taken, `${directory}/`) };
}

/** The lines that hold a rule, as git cuts them: byte order mark, comments, one CR, trailing spaces and NULs. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/^\u00EF\u00BB\u00BF/, "").split("\n");
  return lines
    .filter((line) => !line.startsWith("#"))
    .map((line) => withoutTrailingSpaces(line.replace(/\r$/, "").replace(/\0.*$/s, "")))
    .filter((line) => line !== "");
}

function withoutTrailingSpaces(line: string): string {
  if (!line.endsWith(" ")) return line;
  let firstSpace = -1;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === " ") firstSpace = firstSpace === -1 ? at : firstSpace;
    else {
      if (line[at] === "\\" && ++at >= line.length) return line;
      firstSpace = -1;
    }
  }
  return firstSpace === -1 ? line : line.slice(0, firstSpace);
}

function parseRule(line: string, { order, foldCase }: { order: number; foldCase: boolean }): CompiledRule {
  const isNegated = line.startsWith("!");
  const pattern = isNegated ? line.slice(1) : line;
  const matcher = compilePattern(pattern, foldCase);
  return { order, isNegated, ...matcher };
}

/** What a pattern matches: names anywhere when it has no slash but a last one, else paths from its file's directory on. */
export function compilePattern(
  given: string,
  foldCase: boolean,
): Pick<CompiledRule, "directoriesOnly" | "literalPath" | "matches" | "key"> {
  const directoriesOnly = given.endsWith("/");
  const pattern = directoriesOnly ? given.slice(0, -1) : given;
  const wildcard = pattern.search(/[*?[\\]/);
  const fold = (text: string): string => (foldCase ? foldAscii(text) : text);
  if (!pattern.includes("/")) {
    const base = { directoriesOnly, literalPath: null };
    if (wildcard === -1) return { ...base, matches: always, key: { kind: "name", text: fold(pattern) } };
    if (pattern.startsWith("*") && !/[*?[\\]/.test(pattern.slice(1)))
      return { ...base, matches: always, key: { kind: "name-end", text: fold(pattern.slice(1)) } };
    const glob = compileLate(pattern, foldCase);
    const key = { kind: "name-start", text: fold(pattern.slice(0, wildcard)) } as const;
    return { ...base, matches: ({ name }) => glob(name), key };
  }
  const path = pattern.replace(/^\//, "");
  const literalPath = wildcard === -1 ? path : path.slice(0, wildcard - (pattern.length - path.length));
  const literal = fold(literalPath);
  const base = { directoriesOnly, literalPath };
  if (literalPath === path)
    return { ...base, matches: (entry) => fold(entry.path) === literal, key: { kind: "path", text: literal } };
  // As git does it, the rest is a pattern of its own: in "a**/b" the asterisks thereby stand at a beginning.
  const glob = compileLate(path.slice(literalPath.length), foldCase);
  const matches = (entry: RuledPath): boolean =>
    fold(entry.path.slice(0, literal.length)) === literal && glob(entry.path.slice(literal.length));
  return { ...base, matches, key: { kind: "path-start", text: literal } };
}

function always(): boolean {
  return true;
}

/** Most patterns are never tried, and a compiled one takes a hundred times the memory. */
function compileLate(pattern: string, foldCase: boolean): Glob {
  let glob: Glob | null = null;
  return (text) => (glob ??= compileGlob(pattern, foldCase))(text);
}

/** The paths that `!` rules name by their literal beginnings, in order. */
function takenPaths(rules: readonly CompiledRule[]): readonly string[] {
  return rules
    .flatMap(({ isNegated, literalPath }) => (isNegated && literalPath !== null ? [literalPath] : []))
    .toSorted();
}

/** Whether one of the sorted texts begins so. */
function hasStart(sorted: readonly string[], start: string): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < start) low = middle + 1;
    else high = middle;
  }
  return sorted[low]?.startsWith(start) ?? false;
}
