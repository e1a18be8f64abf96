/** Other names of one city of the table. */
export interface PlaceAlias {
  /** As the table has it. */
  readonly place: string;
  readonly country: string;
  readonly names: readonly string[];
}

// COUNTRY|name in the table|other names.
const list = `
FR|Paris|Parigi,Parijs
DE|Munich|München,Muenchen,Monaco di Baviera
`;

/** Names in other languages, and shorter ones, that people type for well known cities; GeoNames' own list of them would be larger than all else. */
export const placeAliases: readonly PlaceAlias[] = list
  .trim()
  .split("\n")
  .map((line) => {
    const [country = "", place = "", names = ""] = line.split("|");
    return { country, place, names: names.split(",") };
  });
