import type { PhotoNeed } from "../../core/photo-filter.ts";
import { boundsOf, boundsText, lessBefore, lessBehind, moreBefore, moreBehind, toWord } from "./number-bounds.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

const number = (name: string): string => `(?<${name}>\\d{1,4}(?:\\.\\d)?)`;
const lead = "(?:(?:at|with|using|on) (?:(?:an?|my|the|our) )?)?";
const tail = "(?:[ -]?(?:lens|lenses|prime|zoom|focal length))?";
const mount =
  "(?:ef-?s|ef|rf-?s|rf|fe|xf|xc|af-?s|nikkor|z|summicron|summilux|sel|zuiko|sigma|tamron|tokina|zeiss|samyang)";

const zoom = new RegExp(
  `\\b${lead}(?:(?<mount>${mount}) ?)?${number("value")} ?[-–] ?${number("last")} ?mm${tail}\\b`,
  "dg",
);
const between = new RegExp(
  `\\b(?:with )?(?:an? )?(?:focal lengths? )?(?:(?:between|from) ${number("value")} ?(?:mm)? ${toWord}|${number("low")} ?(?:mm)? to) ${number("last")} ?mm${tail}\\b`,
  "dg",
);
const fixed = new RegExp(
  `\\b${lead}(?:focal length (?:of |is )?)?(?<others>(?:\\d{1,4} ?(?:, ?|,? or ))*)(?:(?<before>${moreBefore}|${lessBefore}|wider than) ?)?(?:(?<mount>${mount}) ?)?${number("value")} ?mm(?: ?(?<behind>${moreBehind}|${lessBehind}|(?:or|and) wider)(?!\\w))?${tail}(?!\\w)`,
  "dg",
);
const mounted = new RegExp(`\\b${lead}(?<mount>${mount}) ?(?<range>\\d{1,4}(?:-\\d{1,4})?)(?![\\w/.])${tail}\\b`, "dg");
const kind = new RegExp(
  `\\b${lead}(?<kind>wide[- ]angle|ultra[- ]?wide|telephoto|tele|macro|fish-?eye|zoomed in)(?:[ -]lens(?:es)?)?\\b`,
  "dg",
);

/** Lenses by name, focal length and kind. */
export const lensRules = inTurn([
  patternRule(between, ({ groups = {} }) =>
    focal({ value: Number(groups["value"] ?? groups["low"]), last: Number(groups["last"]) }),
  ),
  patternRule(zoom, ({ groups = {} }) => {
    const range = `${groups["value"]}-${groups["last"]}`;
    return named(`${groups["mount"] ?? ""} ${range}`.trim(), [range]);
  }),
  patternRule(fixed, ({ groups = {} }) => {
    const { value = "", mount: maker } = groups;
    // A wide lens has a short focal length.
    const before = groups["before"] === "wider than" ? "less than" : groups["before"];
    const behind = groups["behind"]?.endsWith("wider") === true ? "or less" : groups["behind"];
    if (maker !== undefined) return named(`${maker} ${value}mm`, [`${maker} ${value}mm`, `${maker}${value}mm`]);
    const others = (groups["others"]?.match(/\d+/g) ?? []).map((other) => focal({ value: Number(other) }));
    const last = focal({ value: Number(value), before, behind });
    const label = [...others, last].map((each) => each.label).join(" or ");
    const meaning = { ...last, anyOf: [...others, last].flatMap(({ anyOf }) => anyOf), label };
    // A prime says so in its name; a zoom may have stood there.
    return before !== undefined || behind !== undefined
      ? meaning
      : { ...meaning, anyOf: [...meaning.anyOf, { kind: "lens", name: `${value}mm` }] };
  }),
  patternRule(mounted, ({ groups = {} }) =>
    groups["range"]?.includes("-") === true || /^(?:ef|rf|fe|xf|af)/.test(groups["mount"] ?? "")
      ? named(`${groups["mount"]} ${groups["range"]}`, [`${groups["mount"]} ${groups["range"]}`])
      : null,
  ),
  patternRule(kind, ({ groups = {} }) => kindMeaning((groups["kind"] ?? "").replace("-", " "))),
]);

function focal(bounds: {
  value: number;
  last?: number;
  before?: string | undefined;
  behind?: string | undefined;
}): Meaning {
  const { least, most } = boundsOf({ ...bounds, share: 0.02 });
  const anyOf = (["focalLengthMm", "focalLength35Mm"] as const).map((field): PhotoNeed => ({
    kind: "number",
    field,
    least,
    most,
  }));
  return { anyOf, label: `focal length ${boundsText({ ...bounds, share: 0 }, (value) => `${value} mm`)}` };
}

function named(label: string, names: readonly string[]): Meaning {
  const anyOf = names.map((name): PhotoNeed => ({ kind: "lens", name }));
  return { anyOf, label: `lens ${label}`, words: [label] };
}

/** What is wide and what is long, is told by the length on film; cameras that do not write it are told by their lens's name. */
function kindMeaning(asked: string): Meaning {
  const words = { words: [asked], wordsCount: "always" as const, softGroup: "kind" };
  const film = (least: number | null, most: number | null): PhotoNeed => ({
    kind: "number",
    field: "focalLength35Mm",
    least,
    most,
  });
  if (asked === "macro" || asked.startsWith("fish"))
    return { anyOf: [{ kind: "lens", name: asked.replace(" ", "") }], label: `${asked} lens`, ...words };
  if (asked.startsWith("ultra"))
    return { anyOf: [film(null, 20), { kind: "lens", name: "ultra wide" }], label: "ultra wide angle", ...words };
  if (asked === "wide angle")
    return {
      anyOf: [film(null, 35), { kind: "lens", name: "wide" }],
      label: "wide angle (35 mm or less on film)",
      ...words,
    };
  return {
    anyOf: [film(85, null), { kind: "lens", name: "tele" }],
    label: "telephoto (85 mm or more on film)",
    ...words,
  };
}
