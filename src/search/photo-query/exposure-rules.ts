import type { PhotoNumber } from "../../core/photo-filter.ts";
import { boundsOf, boundsText, lessBefore, lessBehind, moreBefore, moreBehind, toWord } from "./number-bounds.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

const number = (name: string): string => `(?<${name}>\\d{1,6}(?:\\.\\d{1,3})?)`;
const lens = "(?:at |with |using |between |from )?(?:an? )?(?:aperture (?:of )?)?";

const apertureRange = new RegExp(
  `\\b${lens}f ?/? ?${number("value")} ?${toWord} ?(?:f ?/? ?)?${number("last")}\\b`,
  "dg",
);
const aperture = new RegExp(
  `\\b(?:(?<before>wider than|faster than|narrower than|slower than|smaller than|larger than|at least|at most|from|up to|over|under|above|below) )?${lens}f ?/? ?${number("value")}(?: (?<behind>or wider|or faster|or larger|or narrower|or slower|or smaller|or more|or less|and up|and wider|and smaller))?(?![\\w/])`,
  "dg",
);
const apertureWord = new RegExp(`\\baperture (?:of )?${number("value")}\\b`, "dg");
const wideOpen = /\b(?:shot |taken )?wide open\b|\bshallow depth of field\b/dg;
const iso = new RegExp(
  `\\b(?:at |with |between )?(?:(?<before>${moreBefore}|${lessBefore}) )?(?:an? )?iso ?(?:of |between |from )?(?:(?<bound>${moreBefore}|${lessBefore}) ?)?${number("value")}(?:(?: ?${toWord} ?)(?:iso ?)?${number("last")})?(?: ?(?<behind>${moreBehind}|${lessBehind})(?!\\w))?(?!\\w)`,
  "dg",
);
const isoWord = /\b(?:at |with )?(?:a )?(?<word>high|low)[- ]iso\b/dg;
const seconds = "(?<unit>s|sec|secs|seconds?)";
const fraction = new RegExp(
  `\\b(?:at |with )?(?:an? )?(?:shutter(?: speed)? (?:of )?)?(?:(?<before>faster than|slower than|longer than|shorter than|at least|at most) )?1/(?<value>\\d{1,5})(?: ?(?:s|sec|secs|seconds?|th)\\b)?(?: (?<behind>or faster|or slower|or longer|or shorter|and faster|and slower))?(?![\\w/])`,
  "dg",
);
const wholeSeconds = new RegExp(
  `\\b(?:with |at )?(?:an? )?(?:(?<lead>(?:shutter(?: speed)?|exposures?)(?: time)? (?:of )?)(?:(?<before>over|longer than|at least|shorter than|under) )?${number("value")} ?${seconds}|${number("first")}[ -]?(?:s|sec|secs|seconds?) (?:long )?(?:exposures?|shutter))\\b`,
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
  patternRule(apertureRange, ({ groups = {} }) =>
    apertureMeaning(Number(groups["value"]), { last: Number(groups["last"]) }),
  ),
  patternRule(aperture, ({ groups = {} }) => {
    const value = Number(groups["value"]);
    const side = `${groups["before"] ?? ""} ${groups["behind"] ?? ""}`;
    // A wide aperture is a small number.
    const isWider = /wider|faster|larger|under|below|less|at most|up to/.test(side);
    const isNarrower = /narrower|slower|smaller|over|above|more|and up|at least|from/.test(side);
    return apertureMeaning(value, { before: isWider ? "at most" : isNarrower ? "at least" : "" });
  }),
  patternRule(apertureWord, ({ groups = {} }) => apertureMeaning(Number(groups["value"]), {})),
  patternRule(wideOpen, () => ({ ...within("aperture", null, 2.9), label: "f/2.8 or wider" })),
  patternRule(iso, ({ groups = {} }) => {
    const last = groups["last"] === undefined ? undefined : Number(groups["last"]);
    const before = groups["bound"] ?? groups["before"];
    const bounds = { value: Number(groups["value"]), last, before, behind: groups["behind"], share: 0.001 };
    const { least, most } = boundsOf(bounds);
    return { ...within("iso", least, most), label: `ISO ${boundsText(bounds, String)}` };
  }),
  patternRule(isoWord, ({ groups = {} }) =>
    groups["word"] === "high"
      ? { ...within("iso", 1_600, null), label: "ISO 1600 or more" }
      : { ...within("iso", null, 200), label: "ISO 200 or less" },
  ),
  patternRule(fraction, ({ groups = {} }) => {
    const value = 1 / Number(groups["value"]);
    const side = `${groups["before"] ?? ""} ${groups["behind"] ?? ""}`;
    const isFast = /faster|shorter|at most/.test(side);
    const isSlow = /slower|longer|at least/.test(side);
    if (!Number.isFinite(value)) return null;
    const label = `1/${groups["value"]} s${isFast ? " or faster" : isSlow ? " or slower" : ""}`;
    return { ...within("exposureSeconds", isFast ? null : value * 0.95, isSlow ? null : value * 1.05), label };
  }),
  patternRule(wholeSeconds, ({ groups = {} }) => {
    const value = Number(groups["value"] ?? groups["first"]);
    const isOver = /over|longer|least/.test(groups["before"] ?? "");
    const isUnder = /shorter|under/.test(groups["before"] ?? "");
    const label = `exposure ${value} s${isOver ? " or longer" : isUnder ? " or shorter" : ""}`;
    return { ...within("exposureSeconds", isUnder ? null : value * 0.95, isOver ? null : value * 1.05), label };
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
    const isMore = groups["least"] !== undefined || groups["plus"] !== undefined || groups["before"] !== undefined;
    const bounds = { value, behind: isMore ? "or more" : groups["behind"], share: 0 };
    const { least, most } = boundsOf(bounds);
    return { ...within("rating", least, most), label: `rated ${boundsText(bounds, String)}` };
  }),
]);

function apertureMeaning(value: number, side: { last?: number; before?: string }): Meaning | null {
  if (value < 0.5 || value > 90) return null;
  const { least, most } = boundsOf({ value, ...side, share: 0.02 });
  const shown = { "at most": " or wider", "at least": " or narrower" }[side.before ?? ""] ?? "";
  const last = side.last === undefined ? "" : ` to f/${side.last}`;
  return { ...within("aperture", least, most), label: `f/${value}${last}${shown}` };
}

function within(field: PhotoNumber, least: number | null, most: number | null): Pick<Meaning, "anyOf"> {
  return { anyOf: [{ kind: "number", field, least, most }] };
}

function ratingOf(text: string): number {
  const named = numberWords.indexOf(text);
  return named < 0 ? Number(text) : named;
}
