import { directory, directoryBytes, once, pointerTo, tiffHeader, valueBytes } from "./single-tiff.ts";
import type { TiffTag } from "./tiff-tags.ts";

/** A field through which a directory is reached, and what else must stand beside it. */
export interface Step {
  readonly pointer: number;
  readonly beside?: readonly TiffTag[];
  /** The directory is the field's own value (a maker note), not a place that the field names. */
  readonly isValue?: boolean;
}

/**
 * A small TIFF that has nothing but one directory, at the end of the steps that lead to it in a file: the library tells by the way
 * what a directory's numbers mean, and one at a time no directory can hide a field of another.
 */
export function tiffOfDirectory(
  tags: readonly TiffTag[],
  { steps, isLittleEndian }: { steps: readonly Step[]; isLittleEndian: boolean },
): Buffer {
  const last = once(tags);
  const lastBytes = directoryBytes(last.length) + valueBytes(last);
  const pieces = [tiffHeader(isLittleEndian)];
  let at = 8;
  for (const { pointer, beside = [], isValue } of steps) {
    const next = at + directoryBytes(beside.length + 1) + valueBytes(beside);
    const way = pointerTo(pointer, next, isLittleEndian);
    pieces.push(directory([...beside, isValue ? { ...way, type: 7, count: lastBytes } : way], { at, isLittleEndian }));
    at = next;
  }
  return Buffer.concat([...pieces, directory(last, { at, isLittleEndian })]);
}
