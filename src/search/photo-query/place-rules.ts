import { barePlaceRule } from "./bare-places.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";
import type { PlaceBook } from "./place-book.ts";
import { type Asked, isEverydayName, kmText, knownPlace, placeMeaning } from "./place-meaning.ts";

const length = "(?<km>\\d{1,4}(?:\\.\\d{1,2})?) ?(?<unit>km|kms|kilomet(?:er|re)s?|mi|miles?|m|met(?:er|re)s?)";
const radius = `(?:(?<beyond>over|more than|beyond|at least|(?:farther|further|greater) than) |(?:within|less than|under|in a radius of|up to) )?${length} (?:away from|of|from|around|radius of|to)`;
const lead = `(?:(?<radius>${radius})|(?<word>not far (?:away )?from|just outside(?: of)?|near(?:by)?(?: to)?|close to|next to|around|outside(?: of)?|in and around|in|at|from|inside(?: of)?|across|all over|over in|to))`;
const degrees = (name: string, sides: string): string =>
  `(?<${name}>\\d{1,3}) ?° ?(?:(?<${name}Minutes>[0-5]?\\d(?:\\.\\d{1,4})?) ?['\u2019\u2032] ?(?:(?<${name}Seconds>[0-5]?\\d(?:\\.\\d{1,4})?) ?(?:["\u201d\u2033]|'') ?)?)?(?<${name}Side>[${sides}])`;
/** 48°51'30"N 2°17'40"E */
const sexagesimal = new RegExp(
  `(?:\\b${lead} )?${degrees("lat", "ns")}(?: ?[,;] ?| *)${degrees("lon", "ew")}(?!\\w)`,
  "dg",
);
const coordinates = new RegExp(
  `\\b${lead} (?<lat>[-+]?\\d{1,2}\\.\\d{1,8}) ?°? ?(?<ns>[ns])?(?: ?[,;] ?| +)(?<lon>[-+]?\\d{1,3}\\.\\d{1,8}) ?°? ?(?<ew>[ew])?(?![\\w.])`,
  "dg",
);
/** The name is only looked at: what of it is a place, is found out behind. */
const named = new RegExp(
  `\\b${lead} (?:the )?(?=(?<name>(?:st\\. )?[a-z\\u00df-\\u024f][^\\u00a6"?!;:()]{1,80}))`,
  "dg",
);
/** Where a name ends at the latest. */
const connector = /^(?:,? (?:and|or|nor) | to |, ?|\/)(?:(?:in|near|from) )?(?:the )?/;
const ending =
  /[,.]? (?:with|at|in|near|and|or|taken|by|on|around|during|when|where|that|which|from|for|shot|using|as|to|under|while|is|are|was|were)\b/;
const maxNameWords = 5;
const defaultCoordinatesKm = 10;
const maxJoined = 4;
/** Cities, countries, regions and positions, with a distance where one is given. */
export const placeRules = inTurn([
  patternRule(sexagesimal, ({ groups = {} }) =>
    positionMeaning(decimalOf(groups, "lat"), { longitude: decimalOf(groups, "lon"), groups }),
  ),
  patternRule(coordinates, ({ groups = {} }) => {
    const latitude = Number(groups["lat"]) * (groups["ns"] === "s" ? -1 : 1);
    const longitude = Number(groups["lon"]) * (groups["ew"] === "w" ? -1 : 1);
    return positionMeaning(latitude, { longitude, groups });
  }),
  patternRule(named, ({ groups = {}, indices }, { original }, { places }) => {
    const asked: Asked = { km: radiusOf(groups), word: groups["word"] ?? "near" };
    const start = indices?.groups?.["name"]?.[0] ?? 0;
    const found: JoinedPlace[] = [];
    for (let rest = groups["name"] ?? ""; found.length < maxJoined;) {
      const from = start + (groups["name"] ?? "").length - rest.length;
      const next = firstPlace(rest, { original: original.slice(from), asked, places });
      if (next === null) break;
      const to = from + next.name.length;
      const within = regionOfCountry(found.at(-1), next, original.slice(found.at(-1)?.to ?? 0, from));
      if (within === null) found.push({ ...next, to });
      else found[found.length - 1] = { ...within, to };
      const behind = rest.slice(next.name.length);
      const joint = connector.exec(behind)?.[0] ?? "";
      if (joint === "") break;
      rest = behind.slice(joint.length);
    }
    const [to] = found.slice(-1).map((last) => last.to);
    if (to === undefined) return null;
    const label = found.map((each) => each.label).join(" or ");
    const isNot = isOutside(groups);
    return {
      anyOf: found.flatMap(({ anyOf }) => anyOf),
      label: isNot ? (found.length > 1 ? `not (${label})` : `not ${label}`) : label,
      ...(isNot ? { isNot } : {}),
      words: found.map(({ name }) => name),
      softGroup: "name",
      to,
    };
  }),
  barePlaceRule(knownPlace),
]);

