import type { PhotoNeed } from "../../core/photo-filter.ts";
import type { Place } from "../../places/places.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";
import type { PlaceBook } from "./place-book.ts";

const length = "(?<km>\\d{1,4}(?:\\.\\d{1,2})?) ?(?<unit>km|kms|kilomet(?:er|re)s?|mi|miles?|m|met(?:er|re)s?)";
const radius = `(?:within|less than|under|in a radius of|up to)? ?${length} (?:of|from|around|radius of|to)`;
const lead = `(?:(?<radius>${radius})|(?<word>near(?:by)?(?: to)?|close to|next to|around|outside(?: of)?|in and around|in|at|from|inside(?: of)?|across|all over|over in|to))`;
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
/** Words that are a city, too: in small letters they are words. */
const everydayNames = new Set(
  "nice reading mobile bath best orange bar split most male sale lens cork bend hope mark normal surprise deal rugby battle ware wells march van as of man home much concord enterprise industry commerce sandwich street ball bay eye ash green black color colour motion focus action progress order time general detail front love rain snow winter summer spring fall sun school work bed church forest park garden water nature class line color house town city village".split(
    " ",
  ),
);
const defaultCoordinatesKm = 10;
const nearBeyondCityKm = 25;
const inCityShare = 1.5;
const leastCityKm = 5;
/** Cities of one name: those much smaller than the largest are not meant. */
const sameNameShare = 0.1;
const maxSameName = 4;
const maxJoined = 4;
/** A city as large as this is meant, too, where a region has its name: New York, Washington. */
const largeCity = 500_000;

/** Cities, countries, regions and positions, with a distance where one is given. */
export const placeRules = inTurn([
  patternRule(coordinates, ({ groups = {} }) => {
    const latitude = Number(groups["lat"]) * (groups["ns"] === "s" ? -1 : 1);
    const longitude = Number(groups["lon"]) * (groups["ew"] === "w" ? -1 : 1);
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
    const withinKm = radiusOf(groups) ?? defaultCoordinatesKm;
    return {
      anyOf: [{ kind: "near", latitude, longitude, withinKm }],
      label: `within ${kmText(withinKm)} of ${latitude}, ${longitude}`,
    };
  }),
  patternRule(named, ({ groups = {}, indices }, { original }, { places }) => {
    const asked: Asked = { km: radiusOf(groups), word: groups["word"] ?? "near" };
    const start = indices?.groups?.["name"]?.[0] ?? 0;
    const found: JoinedPlace[] = [];
    for (let rest = groups["name"] ?? ""; found.length < maxJoined;) {
      const from = start + (groups["name"] ?? "").length - rest.length;
      const next = firstPlace(rest, { original: original.slice(from), asked, places });
      if (next === null) break;
      found.push({ ...next, to: from + next.name.length });
      const behind = rest.slice(next.name.length);
      const joint = connector.exec(behind)?.[0] ?? "";
      if (joint === "") break;
      rest = behind.slice(joint.length);
    }
    const [to] = found.slice(-1).map((last) => last.to);
    if (to === undefined) return null;
    return {
      anyOf: found.flatMap(({ anyOf }) => anyOf),
      label: found.map(({ label }) => label).join(" or "),
      words: found.map(({ name }) => name),
      softGroup: "name",
      to,
    };
  }),
]);

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
    const isFollowed = /^ [a-z]/.test(rest) && !ending.test(rest);
    if (everydayNames.has(name) && (!isCapital || isFollowed)) continue;
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

interface Asked {
  /** null: none was given. */
  readonly km: number | null;
  readonly word: string;
}

function placeMeaning(name: string, asked: Asked, places: PlaceBook): Pick<Meaning, "anyOf" | "label"> | null {
  const country = places.findCountry(name);
  const region = places.findRegion(name);
  const isAround = asked.km !== null || /near|close|next|around|outside/.test(asked.word);
  const ofName = places.findPlaces(name);
  const isLarge = region !== null && (ofName[0]?.population ?? 0) >= largeCity;
  const cities = sameNamed(ofName, isAround || isLarge || (country === null && region === null));
  const anyOf: PhotoNeed[] = [
    ...(country === null ? [] : [{ kind: "country", code: country.code, name: country.name } as const]),
    ...(region === null ? [] : [{ kind: "region", country: region.country, name: region.name } as const]),
    ...cities.map((city) => nearCity(city, { ...asked, isAround })),
  ];
  if (anyOf.length === 0) return null;
  const areas = [country, region].flatMap((area) => (area === null ? [] : [area.name]));
  const shown = cities.map((city) => shownCity(city, places));
  const km = cities[0] === undefined ? 0 : cityKm(cities[0], { ...asked, isAround });
  const around = shown.length === 0 ? [] : [`within ${kmText(km)} of ${shown.join(" or ")}`];
  const inside = areas.length === 0 ? [] : [`in ${[...new Set(areas)].join(" or ")}`];
  return { anyOf, label: [...inside, ...around].join(" or ") };
}

function sameNamed(found: readonly Place[], areWanted: boolean): readonly Place[] {
  const [largest] = found;
  if (!areWanted || largest === undefined) return [];
  return found.filter(({ population }) => population >= largest.population * sameNameShare).slice(0, maxSameName);
}

function nearCity(city: Place, asked: Asked & { isAround: boolean }): PhotoNeed {
  const { latitude, longitude } = city;
  return { kind: "near", latitude, longitude, withinKm: cityKm(city, asked) };
}

function cityKm({ radiusKm }: Place, { km, isAround }: Asked & { isAround: boolean }): number {
  return km ?? Math.round(isAround ? radiusKm + nearBeyondCityKm : Math.max(leastCityKm, radiusKm * inCityShare));
}

function shownCity({ name, region, country }: Place, places: PlaceBook): string {
  return `${name}, ${country === "US" && region !== null ? region : places.countryName(country)}`;
}

function radiusOf(groups: Readonly<Record<string, string | undefined>>): number | null {
  if (groups["km"] === undefined) return null;
  const unit = groups["unit"] ?? "km";
  const perUnit = unit.startsWith("mi") ? 1.609_344 : unit === "m" || unit.startsWith("met") ? 0.001 : 1;
  return Number(groups["km"]) * perUnit;
}

function kmText(km: number): string {
  return `${Number(km.toPrecision(3))} km`;
}
