import { writeFileSync } from "node:fs";
import { pairKinds, type Pair } from "./pair.ts";

/** Parts of a pair that are tokenised, each on its own. */
export const fields = ["query", "code", "name", "rest", "path"] as const;
export type Field = (typeof fields)[number];

type NumberedPair = Pair & { readonly package: string };

/** Tokens of many pairs, by field, as numbers; words get theirs when they are first seen. */
export interface TokenColumns {
  /** The distinct words of the pair. */
  add(pair: NumberedPair, tokensOf: (field: Field) => readonly string[]): ReadonlySet<string>;
  size(): number;
  /** Writes PREFIX.FIELD.{ids,counts,starts} and PREFIX.{package,kind,language,file}, with the numbers that `rows` gives the words. */
  write(prefix: string, rows: ReadonlyMap<string, number>): void;
}

const numbered = ["package", "language", "file"] as const;

export function createTokenColumns(): TokenColumns {
  const numbers = new Map<string, number>();
  const columns = new Map(fields.map((field) => [field, { ids: new Ints(), counts: new Ints(), starts: new Ints() }]));
  const names = new Map(numbered.map((name) => [name, { values: new Ints(), numbers: new Map<string, number>() }]));
  const kinds = new Ints();
  return {
    size: () => kinds.length,
    add(pair, tokensOf) {
      const distinct = new Set<string>();
      for (const [field, { ids, counts, starts }] of columns) {
        starts.push(ids.length);
        for (const [word, count] of countsOf(tokensOf(field))) {
          distinct.add(word);
          ids.push(numberOf(numbers, word));
          counts.push(Math.min(count, 255));
        }
      }
      kinds.push(pairKinds.indexOf(pair.kind));
      const named = { package: pair.package, language: pair.language, file: `${pair.package}\0${pair.path}` };
      for (const [name, column] of names) column.values.push(numberOf(column.numbers, named[name]));
      return distinct;
    },
    write(prefix, rows) {
      const rowOf = new Int32Array(numbers.size).fill(-1);
      for (const [word, number] of numbers) rowOf[number] = rows.get(word) ?? -1;
      for (const [field, column] of columns) {
        const { ids, counts, starts } = onlyKnown(column, rowOf);
        writeFileSync(`${prefix}.${field}.ids`, ids);
        writeFileSync(`${prefix}.${field}.counts`, counts);
        writeFileSync(`${prefix}.${field}.starts`, starts);
      }
      writeFileSync(`${prefix}.kind`, kinds.view());
      for (const [name, column] of names) {
        writeFileSync(`${prefix}.${name}`, column.values.view());
        if (name !== "file") writeFileSync(`${prefix}.${name}.json`, JSON.stringify([...column.numbers.keys()]));
      }
    },
  };
}

/** A list of whole numbers without a box around each. */
class Ints {
  #values = new Int32Array(1 << 16);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  view(): Int32Array {
    return this.#values.subarray(0, this.length);
  }
}

function onlyKnown(
  column: { ids: Ints; counts: Ints; starts: Ints },
  rowOf: Int32Array,
): { ids: Int32Array; counts: Uint8Array; starts: Int32Array } {
  const ids = new Ints();
  const counts = new Ints();
  const starts = new Ints();
  const begins = column.starts.view();
  const allIds = column.ids.view();
  const allCounts = column.counts.view();
  for (const [row, begin] of begins.entries()) {
    starts.push(ids.length);
    for (let at = begin; at < (begins[row + 1] ?? allIds.length); at++) {
      const id = rowOf[allIds[at] ?? 0] ?? -1;
      if (id === -1) continue;
      ids.push(id);
      counts.push(allCounts[at] ?? 1);
    }
  }
  starts.push(ids.length);
  return { ids: ids.view(), counts: Uint8Array.from(counts.view()), starts: starts.view() };
}

function countsOf(tokens: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
