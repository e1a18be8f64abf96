import type { FoundFiles } from "./found-files.ts";

export interface SizeClass {
  readonly sizeBytes: number;
  /** Two files of the list or more, in its order. */
  readonly files: readonly number[];
}

/** The sizes that stand more than once, without 0: those where most could be wasted first, so that a bounded run finds what matters. */
export function sizeClasses(files: FoundFiles): SizeClass[] {
  const repeated = repeatedNumbers(files.sizes);
  repeated.delete(0);
  const classes = new Map<number, number[]>();
  for (const [index, size] of files.sizes.entries()) {
    if (!repeated.has(size)) continue;
    const members = classes.get(size);
    if (members === undefined) classes.set(size, [index]);
    else members.push(index);
  }
  return [...classes]
    .map(([sizeBytes, members]) => ({ sizeBytes, files: members }))
    .toSorted((a, b) => (b.files.length - 1) * b.sizeBytes - (a.files.length - 1) * a.sizeBytes);
}

/** The numbers that stand more than once: by sorting, which takes eight bytes a number and no map of all. */
export function repeatedNumbers(numbers: Float64Array): Set<number> {
  const sorted = numbers.toSorted();
  const repeated = new Set<number>();
  for (let at = 1; at < sorted.length; at++) {
    const number = sorted[at];
    if (number !== undefined && number === sorted[at - 1]) repeated.add(number);
  }
  return repeated;
}
