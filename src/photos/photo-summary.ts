import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { createPlaceWords } from "./photo-place.ts";
import type { NameCounts, PhotoSummary } from "./photo-report.ts";

/** Names that a summary keeps apart; of a directory of strangers' photos the rest counts as other ones. */
const maxNames = 10_000;
const shownNames = 20;

type Counted = Pick<
  PhotoSummary,
  | "files"
  | "sizeBytes"
  | "withoutExif"
  | "namedOnly"
  | "damagedInPart"
  | "takenFrom"
  | "takenTo"
  | "withTime"
  | "withPosition"
  | "cameras"
  | "lenses"
  | "places"
  | "formats"
>;

/** Counts photos one by one; its size does not grow with their number. */
export interface SummaryCount {
  add(photo: PhotoFacts): void;
  counted(): Counted;
}

export function startSummary(): SummaryCount {
  const counts = {
    files: 0,
    sizeBytes: 0,
    withoutExif: 0,
    namedOnly: 0,
    damagedInPart: 0,
    withTime: 0,
    withPosition: 0,
  };
  const [cameras, lenses, places, formats] = [countNames(), countNames(), countNames(), countNames()];
  const placeOf = createPlaceWords();
  let takenFrom: string | null = null;
  let takenTo: string | null = null;
  return {
    add: (photo) => {
      const { facts, hasExif, sizeBytes, format } = photo;
      counts.files++;
      counts.sizeBytes += sizeBytes;
      if (hasExif === null) counts.namedOnly++;
      else if (!hasExif) counts.withoutExif++;
      if (facts["isDamaged"] === true) counts.damagedInPart++;
      if (typeof facts["latitude"] === "number") counts.withPosition++;
      const { takenAt } = facts;
      if (typeof takenAt === "string") {
        counts.withTime++;
        if (takenFrom === null || clock(takenAt) < clock(takenFrom)) takenFrom = takenAt;
        if (takenTo === null || clock(takenAt) > clock(takenTo)) takenTo = takenAt;
      }
      cameras.add(facts["camera"]);
      lenses.add(facts["lens"]);
      places.add(placeOf(photo));
      formats.add(format);
    },
    counted: () => ({
      ...counts,
      takenFrom,
      takenTo,
      cameras: cameras.counted(),
      lenses: lenses.counted(),
      places: places.counted(),
      formats: formats.counted(),
    }),
  };
}

/** Date and time as the camera's clock had them, without a zone: cameras that travelled are ordered by what they showed. */
function clock(takenAt: string): string {
  return takenAt.replace(/(?<=T[\d:.]+)(Z|[+-]\d{2}:\d{2})$/, "");
}

function countNames(): { add(name: unknown): void; counted(): NameCounts } {
  const files = new Map<string, number>();
  let beyond = 0;
  return {
    add: (name) => {
      if (typeof name !== "string" || name === "") return;
      const known = files.get(name);
      if (known === undefined && files.size >= maxNames) beyond++;
      else files.set(name, (known ?? 0) + 1);
    },
    counted: () => {
      const sorted = [...files].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
      const rest = sorted.slice(shownNames);
      return {
        top: sorted.slice(0, shownNames),
        moreNames: rest.length,
        moreFiles: rest.reduce((sum, [, count]) => sum + count, beyond),
      };
    },
  };
}
