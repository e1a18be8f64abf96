import type { PhotoFacts } from "../extract/image/photo-facts.ts";

/** Where a photo was taken, in a few words: what the file or the gazetteer says, else its position; null: not known. */
export function placeOf({ facts }: Pick<PhotoFacts, "facts">): string | null {
  const text = (name: string): string | null => {
    const value = facts[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const city = text("city") ?? text("nearPlace");
  const country = text("country") ?? text("nearCountry");
  if (city !== null) return country === null ? city : `${city}, ${country}`;
  const { latitude, longitude } = facts;
  if (typeof latitude !== "number" || typeof longitude !== "number") return country;
  return `${sided(latitude, "N", "S")} ${sided(longitude, "E", "W")}`;
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
