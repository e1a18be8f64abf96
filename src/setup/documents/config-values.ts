import type { ConfigTable, ConfigValue } from "../client-adapter.ts";

export function isTable(value: ConfigValue | undefined): value is ConfigTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isList = (value: ConfigValue | undefined): value is readonly ConfigValue[] => Array.isArray(value);

/** What stands at the keys; undefined: nothing. An inherited name such as `constructor` is nothing. */
export function valueAt(table: ConfigTable, keys: readonly string[]): ConfigValue | undefined {
  let value: ConfigValue | undefined = table;
  for (const key of keys) value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** Whether an agent would read the same: the order of a table's keys says nothing, that of a list does. */
export function isSameValue(a: ConfigValue | undefined, b: ConfigValue | undefined): boolean {
  if (isTable(a) && isTable(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameValue(a[key], b[key]))
    );
  }
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => isSameValue(item, b[index]));
  return Object.is(a, b) || (a === 0 && b === 0);
}

/** Whether lists and tables stand in each other at most that many levels deep. */
export function isWithin(whole: ConfigValue, levels: number): boolean {
  let level: readonly ConfigValue[] = [whole];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return false;
    level = level.flatMap((value) => (isList(value) ? value : isTable(value) ? Object.values(value) : []));
  }
  return true;
}

/** The table with another value at the keys, whose tables are made where they are missing; undefined takes the key away. */
export function replaceAt(table: ConfigTable, keys: readonly string[], value: ConfigValue | undefined): ConfigTable {
  const [key, ...rest] = keys;
  if (key === undefined) return isTable(value) ? value : {};
  const inner = Object.hasOwn(table, key) ? table[key] : undefined;
  const replaced = rest.length === 0 ? value : replaceAt(isTable(inner) ? inner : {}, rest, value);
  const others = Object.entries(table).filter(([name]) => name !== key);
  // From entries: an assignment to a key `__proto__` would set no key.
  return Object.fromEntries(replaced === undefined ? others : [...others, [key, replaced]]);
}

/** YAML's `name:` with nothing behind it is a table that is yet to be filled. */
export function isTableOrNull(value: ConfigValue | undefined): value is ConfigTable | null {
  return value === null || isTable(value);
}

/** How many of the tables that lead to the last key stand there, outermost first: what `without` shall leave although it is empty. */
export function standingTables(table: ConfigTable, keys: readonly string[]): number {
  let depth = 0;
  while (depth < keys.length - 1 && isTableOrNull(valueAt(table, keys.slice(0, depth + 1)))) depth += 1;
  return depth;
}
