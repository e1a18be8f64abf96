import { fileURLToPath } from "node:url";
import { createCountries, type Country } from "./countries.ts";
import { distanceKm, kmPerDegree, type Position } from "./distance.ts";
import { createPlaceNames } from "./place-names.ts";
import { noRegion, readPlaceTable, type PlaceTable, type Region } from "./place-table.ts";

/** A city, or a large part of one. */
export interface Place extends Position {
  readonly name: string;
  /** ISO 3166-1 code: "FR". */
  readonly country: string;
  /** The state, province or nation; null outside of the United States, Canada, Australia and the United Kingdom. */
  readonly region: string | null;
  /** People; 0 when nobody counted. */
  readonly population: number;
  /** How far the city reaches from its middle, as its population lets one guess: 2 km for a small town, 20 for the largest. */
  readonly radiusKm: number;
}

export interface NearPlace extends Place {
  readonly distanceKm: number;
}

/** Cities of the world with 15,000 people and more, and all capitals, of GeoNames; kept in the package, never asked of the network. */
export interface Places {
  /**
   * The city that a person would name for a position, at most `withinKm` away: the one that is nearest for its size, so that the Eiffel
   * Tower is in Paris and not in the suburb whose middle is nearer. Some microseconds.
   */
  nearestPlace(position: Position, withinKm: number): NearPlace | null;
  /**
   * The country and region of the nearest city within 150 km, null at sea. No borders are known: right for 96 of 100 villages of the
   * world, wrong near a border.
   */
  regionAt(position: Position): { readonly country: string; readonly region: string | null } | null;
  /**
   * Cities of that name, the largest first; none for unknown ones. Case, accents and punctuation do not matter. After a comma or as last
   * words a region or country may follow: "Paris, Texas", "Paris France". Knows names in other languages of the best known cities.
   */
  findPlaces(name: string): Place[];
  /** "France", "Frankreich", "Deutschland", "UK", "the Netherlands"; a code only in capitals ("US"). Null for others. */
  findCountry(name: string): Country | null;
  /** "Texas", "Scotland", "Ontario"; a code only in capitals ("TX"), the first that has it. Null for others. */
  findRegion(name: string): Region | null;
  /** In English: "FR" is "France". The code itself for unknown ones. */
  countryName(code: string): string;
}

const regionWithinKm = 150;

/** Reads the table, half a megabyte, in one or two ms; names are sorted at the first question for one. PROGRAM_NOT_BUILT without it. */
export function openPlaces(file = tableFile): Places {
  const table = readPlaceTable(file);
  const countries = createCountries(table);
  const names = createPlaceNames(table, countries);
  const placeAt = (row: number): Place => placeOfRow(table, names.nameOf(row), row);
  return {
    nearestPlace: (position, withinKm) => {
      const row = nearestRow(table, { position, withinKm, reachOf: cityReachOf });
      if (row === null) return null;
      return { ...placeAt(row), distanceKm: distanceKm(position, positionOf(table, row)) };
    },
    regionAt: (position) => {
      const row = nearestRow(table, { position, withinKm: regionWithinKm, reachOf: () => 1 });
      if (row === null) return null;
      const { country, region } = placeAt(row);
      return { country, region };
    },
    findPlaces: (name) => names.rowsOf(name).map(placeAt),
    findCountry: (name) => countries.findCountry(name),
    findRegion: (name) => countries.findRegion(name),
    countryName: (code) => countries.nameOf(code),
  };
}

/** The same place beside this source and beside the bundle: see scripts/lib/ship-tables.mjs. */
const tableFile = fileURLToPath(new URL("table/cities-1.bin", import.meta.url));

function placeOfRow(table: PlaceTable, name: string, row: number): Place {
  const population = Math.abs(table.populations[row] ?? 0);
  const region = table.regionOf[row] ?? noRegion;
  return {
    name,
    country: table.countries[table.countryOf[row] ?? 0] ?? "",
    region: table.regions[region]?.name ?? null,
    population,
    radiusKm: Math.round(reachKm(population) * 10) / 10,
    ...positionOf(table, row),
  };
}

function positionOf({ latitudes, longitudes }: PlaceTable, row: number): Position {
  // Five digits are a metre, and what the table's source has.
  const plain = (degrees = 0): number => Math.round(degrees * 1e5) / 1e5;
  return { latitude: plain(latitudes[row]), longitude: plain(longitudes[row]) };
}

/** A city of 2 million reaches some 10 km. */
function reachKm(population: number): number {
  return 2 + 0.006 * Math.sqrt(population);
}

/** Parts of cities (negative) are never the nearest: their city is. */
function cityReachOf(population: number): number {
  return population < 0 ? 0 : reachKm(population);
}

interface Nearness {
  readonly position: Position;
  readonly withinKm: number;
  /** The distance is divided by it; 0 leaves the place out. */
  readonly reachOf: (population: number) => number;
}

/** Looks at the belt of rows that can be near enough: rows stand from south to north. */
function nearestRow(table: PlaceTable, { position, withinKm, reachOf }: Nearness): number | null {
  const { latitudes, longitudes, populations, rows } = table;
  const { latitude, longitude } = position;
  const degrees = withinKm / kmPerDegree;
  // Towards the poles a degree of longitude is short; past them all are near.
  const width = Math.cos(Math.min(90, Math.abs(latitude) + degrees) * (Math.PI / 180));
  const maxEast = width <= degrees / 180 ? 180 : degrees / width;
  let best: number | null = null;
  let bestScore = Number.POSITIVE_INFINITY;
  for (let row = firstRowFrom(latitudes, latitude - degrees); row < rows; row++) {
    if ((latitudes[row] ?? 90) > latitude + degrees) break;
    const east = Math.abs((longitudes[row] ?? 0) - longitude);
    if (Math.min(east, 360 - east) > maxEast) continue;
    const reach = reachOf(populations[row] ?? 0);
    const km = distanceKm(position, { latitude: latitudes[row] ?? 0, longitude: longitudes[row] ?? 0 });
    if (reach === 0 || km > withinKm || km / reach >= bestScore) continue;
    best = row;
    bestScore = km / reach;
  }
  return best;
}

function firstRowFrom(latitudes: Float32Array, latitude: number): number {
  let low = 0;
  let high = latitudes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((latitudes[middle] ?? 0) < latitude) low = middle + 1;
    else high = middle;
  }
  return low;
}
