/** A question while it is read: what was understood is taken out, so that no later rule reads it again. */
export interface QueryReading {
  /** Lower case without accents, of the length of the question; what was taken, or stands in quotes, is made of `takenMark`. */
  readonly text: string;
  /** The question as it was asked. */
  readonly original: string;
}

/** A part of the question. */
export interface QuerySpan {
  readonly from: number;
  readonly to: number;
}

/** Stands for what is not to be read any more. No pattern of a rule has it. */
const takenMark = "\u00a6";

/** Behind a figure the mark is inches, or seconds of a position. */
const quotedText = /(?<!\d)"[^"]*"|“[^”]*”|`[^`]*`/g;

export function beginReading(query: string): QueryReading {
  const original = query.toWellFormed();
  const plain = Array.from({ length: original.length }, (_, at) => plainUnit(original[at] ?? " ")).join("");
  return { original, text: plain.replaceAll(quotedText, (found) => takenMark.repeat(found.length)) };
}

/** The same, without a part. */
export function without(reading: QueryReading, { from, to }: QuerySpan): QueryReading {
  const { text } = reading;
  return { ...reading, text: text.slice(0, from) + takenMark.repeat(to - from) + text.slice(to) };
}

/** Where a group of a match (made with the flag d) stands; null when it took no part. */
export function spanOf(match: RegExpExecArray, group: string | 0 = 0): QuerySpan | null {
  const range = group === 0 ? match.indices?.[0] : match.indices?.groups?.[group];
  return range === undefined ? null : { from: range[0], to: range[1] };
}

/** One unit of UTF-16 for another, so that places in both texts are the same. */
function plainUnit(unit: string): string {
  if (unit === takenMark) return " ";
  const lower = unit.toLowerCase().normalize("NFD")[0] ?? unit;
  return unit.toLowerCase().length === 1 ? lower : unit;
}
