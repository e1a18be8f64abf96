import { isUtf8 } from "node:buffer";
import { blocksOf } from "./byte-stream.ts";
import type { FileContent } from "./extracted.ts";
import { decodeWindows1252 } from "./windows-1252.ts";

const lineFeed = 0x0a;
// A line without an end must not fill the memory: it is handed out in pieces of about this size.
const maxLineBytes = 1_048_576;

/**
 * The lines of the first `maxBytes` of a text, a block of them at a time, without their ends. UTF-8, UTF-16 with a byte order mark, or
 * windows-1252. Of a file that is longer, the last line is left out. Lines of more than some megabyte come in pieces.
 */
export async function* linesOf(file: FileContent, maxBytes: number): AsyncGenerator<readonly string[]> {
  const end = Math.min(file.sizeBytes, maxBytes);
  const encoding = wideEncodingOf(await file.read(0, 2));
  const pieces = encoding === null ? textsOf(file, end) : wideTextsOf(file, end, encoding);
  let isFirst = true;
  for await (const piece of pieces) {
    const text = isFirst ? piece.replace(/^\uFEFF/, "") : piece;
    isFirst = false;
    yield splitLines(text);
  }
}

/** Bytes of a text as characters; never fails. */
export function decodeBytes(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString("utf8") : (decodeWindows1252(bytes) ?? bytes.toString("utf8"));
}

/** The encoding that a byte order mark names, where it is not UTF-8. */
export function wideEncodingOf(head: Buffer): "utf-16le" | "utf-16be" | null {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : null;
}

export function splitLines(text: string): string[] {
  if (!text.includes("\r")) return text.replace(/\n$/, "").split("\n");
  // Files of the first Macs have no other line ends.
  const unix = text.includes("\n") ? text.replaceAll("\r\n", "\n") : text.replaceAll("\r", "\n");
  return unix.replace(/\n$/, "").split("\n");
}

async function* textsOf(file: FileContent, end: number): AsyncGenerator<string> {
  let carry: Buffer = Buffer.alloc(0);
  for await (const block of blocksOf(file, 0, end)) {
    const bytes = carry.length === 0 ? block : Buffer.concat([carry, block]);
    const last = bytes.lastIndexOf(lineFeed);
    if (last === -1 && bytes.length < maxLineBytes) {
      carry = bytes;
      continue;
    }
    const cut = last === -1 ? bytes.length : last + 1;
    yield decodeBytes(bytes.subarray(0, cut));
    carry = bytes.subarray(cut);
  }
  if (carry.length > 0 && end === file.sizeBytes) yield decodeBytes(carry);
}

async function* wideTextsOf(file: FileContent, end: number, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let carry = "";
  for await (const block of blocksOf(file, 0, end)) {
    const text = carry + decoder.decode(block, { stream: true });
    const last = text.lastIndexOf("\n");
    const cut = last === -1 && text.length >= maxLineBytes ? text.length : last + 1;
    if (cut > 0) yield text.slice(0, cut);
    carry = text.slice(cut);
  }
  if (carry !== "" && end === file.sizeBytes) yield carry;
}
