import { foldedName } from "./name-folding.ts";
import type { PlaceTable, Region } from "./place-table.ts";

export interface Country {
  /** ISO 3166-1: "FR". */
  readonly code: string;
  /** In English. */
  readonly name: string;
}

export interface Countries {
  findCountry(name: string): Country | null;
  findRegion(name: string): Region | null;
  nameOf(code: string): string;
}

/** What people say and Unicode's names of regions do not have. */
const otherNames: Readonly<Record<string, string>> = {
  uk: "GB",
  "great britain": "GB",
  britain: "GB",
  usa: "US",
  america: "US",
  "united states of america": "US",
  holland: "NL",
  uae: "AE",
  emirates: "AE",
  czechia: "CZ",
  "czech republic": "CZ",
  turkey: "TR",
  turkiye: "TR",
  burma: "MM",
  macedonia: "MK",
  bosnia: "BA",
  vatican: "VA",
  "ivory coast": "CI",
  "cape verde": "CV",
  swaziland: "SZ",
  "hong kong": "HK",
  macao: "MO",
  macau: "MO",
  palestine: "PS",
  "republic of ireland": "IE",
  eire: "IE",
  "south korea": "KR",
  "north korea": "KP",
  "democratic republic of the congo": "CD",
  congo: "CG",
};

/** Languages in which the names of all countries are known; of others each country's own. */
const spokenLanguages = ["en", "de", "es", "fr", "it", "nl", "pt"];

/** Names of countries as Node's own tables have them; gathered at the first question. */
export function createCountries({ countries, regions }: PlaceTable): Countries {
  let english: Intl.DisplayNames | null = null;
  let codes: ReadonlyMap<string, string> | null = null;
  const nameOf = (code: string): string => {
    english ??= new Intl.DisplayNames(["en"], { type: "region" });
    return /^[A-Z]{2}$/.test(code) ? (english.of(code) ?? code) : code;
  };
  return {
    nameOf,
    findCountry: (name) => {
      codes ??= namesOfCountries(countries);
      const asked = name.trim();
      const code = countries.includes(asked) ? asked : codes.get(foldedName(withoutArticle(asked)));
      return code === undefined ? null : { code, name: nameOf(code) };
    },
    findRegion: (name) => {
      const asked = foldedName(name);
      return regions.find((region) => region.code === name.trim() || foldedName(region.name) === asked) ?? null;
    },
  };
}

function namesOfCountries(countries: readonly string[]): Map<string, string> {
  const codes = new Map<string, string>();
  const add = (name: string | undefined, code: string): void => {
    const folded = foldedName(name ?? "");
    // "Congo - Kinshasa" and a code without a name are nothing that people type; the first name of two countries stays.
    if (folded !== "" && name !== code && !codes.has(folded)) codes.set(folded, code);
  };
  for (const language of spokenLanguages) {
    const names = new Intl.DisplayNames([language], { type: "region" });
    for (const code of countries) add(names.of(code), code);
  }
  for (const code of countries) add(ownNameOf(code), code);
  for (const [name, code] of Object.entries(otherNames)) codes.set(name, code);
  return codes;
}

/** In the language that most of the country speak, as Unicode's likely subtags have it. */
function ownNameOf(code: string): string | undefined {
  const { language } = new Intl.Locale(`und-${code}`).maximize();
  return new Intl.DisplayNames([language], { type: "region" }).of(code);
}

function withoutArticle(name: string): string {
  return name.replace(/^the\s+/i, "");
}
