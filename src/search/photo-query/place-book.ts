import { openPlaces, type Places } from "../../places/places.ts";

/** What the reading of a question asks of a gazetteer. */
export type PlaceBook = Pick<Places, "findPlaces" | "findCountry" | "findRegion" | "countryName">;

/** Knows no place. */
export const noPlaces: PlaceBook = {
  findPlaces: () => [],
  findCountry: () => null,
  findRegion: () => null,
  countryName: (code) => code,
};

/** The gazetteer, opened at the first question that asks for it; a program without its table knows no place. */
export function createPlaceBook(): () => PlaceBook {
  let book: PlaceBook | null = null;
  return () => (book ??= openedPlaces());
}

function openedPlaces(): PlaceBook {
  try {
    return openPlaces();
  } catch {
    // A search must not fail because the names of cities are missing; commons doctor names a program that is not whole.
    return noPlaces;
  }
}
