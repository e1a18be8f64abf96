/** Bits in which two hashes of 16 hex digits differ. */
export function bitsBetween(first: string, second: string): number {
  return [0, 8].reduce((sum, at) => sum + bitCount(half(first, at) ^ half(second, at)), 0);
}

/** Of a whole number of 32 bits (Warren, "Hacker's Delight", 5-1). */
export function bitCount(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function half(hash: string, at: number): number {
  return Number.parseInt(hash.slice(at, at + 8), 16);
}
