/** What stands before or behind a number and makes it a bound. */
export const moreBefore =
  "(?:over|above|beyond|more than|higher than|greater than|larger than|bigger than|longer than|at least|no less than|from|minimum|min|>=?)";
export const lessBefore =
  "(?:under|below|less than|lower than|smaller than|shorter than|at most|no more than|up to|maximum|max|<=?)";
export const moreBehind =
  "(?:\\+|or more|or higher|or greater|or over|or above|or longer|or better|and up|and more|and above|and higher|and longer|upwards?|plus)";
export const lessBehind =
  "(?:or less|or lower|or under|or below|or shorter|or fewer|and less|and below|and lower|and down)";

/** Between two numbers. */
export const toWord = "(?:to|-|–|and|through|until)";

/** Numbers as cameras round them are not exact: "f/2.8" is 2.828. */
function around(value: number, share: number): { least: number; most: number } {
  return { least: value * (1 - share), most: value * (1 + share) };
}

export interface BoundWords {
  readonly value: number;
  /** Upper end of a range. */
  readonly last?: number | undefined;
  readonly before?: string | undefined;
  readonly behind?: string | undefined;
  /** Of a single number, 0.02 for 2 %. */
  readonly share: number;
}

const more = new RegExp(`^(?:${moreBefore}|${moreBehind})$`);
const less = new RegExp(`^(?:${lessBefore}|${lessBehind})$`);
/** These leave the number itself out, unless an "or more" behind brings it back. */
const beyondIt = /^(?:over|above|beyond|under|below|[<>]|(?!no ).* than)$/;
const leastStep = 1e-6;

/** Least and most, both included; "over 100" begins right above what counts as 100. */
export function boundsOf({ value, last, before = "", behind = "", share }: BoundWords): {
  least: number | null;
  most: number | null;
} {
  if (last !== undefined && !Number.isNaN(last)) {
    const [low, high] = [Math.min(value, last), Math.max(value, last)];
    return { least: around(low, share).least, most: around(high, share).most };
  }
  const { least, most } = around(value, share);
  const isBeyond = behind === "" && beyondIt.test(before);
  if (more.test(before) || more.test(behind)) return { least: isBeyond ? most + leastStep : least, most: null };
  if (less.test(before) || less.test(behind)) return { least: null, most: isBeyond ? least - leastStep : most };
  return { least, most };
}

/** "100 to 800", "over 1600", "1600 or more", "under 50", "50 or less", "100". */
export function boundsText(
  { value, last, before = "", behind = "" }: BoundWords,
  shown: (value: number) => string,
): string {
  if (last !== undefined && !Number.isNaN(last))
    return `${shown(Math.min(value, last))} to ${shown(Math.max(value, last))}`;
  const isBeyond = behind === "" && beyondIt.test(before);
  if (isBeyond) return `${more.test(before) ? "over" : "under"} ${shown(value)}`;
  if (more.test(before) || more.test(behind)) return `${shown(value)} or more`;
  return less.test(before) || less.test(behind) ? `${shown(value)} or less` : shown(value);
}
