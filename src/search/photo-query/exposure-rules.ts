import type { PhotoNumber } from "../../core/photo-filter.ts";
import { boundsOf, boundsText, lessBefore, lessBehind, moreBefore, moreBehind, toWord } from "./number-bounds.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

const number = (name: string): string => `(?<${name}>\\d{1,6}(?:\\.\\d{1,3})?)`;
const apertureLead = "(?:at |with |using )?(?:an? )?(?:aperture (?:is |was )?(?:of )?)?(?:between |from )?";
const fNumber = (name: string): string => `f ?/? ?${number(name)}`;
const wider = "wider|faster|larger|bigger|lower|less|under|below";
const narrower = "narrower|slower|smaller|higher|greater|more|over|above";
const apertureBefore = `(?<before>(?:${wider}|${narrower})(?: than)?|at least|at most|from|up to)`;
const apertureBehind = `(?: (?<behind>(?:or|and) (?:${wider}|${narrower}|up))\\b)?`;

const apertureRange = new RegExp(
  `\\b(?:${apertureLead}${fNumber("value")} ?${toWord} ?(?:f ?/? ?)?${number("last")}|(?:at |with )?(?:an? )?aperture (?:is |was )?(?:of )?(?:between |from )?${number("first")} ?${toWord} ?${number("end")})\\b`,
  "dg",
);
const aperture = new RegExp(
  `\\b(?:${apertureBefore} )?${apertureLead}(?:(?<inner>${apertureBefore.replace("?<before>", "?:")}) )?${fNumber("value")}${apertureBehind}(?![\\w/])`,
  "dg",
);
const apertureWord = new RegExp(
  `\\b(?:at |with )?(?:an? )?aperture (?:is |was )?(?:of )?(?:${apertureBefore} )?${number("value")}${apertureBehind}(?![\\w/])`,
  "dg",
);
const wideOpen = /\b(?:shot |taken )?wide open\b|\bshallow depth of field\b/dg;
const iso = new RegExp(
  `\\b(?:at |with |between )?(?:(?<before>${moreBefore}|${lessBefore}) )?(?:an? )?iso ?(?:is |was )?(?:of |between |from )?(?:(?<bound>${moreBefore}|${lessBefore}) ?)?${number("value")}(?:(?: ?${toWord} ?)(?:iso ?)?${number("last")})?(?: ?(?<behind>${moreBehind}|${lessBehind})(?!\\w))?(?<others>(?:(?:, ?|,? or (?:iso ?)?)\\d{2,6}(?![\\w.-]| ?mm))*)(?!\\w)`,
  "dg",
);
const isoWord = /\b(?:at |with )?(?:a )?(?<word>high|low)[- ]iso\b/dg;
const faster = "faster than|shorter than|quicker than|under|below|less than|up to|at most|no longer than";
const slower = "slower than|longer than|over|above|more than|from|at least";
const timeBefore = `(?<before>${faster}|${slower})`;
const timeBehind = "(?: (?<behind>(?:or|and) (?:faster|shorter|less|slower|longer|more|up))\\b)?";
const timeLead = "(?:at |with )?(?:an? )?";
const timeName = "(?:shutter(?: speeds?)?|exposures?)(?: times?)?(?: is| was)?(?: of)? ";
const fraction = new RegExp(
  `(?<![\\d/])\\b${timeLead}(?:${timeName})?(?:${timeBefore} )?1/(?<value>\\d{1,5})(?: ?(?:s|sec|secs|seconds?|th)\\b)?${timeBehind}(?![\\w/])`,
  "dg",
);
const seconds = "(?:s|secs?|seconds?)\\b";
const wholeSeconds = new RegExp(
  `\\b${timeLead}(?:${timeName}(?:${timeBefore} )?${number("value")} ?${seconds}${timeBehind}|(?<!videos? |clips? |films? )(?<bare>faster than|shorter than|slower than|longer than) (?:an? )?${number("only")} ?${seconds}|${number("first")}[ -]?(?:s|sec|secs|seconds?) (?:long )?(?:exposures?|shutter))(?!\\w)`,
  "dg",
);
const longExposure = /\b(?:with )?(?:a )?(?<word>long|slow)[- ](?:exposures?|shutter(?: speeds?)?)\b/dg;
const rated = new RegExp(
  `\\b(?:with )?(?:a )?(?:rat(?:ed|ings?)(?: of)? (?:(?<before>at least|over|above|more than|>=?) ?)?(?<rated>[0-5]|one|two|three|four|five)(?: stars?)?|(?:(?<least>at least) )?(?<stars>[1-5]|one|two|three|four|five)(?<plus>\\+)?[- ]stars?(?: rat(?:ed|ings?))?)(?: ?(?<behind>${moreBehind}|${lessBehind})(?!\\w))?(?!\\w)`,
  "dg",
);
const topRated = /\b(?:top|best|highest)[- ]rated\b/dg;
const numberWords = ["zero", "one", "two", "three", "four", "five"];
const flash =
  /\b(?:(?<no>without(?: a| the)? flash|(?:with )?no flash|flash (?:off|not fired|did not fire))|(?:with|using)(?: a| the)? flash(?! ?drive)|flash (?:on|fired)|flash (?=photos?\b|pictures?\b|photography\b))/dg;

