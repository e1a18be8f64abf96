/** Encodings of two and four bytes a character that are known without a byte order mark, and UTF-32 with one. */
export interface WideText {
  /** Without a mark. */
  readonly text: string;
  readonly encoding: "UTF-16le" | "UTF-16be" | "UTF-32le" | "UTF-32be";
  readonly hasMark: boolean;
}

const sampleBytes = 8_192;
// Numbers of two bytes are characters of all kinds; a text has letters, digits and marks nearly throughout.
const leastReadable = 0.95;
// A text of another alphabet has blanks and line breaks, whose second byte is 0, every tenth time or so.
const leastZeros = 0.02;
const pieceCharacters = 8_192;

/** null: neither UTF-16 nor UTF-32, as far as one can tell. */
export function decodeWide(bytes: Buffer): WideText | null {
  return decodeFours(bytes) ?? decodePairs(bytes);
}

function decodeFours(bytes: Buffer): WideText | null {
  if (bytes.length < 4 || bytes.length % 4 !== 0) return null;
  for (const order of ["le", "be"] as const) {
    const at = (offset: number): number => (order === "le" ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset));
    const hasMark = at(0) === 0xfeff;
    const text = fourByteText(bytes.length, at, hasMark ? 4 : 0);
    if (text !== null && isReadable(text)) return { text, encoding: `UTF-32${order}`, hasMark };
  }
  return null;
}

/** null: a number that is no character. */
function fourByteText(length: number, at: (offset: number) => number, from: number): string | null {
  const pieces: string[] = [];
  let points: number[] = [];
  for (let offset = from; offset < length; offset += 4) {
    const point = at(offset);
    if (point === 0 || point > 0x10_ff_ff || (point >= 0xd800 && point <= 0xdfff)) return null;
    if (points.push(point) < pieceCharacters) continue;
    pieces.push(String.fromCodePoint(...points));
    points = [];
  }
  return pieces.join("") + String.fromCodePoint(...points);
}

function decodePairs(bytes: Buffer): WideText | null {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return null;
  const sample = bytes.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // The byte that is 0 in plain letters comes second in "le", first in "be".
  if ((even > 0 && odd > 0) || (even + odd) * 2 < sample.length * leastZeros) return null;
  const order = odd > 0 ? "le" : "be";
  try {
    const text = new TextDecoder(`utf-16${order}`, { fatal: true }).decode(bytes);
    return isReadable(text) ? { text, encoding: `UTF-16${order}`, hasMark: false } : null;
  } catch {
    return null;
  }
}

function isReadable(text: string): boolean {
  if (text === "" || text.includes("\0")) return false;
  const sample = text.slice(0, sampleBytes);
  const readable = sample.match(/[\p{L}\p{M}\p{N}\p{P}\p{Z}\p{S}\t\n\r]/gu)?.length ?? 0;
  // Of two units, a letter counts once.
  const pairs = sample.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0;
  return readable >= (sample.length - pairs) * leastReadable;
}
