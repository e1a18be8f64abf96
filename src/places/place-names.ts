import type { Countries } from "./countries.ts";
import { foldedLines, foldedName, umlautsWrittenOut } from "./name-folding.ts";
import { placeAliases } from "./place-aliases.ts";
import { noRegion, type PlaceTable } from "./place-table.ts";

export interface PlaceNames {
  nameOf(row: number): string;
  /** Rows of that name, those with more people first. */
  rowsOf(name: string): number[];
}

/** Longer texts are no names of a place, and each costs a look at all of their ends. */
const maxNameChars = 100;

/** Names of the table's rows; they are cut apart at the first question, and sorted at the first search. */
export function createPlaceNames(table: PlaceTable, countries: Countries): PlaceNames {
  let all: readonly string[] | null = null;
  let rowsByName: ReadonlyMap<string, readonly number[]> | null = null;
  const names = (): readonly string[] => (all ??= table.names.toString("utf8").split("\n"));
  return {
    nameOf: (row) => names()[row] ?? "",
    rowsOf: (name) => {
      if (name.length > maxNameChars) return [];
      rowsByName ??= indexOf(names(), table);
      return rowsNamed(name, { rowsByName, table, countries });
    },
  };
}

interface Search {
  readonly rowsByName: ReadonlyMap<string, readonly number[]>;
  readonly table: PlaceTable;
  readonly countries: Countries;
}

function rowsNamed(name: string, search: Search): number[] {
  const whole = search.rowsByName.get(foldedName(name));
  if (whole !== undefined) return [...whole];
  const words = name.trim().split(/[\s,]+/);
  for (let end = words.length - 1; end > 0; end--) {
    const rows = search.rowsByName.get(foldedName(words.slice(0, end).join(" ")));
    if (rows === undefined) continue;
    const isInside = insideOf(words.slice(end).join(" "), search);
    const inside = isInside === null ? [] : rows.filter(isInside);
    if (inside.length > 0) return inside;
  }
  return [];
}

/** Whether a row is in the region or country of that name; null when there is none. */
function insideOf(name: string, { table, countries }: Search): ((row: number) => boolean) | null {
  // Behind a city a code may be small: "paris tx".
  const country = countries.findCountry(name) ?? countries.findCountry(name.toUpperCase());
  const region = countries.findRegion(name) ?? countries.findRegion(name.toUpperCase());
  if (country === null && region === null) return null;
  const countryIndex = country === null ? -1 : table.countries.indexOf(country.code);
  const regionIndex = region === null ? noRegion : table.regions.indexOf(region);
  return (row) =>
    table.countryOf[row] === countryIndex || (regionIndex !== noRegion && table.regionOf[row] === regionIndex);
}

function indexOf(names: readonly string[], table: PlaceTable): Map<string, readonly number[]> {
  const rowsByName = new Map<string, number[]>();
  const add = (name: string, row: number): void => {
    const rows = rowsByName.get(name);
    if (rows === undefined) rowsByName.set(name, [row]);
    else if (!rows.includes(row)) rows.push(row);
  };
  const foldedNames = foldedLines(names.join("\n"));
  for (const [row, name] of names.entries()) {
    const folded = foldedNames[row] ?? "";
    add(folded, row);
    const written = umlautsWrittenOut(name);
    if (written !== null) add(foldedName(written), row);
    // "New York City" is asked for as New York.
    if (folded.endsWith(" city")) add(folded.slice(0, -" city".length), row);
  }
  const people = (row: number): number => Math.abs(table.populations[row] ?? 0);
  for (const { names: aliases, country, place } of placeAliases) {
    const code = table.countries.indexOf(country);
    const rows = rowsByName.get(foldedName(place))?.filter((row) => table.countryOf[row] === code) ?? [];
    const largest = rows.toSorted((a, b) => people(b) - people(a))[0];
    if (largest !== undefined) for (const alias of aliases) add(foldedName(alias), largest);
  }
  for (const rows of rowsByName.values()) if (rows.length > 1) rows.sort((a, b) => people(b) - people(a));
  return rowsByName;
}