function positionMeaning(
  latitude: number,
  { longitude, groups }: { longitude: number; groups: Readonly<Record<string, string | undefined>> },
): Meaning | null {
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  const withinKm = radiusOf(groups) ?? defaultCoordinatesKm;
  const isNot = isOutside(groups);
  return {
    anyOf: [{ kind: "near", latitude, longitude, withinKm }],
    label: `${isNot ? "not " : ""}within ${kmText(withinKm)} of ${latitude}, ${longitude}`,
    ...(isNot ? { isNot } : {}),
  };
}

/** "Outside Paris", "more than 10 km from Paris". */
function isOutside(groups: Readonly<Record<string, string | undefined>>): boolean {
  return groups["beyond"] !== undefined || groups["word"]?.startsWith("outside") === true;
}

function decimalOf(groups: Readonly<Record<string, string | undefined>>, name: string): number {
  const [whole, minutes, seconds] = ["", "Minutes", "Seconds"].map((part) => Number(groups[`${name}${part}`] ?? 0));
  const value = (whole ?? 0) + (minutes ?? 0) / 60 + (seconds ?? 0) / 3600;
  return Math.round(value * 1e5) / (/[sw]/.test(groups[`${name}Side`] ?? "") ? -1e5 : 1e5);
}

/** "Georgia, US": the first of them, where it is a region of the second. */
function regionOfCountry(last: FoundPlace | undefined, { anyOf }: FoundPlace, between: string): FoundPlace | null {
  const [country] = anyOf;
  if (last === undefined || country?.kind !== "country" || anyOf.length > 1 || between.trim() !== ",") return null;
  const region = last.anyOf.find((need) => need.kind === "region" && need.country === country.code);
  return region?.kind === "region" ? { ...last, anyOf: [region], label: `in ${region.name}` } : null;
}

type FoundPlace = Pick<Meaning, "anyOf" | "label"> & { readonly name: string };
type JoinedPlace = FoundPlace & { readonly to: number };

/** The longest beginning of a text that is a place. */
function firstPlace(
  text: string,
  { original, asked, places }: { original: string; asked: Asked; places: PlaceBook },
): FoundPlace | null {
  for (const name of namesIn(text)) {
    const isCapital = /^\p{Lu}/u.test(original);
    const rest = text.slice(name.length);
    // "Frankfurt an der Oder" is another one.
    if (/^ (?:an der|am|ob der|sur|upon|del|de la) /.test(rest)) continue;
    const isFollowed = /^ [a-z]/.test(rest) && !ending.test(rest);
    if (isEverydayName(name) && (!isCapital || isFollowed)) continue;
    if (/^(?:at|to)$/.test(asked.word) && !isCapital) continue;
    const meaning = placeMeaning(original.slice(0, name.length), asked, places);
    if (meaning !== null) return { ...meaning, name };
  }
  return null;
}

/** Beginnings of a text that may be a name, the longest first. */
function namesIn(text: string): string[] {
  const end = text.search(ending);
  const words = [...(end < 0 ? text : text.slice(0, end)).matchAll(/[^\s,]+/g)].slice(0, maxNameWords);
  return words
    .map((word) => text.slice(0, word.index + word[0].length).replace(/(?<![. ]\w)[.']s?$/, ""))
    .toReversed()
    .filter((name) => name.length > 1);
}

function radiusOf(groups: Readonly<Record<string, string | undefined>>): number | null {
  if (groups["km"] === undefined) return null;
  const unit = groups["unit"] ?? "km";
  const perUnit = unit.startsWith("mi") ? 1.609_344 : unit === "m" || unit.startsWith("met") ? 0.001 : 1;
  return Number(groups["km"]) * perUnit;
}
