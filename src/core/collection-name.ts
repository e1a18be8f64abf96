import { CommonsError } from "./errors.ts";

/** Chroma's whole rule, as its server 1.3.4 checks it. */
const collectionNameRule =
  "3 to 512 characters of a-z, A-Z, 0-9, dot, dash and underscore, beginning and ending with a letter or digit, without two dots in a row, and no IP address";

const pattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$/;

export function isCollectionName(name: string): boolean {
  return pattern.test(name) && !name.includes("..") && !isIpAddress(name);
}

/** Four numbers up to 255 without leading zeros; IPv6 has colons, which no name may have. */
function isIpAddress(name: string): boolean {
  const parts = name.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

/** A legal name that resembles the given one; used in suggestions and for derived names only. */
export function suggestCollectionName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-zA-Z0-9._-]+/g, "-")
    .replaceAll(/\.{2,}/g, ".")
    .slice(0, 512)
    .replace(/^[^a-zA-Z0-9]+/, "")
    .replace(/[^a-zA-Z0-9]+$/, "");
  if (isCollectionName(plain)) return plain;
  if (isIpAddress(plain)) return plain.replaceAll(".", "-");
  return plain.length === 0 ? "collection" : `${plain}-collection`.slice(0, 512);
}

/** Throws COLLECTION_NAME_INVALID with the rule and a legal suggestion; never changes the name. */
export function requireCollectionName(name: string): string {
  if (isCollectionName(name)) return name;
  throw new CommonsError(
    "COLLECTION_NAME_INVALID",
    `"${name.slice(0, 80)}" is no collection name: ${collectionNameRule}.`,
    {
      hint: `Use for example "${suggestCollectionName(name)}".`,
      details: { name: name.slice(0, 600), suggestion: suggestCollectionName(name) },
    },
  );
}

/** The known names nearest to a mistyped one, best first, at most `limit`. Damerau is not needed: Levenshtein, case-folded. */
export function nearestNames(name: string, known: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase();
  return known
    .map((candidate) => ({ candidate, distance: nameDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 2)))
    .toSorted((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

function nameDistance(a: string, b: string): number {
  if (a.length >= 3 && b.length >= 3 && (a.includes(b) || b.includes(a))) return 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
