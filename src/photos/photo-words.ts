import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import type { PlaceWords } from "./photo-place.ts";

/** What a table says of a photo; empty where the photo does not say. */
export interface PhotoWords {
  /** "2024-07-14 19:32:05", on the camera's clock, with its zone if the file has one. */
  readonly taken: string;
  readonly camera: string;
  readonly lens: string;
  /** "f/2.8 1/250 s ISO 100 50 mm". */
  readonly exposure: string;
  readonly place: string;
  /** What of it is broken: "damaged", "IMG_1.xmp damaged". */
  readonly damage: string;
}

export function photoWords(photo: PhotoFacts, placeOf: PlaceWords): PhotoWords {
  const { facts } = photo;
  const text = (name: string): string => {
    const value = facts[name];
    return value === undefined || value === null ? "" : String(value);
  };
  return {
    taken: takenText(text("takenAt")),
    camera: text("camera"),
    lens: text("lens"),
    exposure: exposureWords(facts),
    place: placeOf(photo) ?? "",
    damage: [
      ...(facts["isDamaged"] === true ? [text("damage") || "damaged"] : []),
      ...(text("brokenCompanions") === "" ? [] : [`${text("brokenCompanions")} damaged`]),
    ].join(", "),
  };
}

/** "f/2.8 1/250 s ISO 100 50 mm", of what is known. */
export function exposureWords(facts: PhotoFacts["facts"]): string {
  const { aperture, exposureText, iso, focalLengthMm, flash } = facts;
  const said = [
    typeof aperture === "number" ? `f/${aperture}` : "",
    typeof exposureText === "string" ? exposureText : "",
    typeof iso === "number" ? `ISO ${iso}` : "",
    typeof focalLengthMm === "number" ? `${focalLengthMm} mm` : "",
    flash === true ? "flash" : "",
  ];
  return said.filter((word) => word !== "").join(" ");
}

/** An ISO time with a blank for its T, and one before its zone. */
export function takenText(takenAt: string): string {
  return takenAt.replace("T", " ").replace(/(?<=:[\d.]+)(Z|[+-]\d{2}:\d{2})$/, " $1");
}
