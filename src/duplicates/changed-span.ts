/** The part of two texts that holds all differences: whole lines, and some around them. */
export interface ChangedSpan {
  readonly first: string;
  readonly second: string;
  /** The line that both begin with, from 1. */
  readonly firstLine: number;
  /** The line that holds the first difference, from 1. */
  readonly changedLine: number;
}

/** `margin`: so many characters before and behind the differences at least, as far as there are some. Of equal texts the end of both. */
export function changedSpan(first: string, second: string, margin: number): ChangedSpan {
  const shortest = Math.min(first.length, second.length);
  let before = 0;
  while (before < shortest && first.charCodeAt(before) === second.charCodeAt(before)) before++;
  let behind = 0;
  while (
    behind < shortest - before &&
    first.charCodeAt(first.length - behind - 1) === second.charCodeAt(second.length - behind - 1)
  )
    behind++;
  const start = before - margin <= 0 ? 0 : first.lastIndexOf("\n", before - margin - 1) + 1;
  const lineEnd = first.indexOf("\n", Math.min(first.length, first.length - behind + margin));
  const kept = lineEnd === -1 ? 0 : first.length - lineEnd - 1;
  const firstLine = 1 + lineBreaks(first, 0, start);
  return {
    first: first.slice(start, first.length - kept),
    second: second.slice(start, second.length - kept),
    firstLine,
    changedLine: firstLine + lineBreaks(first, start, before),
  };
}

/** Line breaks from one place to another, without that. */
export function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
