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
const named = new RegExp(
  `\\b${lead} (?<the>the )?(?<name>(?:st\\. )?[a-z\\u00df-\\u024f][^\\u00a6"?!;:()]{1,80})`,
  "dg",
);
/** Where a name ends at the latest. */
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
  patternRule(named, (match, { original }, { places }) => {
    const { groups = {} } = match;
    const from = match.indices?.groups?.["name"]?.[0] ?? 0;
    for (const name of namesIn(groups["name"] ?? "")) {
      const asWritten = original.slice(from, from + name.length);
      const rest = (groups["name"] ?? "").slice(name.length);
      const isWord =
        everydayNames.has(name) && (!/^\p{Lu}/u.test(asWritten) || (/^ [a-z]/.test(rest) && !ending.test(rest)));
      if (isWord) continue;
      if (/^(?:at|to)$/.test(groups["word"] ?? "") && !/^\p{Lu}/u.test(asWritten)) continue;
      const meaning = placeMeaning(asWritten, { km: radiusOf(groups), word: groups["word"] ?? "near" }, places);
      if (meaning !== null) return { ...meaning, words: [name], softGroup: "name", to: from + name.length };
    }
    return null;
  }),
]);

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

function placeMeaning(name: string, asked: Asked, places: PlaceBook): Meaning | null {
  const country = places.findCountry(name);
  const region = places.findRegion(name);
  const isAround = asked.km !== null || /near|close|next|around|outside/.test(asked.word);
  const cities = sameNamed(places.findPlaces(name), isAround || (country === null && region === null));
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
