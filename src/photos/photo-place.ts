import type { PhotoFacts } from "../extract/image/photo-facts.ts";

/** Where a photo was taken, in a few words; null: not known. */
export type PlaceWords = (photo: Pick<PhotoFacts, "facts">) => string | null;

/** In these, cities are told apart by their state, province or nation. */
const byRegions: ReadonlySet<string> = new Set([
  "United States",
  "United States of America",
  "USA",
  "US",
  "Canada",
  "Australia",
  "United Kingdom",
  "UK",
]);

/** Words for places: what the file or the gazetteer says ("Paris, France"), else the position to a tenth of a degree. */
export function createPlaceWords(): PlaceWords {
  let names: Intl.DisplayNames | null = null;
  const countryOf = (code: string | null): string | null => {
    if (code === null || !/^[A-Z]{2}$/.test(code)) return code;
    names ??= new Intl.DisplayNames(["en"], { type: "region" });
    return names.of(code) ?? code;
  };
  return ({ facts }) => {
    const text = (name: string): string | null => {
      const value = facts[name];
      return typeof value === "string" && value !== "" ? value : null;
    };
    const city = text("city") ?? text("nearPlace");
    const country = text("country") ?? countryOf(text("nearCountry"));
    const region = text("city") === null ? text("nearRegion") : text("state");
    // There is a Paris in Texas, too.
    const isApart = city !== null && region !== null && byRegions.has(country ?? "") && region !== city;
    if (city !== null) return [city, ...(isApart ? [region] : []), ...(country === null ? [] : [country])].join(", ");
    const { latitude, longitude } = facts;
    if (typeof latitude !== "number" || typeof longitude !== "number") return country;
    const position = `${sided(latitude, "N", "S")} ${sided(longitude, "E", "W")}`;
    return country === null ? position : `${position}, ${country}`;
  };
}

/** "48.9 N": a tenth of a degree is some 11 km. */
function sided(degrees: number, positive: string, negative: string): string {
  return `${Math.abs(degrees).toFixed(1)} ${degrees < 0 ? negative : positive}`;
}

/** "48 deg 51' 29.52" N, 2 deg 17' 40.20" E", from decimal degrees. */
export function positionText(latitude: number, longitude: number): string {
  return `${inMinutes(latitude, "N", "S")}, ${inMinutes(longitude, "E", "W")}`;
}

function inMinutes(degrees: number, positive: string, negative: string): string {
  // Rounded once and then divided: rounding each part would give 60 seconds.
  const hundredths = Math.round(Math.abs(degrees) * 360_000);
  const whole = Math.floor(hundredths / 360_000);
  const minutes = Math.floor((hundredths % 360_000) / 6_000);
  const seconds = ((hundredths % 6_000) / 100).toFixed(2);
  return `${whole} deg ${minutes}' ${seconds}" ${degrees < 0 ? negative : positive}`;
}
