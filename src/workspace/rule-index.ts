import { foldAscii } from "./glob.ts";

/** A path below the directory of a rule file: strings of bytes, one character a byte. */
export interface RuledPath {
  /** Relative to the rule file's directory. */
  readonly path: string;
  /** Its last part. */
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What a pattern has without its wildcards: all of a name or path, or its beginning or end, which may be empty. */
export interface RuleKey {
  readonly kind: "name" | "name-start" | "name-end" | "path" | "path-start";
  /** Folded where the rules are. */
  readonly text: string;
}

interface IndexedRule {
  readonly order: number;
  readonly directoriesOnly: boolean;
  readonly key: RuleKey;
  readonly matches: (entry: RuledPath) => boolean;
}

type RulesByText<T> = Map<string, T[]>;

/**
 * Finds the last rule that matches; null when none does. Rules are looked up by their keys instead of tried one by one, so that a file
 * of a million names costs no more per entry than one of ten.
 */
export function createRuleIndex<T extends IndexedRule>(
  rules: readonly T[],
  foldCase: boolean,
): (entry: RuledPath) => T | null {
  const names: RulesByText<T> = new Map();
  const paths: RulesByText<T> = new Map();
  // By the length of the key: of an entry's name as many beginnings are looked up as there are lengths.
  const starts = new Map<number, RulesByText<T>>();
  const ends = new Map<number, RulesByText<T>>();
  const pathStarts = new Map<number, RulesByText<T>>();
  const places = { "name-start": starts, "name-end": ends, "path-start": pathStarts };
  for (const rule of rules.toReversed()) {
    const { kind, text } = rule.key;
    if (kind === "name") addTo(names, text, rule);
    else if (kind === "path") addTo(paths, text, rule);
    else addTo(ofLength(places[kind], text.length), text, rule);
  }
  return (entry) => {
    const name = foldCase ? foldAscii(entry.name) : entry.name;
    const path = foldCase ? foldAscii(entry.path) : entry.path;
    let best = later(null, names.get(name), entry);
    best = later(best, paths.get(path), entry);
    for (const [length, some] of starts) best = later(best, some.get(name.slice(0, length)), entry);
    for (const [length, some] of ends)
      if (length <= name.length) best = later(best, some.get(name.slice(name.length - length)), entry);
    for (const [length, some] of pathStarts) best = later(best, some.get(path.slice(0, length)), entry);
    return best;
  };
}

/** `rules` stand in their order backwards: the first that matches is the one that counts. */
function later<T extends IndexedRule>(best: T | null, rules: readonly T[] | undefined, entry: RuledPath): T | null {
  if (rules === undefined) return best;
  for (const rule of rules) {
    if (best !== null && best.order > rule.order) return best;
    if ((entry.isDirectory || !rule.directoriesOnly) && rule.matches(entry)) return rule;
  }
  return best;
}

function ofLength<T>(places: Map<number, RulesByText<T>>, length: number): RulesByText<T> {
  const found = places.get(length) ?? new Map<string, T[]>();
  places.set(length, found);
  return found;
}

function addTo<T>(index: RulesByText<T>, text: string, rule: T): void {
  const rules = index.get(text);
  if (rules === undefined) index.set(text, [rule]);
  else rules.push(rule);
}
