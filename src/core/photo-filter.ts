/** Numbers of a photo that a filter may bound. `exposureSeconds` in seconds, focal lengths in mm, `rating` 0 to 5. */
export const photoNumbers = [
  "aperture",
  "iso",
  "focalLengthMm",
  "focalLength35Mm",
  "exposureSeconds",
  "rating",
] as const;
export type PhotoNumber = (typeof photoNumbers)[number];

/** One fact that a photo may have. Times are those of the camera's clock. */
export type PhotoNeed =
  /** The camera's make or model, or the lens, has the name in it: case, spaces and hyphens do not count, whole numbers do. */
  | { readonly kind: "camera" | "lens"; readonly name: string }
  /** Taken on these days, YYYY-MM-DD, both included; null: open. `south`: instead, for a photo from south of the equator. */
  | {
      readonly kind: "dates";
      readonly from: string | null;
      readonly to: string | null;
      readonly south?: { readonly from: string; readonly to: string } | undefined;
    }
  /** Taken on these days of any year, MM-DD, both included; `to` before `from` goes over the end of the year. */
  | {
      readonly kind: "yearly";
      readonly from: string;
      readonly to: string;
      readonly south?: { readonly from: string; readonly to: string } | undefined;
    }
  /** 0 is Sunday. */
  | { readonly kind: "weekdays"; readonly days: readonly number[] }
  /** The sun stood so. Where that is not known, the hour decides: from `fromHour` to before `toHour` (17.5 is half past), maybe over midnight. */
  | {
      readonly kind: "daylight";
      readonly names: readonly string[];
      readonly fromHour: number;
      readonly toHour: number;
    }
  /** Not farther than this on the great circle; decimal degrees. */
  | { readonly kind: "near"; readonly latitude: number; readonly longitude: number; readonly withinKm: number }
  /** Between these degrees; `west` is not east of `east`. */
  | {
      readonly kind: "box";
      readonly south: number;
      readonly north: number;
      readonly west: number;
      readonly east: number;
    }
  /** ISO 3166 code of two letters, and the name in English. */
  | { readonly kind: "country"; readonly code: string; readonly name: string }
  /** A state, province or nation of a country, by its name in English. */
  | { readonly kind: "region"; readonly country: string; readonly name: string }
  | { readonly kind: "shape"; readonly aspects: readonly string[] }
  /** Both included; null: open. */
  | {
      readonly kind: "number";
      readonly field: PhotoNumber;
      readonly least: number | null;
      readonly most: number | null;
    }
  | { readonly kind: "flash"; readonly isFired: boolean }
  /** Endings of the file's name, in lower case and without the dot. */
  | { readonly kind: "format"; readonly extensions: readonly string[] }
  | { readonly kind: "screenshot" };

/** What a photo must have: one of the facts is enough. */
export interface PhotoClause {
  readonly anyOf: readonly PhotoNeed[];
  /** Words of the photo's own (path, title, caption, keywords, place, names) that stand for the fact; each may be several words. */
  readonly words: readonly string[];
  /** Whether the words count beside the facts, or only where the photo has none of those facts. */
  readonly wordsCount: "always" | "when-unknown";
  /** It holds for photos that have none of the facts. */
  readonly isNot?: boolean | undefined;
  /** For people: "camera Canon", "within 30 km of Paris". */
  readonly label: string;
}

/** Narrows to images for which all clauses hold; at most `maxPhotoClauses`. */
export interface PhotoFilter {
  readonly clauses: readonly PhotoClause[];
}

export const maxPhotoClauses = 16;