/** Aperture, ISO, exposure time, flash and rating. */
export const exposureRules = inTurn([
  patternRule(apertureRange, ({ groups = {} }) => {
    const value = Number(groups["value"] ?? groups["first"]);
    return isAperture(value) ? apertureMeaning({ value, last: Number(groups["last"] ?? groups["end"]) }) : null;
  }),
  patternRule(aperture, ({ groups = {} }) => {
    const before = groups["before"] ?? groups["inner"];
    return apertureSide(Number(groups["value"]), { before, behind: groups["behind"] });
  }),
  patternRule(apertureWord, ({ groups = {} }) =>
    apertureSide(Number(groups["value"]), { before: groups["before"], behind: groups["behind"] }),
  ),
  patternRule(wideOpen, () => ({ ...within("aperture", null, 2.9), label: "f/2.8 or wider" })),
  patternRule(iso, ({ groups = {} }) => {
    const last = groups["last"] === undefined ? undefined : Number(groups["last"]);
    const before = groups["bound"] ?? groups["before"];
    const bounds = { value: Number(groups["value"]), last, before, behind: groups["behind"], share: 0.001 };
    const { least, most } = boundsOf(bounds);
    const others = (groups["others"]?.match(/\d+/g) ?? []).map(Number);
    const more = others.flatMap((value) => {
      const one = boundsOf({ value, share: 0.001 });
      return within("iso", one.least, one.most).anyOf;
    });
    const label = ["ISO", [boundsText(bounds, String), ...others].join(" or ")].join(" ");
    return { anyOf: [...within("iso", least, most).anyOf, ...more], label };
  }),
  patternRule(isoWord, ({ groups = {} }) =>
    groups["word"] === "high"
      ? { ...within("iso", 1_600, null), label: "ISO 1600 or more" }
      : { ...within("iso", null, 200), label: "ISO 200 or less" },
  ),
  patternRule(fraction, ({ groups = {} }) => {
    const value = 1 / Number(groups["value"]);
    if (!Number.isFinite(value)) return null;
    return timeMeaning(value, { shown: `1/${groups["value"]} s`, before: groups["before"], behind: groups["behind"] });
  }),
  patternRule(wholeSeconds, ({ groups = {} }) => {
    const value = Number(groups["value"] ?? groups["only"] ?? groups["first"]);
    const sides = { before: groups["before"] ?? groups["bare"], behind: groups["behind"] };
    const { label, ...meaning } = timeMeaning(value, { shown: `${value} s`, ...sides });
    return { ...meaning, label: `exposure ${label}` };
  }),
  patternRule(longExposure, () => ({
    ...within("exposureSeconds", 0.5, null),
    label: "exposure 0.5 s or longer",
    words: ["long exposure"],
    wordsCount: "always",
  })),
  patternRule(flash, ({ groups = {} }) => {
    const isFired = groups["no"] === undefined;
    return { anyOf: [{ kind: "flash", isFired }], label: isFired ? "with flash" : "without flash" };
  }),
  patternRule(topRated, () => ({ ...within("rating", 4, null), label: "rated 4 or more" })),
  patternRule(rated, ({ groups = {} }) => {
    const value = ratingOf(groups["rated"] ?? groups["stars"] ?? "");
    const isMore = groups["least"] !== undefined || groups["plus"] !== undefined;
    const bounds = { value, before: groups["before"], behind: isMore ? "or more" : groups["behind"], share: 0 };
    const { least, most } = boundsOf(bounds);
    return { ...within("rating", least, most), label: `rated ${boundsText(bounds, String)}` };
  }),
]);

/** Number of a bound, in the words that bounds are read by. */
interface Sides {
  readonly before?: string | undefined;
  readonly behind?: string | undefined;
}

/** A wide aperture is a small number. */
function apertureSide(value: number, { before = "", behind = "" }: Sides): Meaning | null {
  if (!isAperture(value)) return null;
  const side = behind === "" ? before : behind;
  const isWider = new RegExp(`${wider}|at most|up to`).test(side);
  if (side === "") return apertureMeaning({ value });
  const isBeyond = behind === "" && !/^(?:at|from|up)\b/.test(before);
  if (isBeyond) {
    const label = `${isWider ? "wider" : "narrower"} than f/${value}`;
    return { ...apertureMeaning({ value, before: isWider ? "less than" : "more than" }), label };
  }
  const label = `f/${value} or ${isWider ? "wider" : "narrower"}`;
  return { ...apertureMeaning({ value, before: isWider ? "at most" : "at least" }), label };
}

function isAperture(value: number): boolean {
  return value >= 0.5 && value <= 90;
}

function apertureMeaning(bounds: { value: number; last?: number; before?: string }): Meaning {
  const { least, most } = boundsOf({ ...bounds, share: 0.02 });
  const last = bounds.last === undefined ? "" : ` to f/${bounds.last}`;
  return { ...within("aperture", least, most), label: `f/${bounds.value}${last}` };
}

/** A slow shutter is a large number of seconds. */
function timeMeaning(value: number, { shown, before = "", behind = "" }: Sides & { shown: string }): Meaning {
  const side = behind === "" ? before : behind;
  const isFast = /faster|shorter|quicker|under|below|less|up to|at most|no longer/.test(side);
  const isBeyond = behind === "" && !/^(?:at|from|up|no)\b/.test(before);
  if (side === "") return { ...timeWithin({ value }), label: shown };
  const bound = isBeyond ? (isFast ? "less than" : "more than") : isFast ? "at most" : "at least";
  const label = isBeyond
    ? `${isFast ? "faster" : "longer"} than ${shown}`
    : `${shown} or ${isFast ? "faster" : "longer"}`;
  return { ...timeWithin({ value, before: bound }), label };
}

function timeWithin(bounds: { value: number; before?: string }): Pick<Meaning, "anyOf"> {
  const { least, most } = boundsOf({ ...bounds, share: 0.05 });
  return within("exposureSeconds", least, most);
}

function within(field: PhotoNumber, least: number | null, most: number | null): Pick<Meaning, "anyOf"> {
  return { anyOf: [{ kind: "number", field, least, most }] };
}

function ratingOf(text: string): number {
  const named = numberWords.indexOf(text);
  return named < 0 ? Number(text) : named;
}
