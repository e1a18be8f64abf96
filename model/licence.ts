/** What a package's own papers say of its licence. */
export type LicenceVerdict =
  | { readonly kind: "permissive"; readonly licence: string }
  | { readonly kind: "refused"; readonly reason: string };

// Also with a version, a holder or an exception behind it ("BSD-3-clause-Google", "Apache-2.0 with LLVM exception").
const permissive =
  /^(?:mit|expat|mit[- ]style|mit\/x|mit[- ]licen[cs]e|the mit licen[cs]e|x11|bsd|0bsd|[23]-clause bsd|(?:new |simplified )?bsd licen[cs]e|bsd[-. ]?[23][-. ]?clauses?|apache|apache licen[cs]e|apache software licen[cs]e|asl|isc|iscl|psf|psfl|python|python software foundation licen[cs]e|zlib|zlib\/libpng|cc0|unlicen[cs]e)(?:[- ,.]*(?:v(?:ersion)?\.? ?)?[\d.]+)?(?:[-~][\w.~-]+)?(?: licen[cs]e)?(?: \([\w ]+\))?(?: with [\w.~-]+[- ]exceptions?)?$/i;
const refusedVariants =
  /gpl|4-clause|bsd-4|original|cc-by|proprietary|non-?commercial|advert|doc|restrict|amazon|apache[^2]*\b1|-by-/i;

/** Whether one licence name is on the list: MIT, BSD (two or three clauses), Apache-2.0, ISC, PSF, Zlib, CC0, Unlicense. */
export function isPermissiveName(name: string): boolean {
  const trimmed = name.trim().replaceAll(/\s+/g, " ");
  return trimmed.length < 80 && permissive.test(trimmed) && !refusedVariants.test(trimmed);
}

/**
 * Whether an SPDX or Debian expression leaves a choice that is permissive: one side of each "or", all sides of each "and". "And" binds
 * tighter than "or", and in Debian's grammar a comma before either binds weaker than both.
 */
export function isPermissiveExpression(expression: string): boolean {
  const flat = expression.replaceAll(/\s+/g, " ").trim();
  if (flat.length > 2_000) return false;
  return isPermissiveName(flat) || isPermissiveFlat(withoutParentheses(flat));
}

// Stand for a part in parentheses that has been judged already.
const judged = { true: "MIT", false: "refused" } as const;

function withoutParentheses(expression: string): string {
  const inner = /\(([^()]*)\)/.exec(expression);
  if (inner?.[1] === undefined) return expression;
  return withoutParentheses(expression.replace(inner[0], judged[`${isPermissiveFlat(inner[1])}`]));
}

function isPermissiveFlat(expression: string): boolean {
  const isAll = (parts: readonly string[]): boolean => parts.every(isPermissiveName);
  const isAny = (part: string): boolean =>
    part.split(/\s+or\s+|\s*\|\|?\s*/i).some((choice) => isAll(choice.split(/\s+and\s+|\s*[&,]\s*/i)));
  return expression.split(/\s*,\s*or\s+/i).some((choice) => choice.split(/\s*,\s*and\s+/i).every(isAny));
}

/** The verdict on the `license` field of a package.json: a string, or the old forms of an object or a list of them. */
export function npmLicence(manifest: unknown): LicenceVerdict {
  const fields = Object(manifest) as { license?: unknown; licenses?: unknown }; // Safe: any value, read as unknown.
  const stated = fields.license ?? fields.licenses;
  const list = Array.isArray(stated) ? stated : [stated];
  const names = list.map((entry) => {
    // Safe: read as unknown.
    const named = typeof entry === "string" ? entry : (Object(entry) as { type?: unknown }).type;
    return typeof named === "string" ? named : "";
  });
  const licence = names.join(" OR ");
  return licence !== "" && isPermissiveExpression(licence)
    ? { kind: "permissive", licence }
    : { kind: "refused", reason: licence === "" ? "no licence field" : licence };
}

interface CopyrightParagraph {
  readonly patterns: readonly RegExp[];
  readonly licence: string;
}

