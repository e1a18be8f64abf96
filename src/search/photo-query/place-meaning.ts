import type { PhotoNeed } from "../../core/photo-filter.ts";
import type { Country } from "../../places/countries.ts";
import type { Region } from "../../places/place-table.ts";
import type { Place } from "../../places/places.ts";
import type { Meaning } from "./photo-rule.ts";
import type { PlaceBook } from "./place-book.ts";
import { createAreaFinder, type KnownArea } from "./well-known-areas.ts";

/** Words that are a city, too: in small letters they are words. */
const everydayNames: ReadonlySet<string> = new Set(
  "new old java amazon hue phoenix aurora salt island islands jersey turkey delta central nice reading mobile bath best orange bar split most male sale lens cork bend hope mark normal surprise deal rugby battle ware wells march van as of man home much concord enterprise industry commerce sandwich street ball bay eye ash green black color colour motion focus action progress order time general detail front love rain snow winter summer spring fall sun school work bed church forest park garden water nature class line color house town city village".split(
    " ",
  ),
);
const nearBeyondCityKm = 25;
const inCityShare = 1.5;
const leastCityKm = 5;
/** Cities of one name: those much smaller than the largest are not meant. */
const sameNameShare = 0.1;
const maxSameName = 4;
/** A city as large as this is meant, too, where a region has its name: New York, Washington. */
const largeCity = 500_000;
/** And so is one as large as this, where the name is that of a country in another language. */
const knownForeign = 100_000;

/** What stands before a name. */
export interface Asked {
  /** null: none was given. */
  readonly km: number | null;
  readonly word: string;
  /** Of a city; none: any. */
  readonly leastPopulation?: number;
}

/** What a name means, as it was written; null when it is no place. */
export type PlaceReader = (name: string, places: PlaceBook) => PlaceMeaning | null;
type PlaceMeaning = Pick<Meaning, "anyOf"> & { readonly label: string };

const areaOf = createAreaFinder();
/** Of these codes people think as names; others are words, too, or of a country and a region at once. */
const plainCodes = new Set(["US", "UK", "GB", "NZ"]);
const shortNames = /^(?:LA|SF|DC|NYC|UK|US|USA|UAE)$/;
/** Cities that are meant without a word before them. */
const knownCity = 250_000;
const kmPerDegree = 111;

/** Whether a name, in any letters, is a word of every day. */
export function isEverydayName(name: string): boolean {
  return everydayNames.has(name.toLowerCase());
}

/** Countries, regions and large cities, for a name that stands by itself. */
export const knownPlace: PlaceReader = (name, places) => {
  if (name.length < 4 && !shortNames.test(name)) return null;
  return placeMeaning(name, { km: null, word: "in", leastPopulation: knownCity }, places);
};

export function placeMeaning(name: string, asked: Asked, places: PlaceBook): PlaceMeaning | null {
  const isAround = asked.km !== null || /^(?:near|close|next|around|just|not far)/.test(asked.word);
  const area = areaOf(plainText(name), places.countryName);
  if (area !== null) return isAround ? aroundArea(area, asked.km) : area;
  const { country, region } = namedAreas(name, places);
  // A name of two letters in small ones is a word: "la", "nice in or".
  const isWord = name.length < 3 && name !== name.toUpperCase();
  const ofName = (isWord ? [] : places.findPlaces(name)).filter(
    ({ population }) => population >= (asked.leastPopulation ?? 0),
  );
  const people = ofName[0]?.population ?? 0;
  // "Granada" is Grenada only in Spanish.
  const isForeign = country !== null && plainText(country.name) !== plainText(name);
  const isLarge = (region !== null && people >= largeCity) || (isForeign && people >= knownForeign);
  const cities = sameNamed(ofName, isAround || isLarge || (country === null && region === null));
  const anyOf: PhotoNeed[] = [
    ...(country === null ? [] : [{ kind: "country", code: country.code, name: country.name } as const]),
    ...(region === null ? [] : [{ kind: "region", country: region.country, name: region.name } as const]),
    ...cities.map((city) => nearCity(city, { ...asked, isAround })),
  ];
  if (anyOf.length === 0) return null;
  const areas = [country, region].flatMap((each) => (each === null ? [] : [each.name]));
  const shown = cities.map((city) => shownCity(city, places));
  const km = cities[0] === undefined ? 0 : cityKm(cities[0], { ...asked, isAround });
  const around = shown.length === 0 ? [] : [`within ${kmText(km)} of ${shown.join(" or ")}`];
  const inside = areas.length === 0 ? [] : [`in ${[...new Set(areas)].join(" or ")}`];
  return { anyOf, label: [...inside, ...around].join(" or ") };
}

/** A code of two letters is read in capitals, and only where it is one thing. */
function namedAreas(name: string, places: PlaceBook): { country: Country | null; region: Region | null } {
  const [country, region] = [places.findCountry(name), places.findRegion(name)];
  if (name.length > 2) return { country, region };
  if (plainCodes.has(name)) return { country, region: null };
  return { country: null, region: country === null ? region : null };
}

function aroundArea({ name, anyOf }: KnownArea, km: number | null): PlaceMeaning {
  const byKm = km ?? nearBeyondCityKm;
  const wider = anyOf.map((need): PhotoNeed => {
    if (need.kind !== "box") return need;
    const up = byKm / kmPerDegree;
    const side = up / Math.cos(Math.min(80, Math.max(Math.abs(need.south), Math.abs(need.north))) * (Math.PI / 180));
    return {
      kind: "box",
      south: Math.max(-90, need.south - up),
      north: Math.min(90, need.north + up),
      west: Math.max(-180, need.west - side),
      east: Math.min(180, need.east + side),
    };
  });
  return { anyOf: wider, label: km === null ? `near ${name} (roughly)` : `within ${kmText(km)} of ${name} (roughly)` };
}

function plainText(name: string): string {
  return name.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");
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

/** Three figures are enough. */
export function kmText(km: number): string {
  return `${Number(km.toPrecision(3))} km`;
}
