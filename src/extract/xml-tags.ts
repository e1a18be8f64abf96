import { DamagedFile } from "./extracted.ts";

export interface XmlHandler {
  /** `attributes` is the text between name and end. A tag that closes itself is followed by `onClose`. */
  onOpen(name: string, attributes: string): void;
  onClose(name: string): void;
  onText?(text: string): void;
}

const maxTagChars = 262_144;
const maxAttributeChars = 32_768;
// A name begins where none goes on: otherwise a long one would be tried again from each of its characters.
const quoted = /(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Tags of an XML text that comes in pieces: no tree, no entities of its own making, so neither depth nor size fill the memory.
 * Names lose their prefix. Errors: DamagedFile for a tag without an end.
 */
export function createTagScanner(handler: XmlHandler): { push(text: string): void } {
  let rest = "";
  return {
    push: (text) => {
      rest += text;
      let at = 0;
      for (;;) {
        const open = rest.indexOf("<", at);
        if (open === -1) break;
        const close = endOf(rest, open);
        if (close === -1) {
          if (rest.length - open > maxTagChars) throw new DamagedFile("has a tag without an end");
          if (open > at) handler.onText?.(rest.slice(at, open));
          at = open;
          break;
        }
        if (open > at) handler.onText?.(rest.slice(at, open));
        report(rest, open, close, handler);
        at = close;
      }
      if (rest.indexOf("<", at) === -1) {
        if (at < rest.length) handler.onText?.(rest.slice(at));
        at = rest.length;
      }
      rest = rest.slice(at);
    },
  };
}

/** The values of a tag's attributes by name, without prefixes. */
export function attributesOf(attributes: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [, name = "", double, single] of attributes.slice(0, maxAttributeChars).matchAll(quoted))
    values[name.slice(name.indexOf(":") + 1)] = withoutEntities(double ?? single ?? "");
  return values;
}

export function withoutEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : whole;
  });
}

/** Where the construct that begins at `open` is over; -1: not yet. */
function endOf(text: string, open: number): number {
  for (const [start, end] of [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
    ["<?", "?>"],
  ] as const) {
    if (!text.startsWith(start, open)) continue;
    const at = text.indexOf(end, open + start.length);
    return at === -1 ? -1 : at + end.length;
  }
  const at = text.indexOf(">", open);
  return at === -1 ? -1 : at + 1;
}

function report(text: string, open: number, close: number, handler: XmlHandler): void {
  const first = text[open + 1];
  if (first === "!" || first === "?") {
    if (text.startsWith("<![CDATA[", open)) handler.onText?.(text.slice(open + 9, close - 3));
    return;
  }
  const isEnd = first === "/";
  const isEmpty = text[close - 2] === "/";
  let end = open + (isEnd ? 2 : 1);
  const start = end;
  while (end < close - 1 && !isBreak(text.charCodeAt(end))) end++;
  const qualified = text.slice(start, end);
  const name = qualified.slice(qualified.indexOf(":") + 1);
  if (!isEnd) handler.onOpen(name, text.slice(end, isEmpty ? close - 2 : close - 1));
  if (isEnd || isEmpty) handler.onClose(name);
}

function isBreak(code: number): boolean {
  return code <= 0x20 || code === 0x2f || code === 0x3e;
}