/** A machine-readable debian/copyright: the licence of each file, by the last paragraph that matches it. */
export interface DebianCopyright {
  /** Licence names of all paragraphs that are not about the packaging itself, in order, each once. */
  readonly licences: readonly string[];
  readonly licenceOf: (path: string) => string | null;
}

/** Null when the text is not in the machine-readable format (DEP-5), and so establishes nothing. */
export function readDebianCopyright(text: string): DebianCopyright | null {
  const stanzas = text
    .replaceAll("\r\n", "\n")
    .split(/\n[ \t]*\n+/)
    .map(fieldsOf);
  if (!stanzas[0]?.has("format") && !stanzas[0]?.has("format-specification")) return null;
  const paragraphs: CopyrightParagraph[] = [];
  for (const fields of stanzas) {
    const files =
      fields
        .get("files")
        ?.split(/[\s,]+/)
        .filter((pattern) => pattern !== "") ?? [];
    const own = files.filter((pattern) => !/^(?:\.\/)?debian(?:\/|$)/.test(pattern));
    const licence = fields.get("license")?.split("\n")[0]?.trim() ?? "";
    if (own.length > 0) paragraphs.push({ patterns: own.map(wildcard), licence });
  }
  if (paragraphs.length === 0) return null;
  return {
    licences: [...new Set(paragraphs.map(({ licence }) => licence))],
    licenceOf: (path) =>
      paragraphs.findLast(({ patterns }) => patterns.some((pattern) => pattern.test(path)))?.licence ?? null,
  };
}

function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = "";
  for (const line of stanza.split("\n")) {
    const field = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line);
    if (field?.[1] !== undefined) {
      name = field[1].toLowerCase();
      fields.set(name, field[2] ?? "");
    } else if (name !== "") fields.set(name, `${fields.get(name)}\n${line.trim()}`);
  }
  return fields;
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/^\.\//, "")
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

const classifierNames = /License :: OSI Approved :: ([^\n"'#]+)/g;

/** The verdict on a package's own manifest, for sources whose debian/copyright is prose; null for files that are none. */
export function manifestLicence(name: string, text: string): LicenceVerdict | null {
  if (name === "package.json" || name === "composer.json") return jsonLicence(text);
  if (name === "Cargo.toml") return statedLicence(/^license\s*=\s*"([^"]+)"/m.exec(text)?.[1]);
  if (!/^(?:PKG-INFO|METADATA|setup\.py|setup\.cfg|pyproject\.toml)$/.test(name)) return null;
  const classifiers = [...text.matchAll(classifierNames)].map((match) => (match[1] ?? "").trim());
  return classifiers.length === 0 ? null : statedLicence(classifiers.join(" and "));
}

function statedLicence(licence: string | undefined): LicenceVerdict | null {
  if (licence === undefined) return null;
  const expression = licence.replaceAll("/", " or ");
  return isPermissiveExpression(expression) ? { kind: "permissive", licence } : { kind: "refused", reason: licence };
}

function jsonLicence(text: string): LicenceVerdict | null {
  try {
    return npmLicence(JSON.parse(text));
  } catch {
    // A manifest that does not parse establishes nothing.
    return null;
  }
}

const licenceTexts: readonly (readonly [name: string, text: RegExp])[] = [
  ["Apache-2.0", /^\W*Apache License\W+Version 2\.0/i],
  ["MIT", /Permission is hereby granted, free of charge, to any person obtaining a copy of this software/i],
  [
    "ISC",
    /Permission to use, copy, modify, and(?:\/or)? distribute this software for any purpose with or without fee/i,
  ],
  ["BSD", /Redistribution and use in source and binary forms, with or without modification, are permitted/i],
];

/** The verdict on a LICENSE file at the root of a source; null when it is none of the well-known permissive texts. */
export function licenceOfText(text: string): LicenceVerdict | null {
  const flat = text.slice(0, 15_000).replaceAll(/\s+/g, " ");
  if (
    /GNU (?:LESSER |AFFERO |LIBRARY )?GENERAL PUBLIC|advertising materials|Mozilla Public|Eclipse Public|non-?commercial/i.test(
      flat,
    )
  )
    return null;
  const found = licenceTexts.find(([, pattern]) => pattern.test(flat));
  return found === undefined ? null : { kind: "permissive", licence: found[0] };
}
