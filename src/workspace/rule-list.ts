import { compileGlob, foldAscii } from "./glob.ts";

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

/** A path below the directory of a rule file: strings of bytes, one character a byte. */
export interface RuledPath {
  /** Relative to the rule file's directory. */
  readonly path: string;
  /** Its last part. */
  readonly name: string;
  readonly isDirectory: boolean;
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
  /** For the index: a whole name, or an ending of names. */
  readonly key: { readonly kind: "name" | "ending"; readonly text: string } | null;
}

/** Reads rules in the syntax of .gitignore; `text` holds one character a byte. */
export function parseRules(text: string, foldCase: boolean): RuleList {
  const rules: CompiledRule[] = [];
  for (const line of linesOf(text)) rules.push(parseRule(line, { order: rules.length, foldCase }));
  return indexRules(rules, foldCase);
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
      return { ...base, matches: always, key: { kind: "ending", text: fold(pattern.slice(1)) } };
    const glob = compileGlob(pattern, foldCase);
    return { ...base, matches: ({ name }) => glob(name), key: null };
  }
  const path = pattern.replace(/^\//, "");
  const literalPath = wildcard === -1 ? path : path.slice(0, wildcard - (pattern.length - path.length));
  const literal = fold(literalPath);
  if (literalPath === path)
    return { directoriesOnly, literalPath, matches: (entry) => fold(entry.path) === literal, key: null };
  // As git does it, the rest is a pattern of its own: in "a**/b" the asterisks thereby stand at a beginning.
  const glob = compileGlob(path.slice(literalPath.length), foldCase);
  const matches = (entry: RuledPath): boolean =>
    fold(entry.path.slice(0, literal.length)) === literal && glob(entry.path.slice(literal.length));
  return { directoriesOnly, literalPath, matches, key: null };
}

function always(): boolean {
  return true;
}

/** Most rules are names and endings: those are looked up instead of tried one by one. */
function indexRules(rules: readonly CompiledRule[], foldCase: boolean): RuleList {
  const byName = new Map<string, CompiledRule[]>();
  const byEnding = new Map<string, CompiledRule[]>();
  const others: CompiledRule[] = [];
  // Last rule first: the first that matches is the one that counts.
  for (const rule of rules.toReversed()) {
    if (rule.key === null) others.push(rule);
    else if (rule.key.kind === "name") addTo(byName, rule.key.text, rule);
    else addTo(byEnding, rule.key.text.slice(-1), rule);
  }
  const taken = rules.filter((rule) => rule.isNegated && rule.literalPath !== null);
  const match = (entry: RuledPath): Rule | null => {
    const name = foldCase ? foldAscii(entry.name) : entry.name;
    const named = lastOf(byName.get(name), entry, null);
    const ending = (rule: CompiledRule): boolean => name.endsWith(rule.key?.text ?? "");
    const ended = byEnding.size === 0 ? null : lastOf(byEnding.get(name.slice(-1)), entry, ending);
    const bare = byEnding.size === 0 ? null : lastOf(byEnding.get(""), entry, null);
    return later(later(named, ended), later(bare, lastOf(others, entry, null)));
  };
  return {
    match,
    reachesBelow: (directory) => taken.some((rule) => rule.literalPath?.startsWith(`${directory}/`)),
  };
}

function lastOf(
  rules: readonly CompiledRule[] | undefined,
  entry: RuledPath,
  test: ((rule: CompiledRule) => boolean) | null,
): Rule | null {
  if (rules === undefined) return null;
  for (const rule of rules) {
    if (rule.directoriesOnly && !entry.isDirectory) continue;
    if ((test === null || test(rule)) && rule.matches(entry)) return rule;
  }
  return null;
}

function later(a: Rule | null, b: Rule | null): Rule | null {
  if (a === null || b === null) return a ?? b;
  return a.order > b.order ? a : b;
}

function addTo(index: Map<string, CompiledRule[]>, key: string, rule: CompiledRule): void {
  const rules = index.get(key);
  if (rules === undefined) index.set(key, [rule]);
  else rules.push(rule);
}
