/** Longer terms are cut, when they are stored and when they are looked for. UTF-16 units. */
export const maxTermUnits = 256;
export const maxTermBytes = 3 * maxTermUnits;

export function cutTerm(term: string): string {
  return term.length > maxTermUnits ? term.slice(0, maxTermUnits) : term;
}

/**
 * Writes a term in CESU-8 (each UTF-16 unit by itself, as UTF-8 does for one below U+10000) and answers its length in bytes, at most
 * `maxTermBytes`. Bytes then compare as JavaScript compares strings, and half of a surrogate pair survives.
 */
export function writeTerm(term: string, target: Uint8Array): number {
  const units = Math.min(term.length, maxTermUnits);
  let end = 0;
  for (let i = 0; i < units; i++) {
    const unit = term.charCodeAt(i);
    if (unit < 0x80) target[end++] = unit;
    else if (unit < 0x800) {
      target[end++] = 0xc0 | (unit >> 6);
      target[end++] = 0x80 | (unit & 0x3f);
    } else {
      target[end++] = 0xe0 | (unit >> 12);
      target[end++] = 0x80 | ((unit >> 6) & 0x3f);
      target[end++] = 0x80 | (unit & 0x3f);
    }
  }
  return end;
}

/** The term of the first `length` bytes; bytes that `writeTerm` did not make give some other string. */
export function readTerm(bytes: Buffer, length: number): string {
  let at = 0;
  while (at < length && (bytes[at] ?? 0) < 0x80) at++;
  const ascii = bytes.toString("latin1", 0, at);
  if (at === length) return ascii;
  const units: number[] = [];
  while (at < length) {
    const lead = bytes[at++] ?? 0;
    if (lead < 0x80) units.push(lead);
    else if (lead < 0xe0) units.push(((lead & 0x1f) << 6) | ((bytes[at++] ?? 0) & 0x3f));
    else {
      const middle = (bytes[at++] ?? 0) & 0x3f;
      units.push(((lead & 0x0f) << 12) | (middle << 6) | ((bytes[at++] ?? 0) & 0x3f));
    }
  }
  return ascii + String.fromCharCode(...units);
}

/** Below, equal to or above zero as the first term stands before, at or after the second. */
export function compareTerms(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const common = Math.min(aLength, bLength);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
