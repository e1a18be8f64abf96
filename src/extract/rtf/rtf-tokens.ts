/** A piece of Rich Text Format. `bytes` are characters in the code page of the font; `word` has its number, where it has one. */
export type RtfToken =
  | { readonly kind: "open" }
  | { readonly kind: "close" }
  | { readonly kind: "word"; readonly word: string; readonly number: number | null }
  | { readonly kind: "symbol"; readonly symbol: string }
  | { readonly kind: "bytes"; readonly bytes: readonly number[] }
  | { readonly kind: "text"; readonly text: string };

const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const quote = 0x27;
const maxWordChars = 32;
const maxBytesAtOnce = 65_536;

/** The tokens of a file, in one pass; binary data (`\bin`) is passed over. */
export function* rtfTokens(bytes: Buffer): Generator<RtfToken> {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === openBrace || byte === closeBrace) {
      yield { kind: byte === openBrace ? "open" : "close" };
      at++;
    } else if (isByte(bytes, at)) {
      const read = readBytes(bytes, at);
      yield { kind: "bytes", bytes: read.bytes };
      at = read.next;
    } else if (byte === backslash) {
      const read = readControl(bytes, at + 1);
      if (read.token !== null) yield read.token;
      at = read.next;
    } else {
      const end = plainEnd(bytes, at);
      // Line ends of the file mean nothing.
      const text = bytes.toString("latin1", at, end).replaceAll(/[\r\n\0]/g, "");
      if (text !== "") yield { kind: "text", text };
      at = end;
    }
  }
}

/** Whether a character of the code page stands here: as it is, or as `\'e9`. */
function isByte(bytes: Buffer, at: number): boolean {
  const byte = bytes[at] ?? 0;
  return byte >= 0x80 || (byte === backslash && bytes[at + 1] === quote);
}

/** Those that follow one another, together: some characters are made of two. */
function readBytes(bytes: Buffer, start: number): { bytes: number[]; next: number } {
  const read: number[] = [];
  let at = start;
  while (at < bytes.length && read.length < maxBytesAtOnce && isByte(bytes, at)) {
    const byte = bytes[at] ?? 0;
    if (byte === backslash) {
      const value = hexDigit(bytes[at + 2]) * 16 + hexDigit(bytes[at + 3]);
      if (!Number.isNaN(value)) read.push(value);
      at += 4;
    } else {
      read.push(byte);
      at++;
    }
    // A line of the file may end between two of them.
    while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
  }
  return { bytes: read, next: at };
}

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte & ~0x20;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : Number.NaN;
}

function readControl(bytes: Buffer, start: number): { token: RtfToken | null; next: number } {
  const first = bytes[start] ?? 0;
  if (!isLetter(first)) {
    const symbol = String.fromCharCode(first);
    return { token: { kind: "symbol", symbol }, next: start + 1 };
  }
  let end = start;
  while (end < bytes.length && end - start < maxWordChars && isLetter(bytes[end] ?? 0)) end++;
  const word = bytes.toString("latin1", start, end);
  const digits = /^-?\d{1,10}/.exec(bytes.toString("latin1", end, end + 11))?.[0] ?? "";
  const number = digits === "" ? null : Number(digits);
  let next = end + digits.length;
  if (bytes[next] === 0x20) next++;
  if (word === "bin") return { token: null, next: next + Math.max(0, number ?? 0) };
  return { token: { kind: "word", word, number }, next };
}

function plainEnd(bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0;
    if (byte === backslash || byte === openBrace || byte === closeBrace || byte >= 0x80) break;
    end++;
  }
  return end;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
}
