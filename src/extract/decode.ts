import { isUtf8 } from "node:buffer";
import type { Metadata } from "../core/document.ts";
import { decodeWindows1252 } from "./windows-1252.ts";

export type Decoded =
  | { readonly kind: "text"; readonly text: string; readonly metadata: Metadata }
  | { readonly kind: "binary" };

/** Changes whenever the same bytes would give another text; part of every stored document's version. */
export const decoderVersion = "bytes-2";

const sniffBytes = 8_192;
// Terminal colours and form feeds are few in any text; bytes that mean numbers are control characters every ninth time.
const maxControlShare = 0.05;
// A tenth of broken characters leaves nothing to read.
const maxInvalidShare = 0.1;
// European words of one letter in three with an accent are rare; other alphabets in one-byte encodings have nothing else.
const maxHighShare = 0.4;

/**
 * Bytes as text: UTF-8, UTF-16 with a byte order mark, or else windows-1252 (a superset of Latin-1), which `encoding` then
 * says. The mark is taken off, line ends become "\n", and single bytes that are no UTF-8 become U+FFFD and are counted in
 * `invalidCharacters`. A NUL, many control characters, or bytes that no encoding explains mean binary.
 */
export function decodeText(bytes: Buffer): Decoded {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return decodeWith("utf-16le", bytes);
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) return decodeWith("utf-16be", bytes);
  if (looksBinary(bytes.subarray(0, sniffBytes))) return { kind: "binary" };
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = hasMark ? bytes.subarray(3) : bytes;
  const text = content.toString("utf8");
  if (isUtf8(content)) return finish(text, {});
  const invalidCharacters = count(text, /\uFFFD/g);
  const broken: Decoded = finish(text, { invalidCharacters });
  const isReadable = invalidCharacters <= text.length * maxInvalidShare;
  // Characters of several bytes come about by chance only rarely: where there are some, UTF-8 is meant.
  if (hasMark || count(text, /[^\0-\x7F\uFFFD]/g) >= invalidCharacters || isCutAtEnd(content))
    return isReadable ? broken : { kind: "binary" };
  if (count(text, /[\0-\x7F]/g) < content.length * (1 - maxHighShare)) return { kind: "binary" };
  const western = decodeWindows1252(content);
  if (western !== null) return finish(western, { encoding: "windows-1252" });
  return isReadable ? broken : { kind: "binary" };
}

function looksBinary(head: Buffer): boolean {
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return true;
    // Tab, line ends, form feed, backspace and escape stand in texts.
    const isHarmless = byte >= 0x20 ? byte !== 0x7f : (byte >= 0x08 && byte <= 0x0d) || byte === 0x1b;
    if (!isHarmless) controls++;
  }
  return controls > head.length * maxControlShare;
}

/** Whether only the last character is broken, because it was cut. */
function isCutAtEnd(content: Buffer): boolean {
  for (let kept = 1; kept <= Math.min(3, content.length); kept++) {
    const lead = content[content.length - kept] ?? 0;
    if (lead < 0xc2) continue;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    // A lead of three bytes alone at the end is rather the accented letter that ends a word in an older encoding.
    const isMeant = kept > 1 || length === 2;
    return isMeant && kept < length && isUtf8(content.subarray(0, -kept));
  }
  return false;
}

function decodeWith(encoding: string, bytes: Buffer): Decoded {
  const text = new TextDecoder(encoding).decode(bytes);
  const invalidCharacters = count(text, /\uFFFD/g);
  if (text.includes("\0") || invalidCharacters > text.length * maxInvalidShare) return { kind: "binary" };
  return finish(text, { encoding, ...(invalidCharacters > 0 ? { invalidCharacters } : {}) });
}

function finish(text: string, metadata: Metadata): Decoded {
  // A NUL far into the file: neither text nor harmless, since C libraries downstream end a string there.
  if (text.includes("\0")) return { kind: "binary" };
  if (!text.includes("\r")) return { kind: "text", text, metadata };
  const unix = text.replaceAll("\r\n", "\n");
  // Files of the first Macs have no other line ends; elsewhere a single CR is not a new line to any editor's count.
  return { kind: "text", text: unix.includes("\n") ? unix : unix.replaceAll("\r", "\n"), metadata };
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
