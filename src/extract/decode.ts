import { isUtf8 } from "node:buffer";
import type { Metadata } from "../core/document.ts";

export type Decoded =
  | { readonly kind: "text"; readonly text: string; readonly metadata: Metadata }
  | { readonly kind: "binary" };

const sniffBytes = 8_192;
// Text in an old one-byte encoding has a few per cent of bytes that are no UTF-8; what is no text has far more.
const maxInvalidShare = 0.1;

/**
 * Bytes as text: UTF-8, or UTF-16 with a byte order mark. The mark is taken off, line ends become "\n", and bytes that are no
 * UTF-8 become U+FFFD and are counted in `invalidCharacters`. A NUL, or a tenth of invalid characters, means binary.
 */
export function decodeText(bytes: Buffer): Decoded {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return decodeWith("utf-16le", bytes);
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) return decodeWith("utf-16be", bytes);
  if (bytes.subarray(0, sniffBytes).includes(0)) return { kind: "binary" };
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = hasMark ? bytes.subarray(3) : bytes;
  const text = content.toString("utf8");
  if (isUtf8(content)) return finish(text, {});
  const invalidCharacters = countReplacements(text);
  if (invalidCharacters > text.length * maxInvalidShare) return { kind: "binary" };
  return finish(text, { invalidCharacters });
}

function decodeWith(encoding: string, bytes: Buffer): Decoded {
  const text = new TextDecoder(encoding).decode(bytes);
  const invalidCharacters = countReplacements(text);
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

function countReplacements(text: string): number {
  return text.split("\uFFFD").length - 1;
}
