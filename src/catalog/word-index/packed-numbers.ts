import { damagedIndex } from "./damage.ts";

const maxBytesPerNumber = 5;

/** Writes a whole number below 2^32 in 7-bit groups, the lowest first; answers where it ends. At most 5 bytes. */
export function writeNumber(value: number, target: Uint8Array, at: number): number {
  let rest = value;
  let end = at;
  while (rest >= 0x80) {
    target[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[end++] = rest;
  return end;
}

/** Strictly ascending numbers as the gaps between them. */
export function packAscending(values: Uint32Array): Uint8Array {
  const packed = new Uint8Array(values.length * maxBytesPerNumber);
  let end = 0;
  let previous = -1;
  for (const value of values) {
    end = writeNumber(value - previous - 1, packed, end);
    previous = value;
  }
  return packed.slice(0, end);
}

/** CATALOG_DAMAGED unless there are exactly `count` numbers. */
export function unpackAscending(packed: Uint8Array, count: number): Uint32Array {
  const values = unpack(packed, count);
  let previous = -1;
  for (let i = 0; i < count; i++) {
    previous += (values[i] ?? 0) + 1;
    values[i] = previous;
  }
  if (previous > 0xffffffff) throw damagedIndex("a column holds a number that is too large");
  return values;
}

/** Numbers in any order as the differences from their predecessors, small ones of either sign short (zigzag). */
export function packNear(values: Uint32Array | Uint16Array): Uint8Array {
  const packed = new Uint8Array(values.length * maxBytesPerNumber);
  let end = 0;
  let previous = 0;
  for (const value of values) {
    // Differences are taken modulo 2^32, so that 32 bits hold them all.
    const difference = (value - previous) | 0;
    end = writeNumber(((difference << 1) ^ (difference >> 31)) >>> 0, packed, end);
    previous = value;
  }
  return packed.slice(0, end);
}

/** CATALOG_DAMAGED unless there are exactly `count` numbers. */
export function unpackNear(packed: Uint8Array, count: number): Uint32Array {
  const values = unpack(packed, count);
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const zigzag = values[i] ?? 0;
    previous = (previous + ((zigzag >>> 1) ^ -(zigzag & 1))) >>> 0;
    values[i] = previous;
  }
  return values;
}

function unpack(packed: Uint8Array, count: number): Uint32Array {
  // Every number has a byte at least: a wrong count asks for no more memory than that.
  if (count > packed.length) throw damagedIndex("a column is too short");
  const values = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let byte = packed[at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = packed[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    values[i] = value;
  }
  if (at !== packed.length) throw damagedIndex("a column has not the length of its segment");
  return values;
}
