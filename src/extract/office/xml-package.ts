import { TextDecoder } from "node:util";
import type { SaxesParser } from "saxes";
import { DamagedFile } from "../extracted.ts";
import { openZip, UnreadableArchive } from "../zip-archive.ts";
import { htmlEntities } from "./html-entities.ts";

/** Raw names with their prefixes; `attributeOf` looks by the local one. */
export type XmlAttributes = Readonly<Record<string, string>>;

/** Names come without their prefix: formats disagree on prefixes more than they reuse names. */
export interface XmlHandlers {
  open?(name: string, attributes: XmlAttributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

export interface ParseOptions {
  /** Asked now and then; true ends the reading. */
  readonly isDone?: () => boolean;
  /** Mistakes in the text are passed over. */
  readonly isLenient?: boolean;
  /** HTML's names of characters are known. */
  readonly isHtml?: boolean;
}

/** A ZIP file of XML parts: Office Open XML, OpenDocument, EPUB. */
export interface XmlPackage {
  readonly names: readonly string[];
  has(part: string): boolean;
  /** Events of one part in order; nothing when it is not there. Errors: DamagedFile, UnreadableArchive. */
  parse(part: string, handlers: XmlHandlers, options?: ParseOptions): Promise<void>;
  /** The part's bytes in pieces. */
  stream(part: string): AsyncGenerator<Buffer>;
}

// Some 50 MB pass through the parser in a second.
const maxParsedBytes = 150_000_000;
const maxDepth = 1_000;
// A name, an attribute or a text of this size says nothing to anyone, and the parser holds it in memory.
const maxSilentBytes = 16_000_000;

/** Opens a package; nothing is unpacked yet. Errors: DamagedFile, UnreadableArchive. */
export function openXmlPackage(bytes: Buffer): XmlPackage {
  const zip = openZip(bytes);
  const budget = { leftBytes: maxParsedBytes };
  return {
    names: zip.names,
    has: (part) => zip.has(part),
    stream: (part) => zip.stream(part),
    async parse(part, handlers, options = {}) {
      if (!zip.has(part)) return;
      // By its default: in the bundle, a CommonJS library that is loaded late has no other exports.
      const { default: saxes } = await import("saxes");
      const parser = new saxes.SaxesParser({});
      const progress = listen(parser, handlers, options);
      let decoder: TextDecoder | null = null;
      for await (const piece of zip.stream(part)) {
        budget.leftBytes -= piece.length;
        progress.silentBytes += piece.length;
        if (budget.leftBytes < 0 || progress.silentBytes > maxSilentBytes)
          throw new UnreadableArchive("too-complex", `has too much XML in ${part}`);
        decoder ??= new TextDecoder(encodingOf(piece));
        feed(parser, decoder.decode(piece, { stream: true }), part);
        if (options.isDone?.() === true) return;
      }
      feed(parser, null, part);
    },
  };
}

/** The attribute of this name, whatever its prefix; the one without a prefix first. */
export function attributeOf(attributes: XmlAttributes, name: string): string | undefined {
  const plain = attributes[name];
  return plain === undefined ? prefixedAttributeOf(attributes, name) : plain;
}

/** The attribute of this name that has a prefix: `r:id` beside `id`. */
export function prefixedAttributeOf(attributes: XmlAttributes, name: string): string | undefined {
  const end = `:${name}`;
  for (const key in attributes) if (key.endsWith(end)) return attributes[key];
  return undefined;
}

function listen(parser: SaxesParser, handlers: XmlHandlers, { isLenient = false, isHtml = false }: ParseOptions) {
  const progress = { silentBytes: 0 };
  let depth = 0;
  parser.on("opentag", (tag) => {
    progress.silentBytes = 0;
    if (++depth > maxDepth) throw new DamagedFile("nests its XML too deep");
    handlers.open?.(localName(tag.name), tag.attributes);
  });
  parser.on("closetag", (tag) => {
    depth--;
    handlers.close?.(localName(tag.name));
  });
  const text = (value: string): void => handlers.text?.(value);
  parser.on("text", text);
  parser.on("cdata", text);
  if (isHtml) Object.assign(parser.ENTITIES, htmlEntities);
  if (isLenient) parser.on("error", () => undefined);
  return progress;
}

function feed(parser: SaxesParser, text: string | null, part: string): void {
  try {
    if (text === null) parser.close();
    else parser.write(text);
  } catch (error) {
    if (error instanceof DamagedFile || error instanceof UnreadableArchive) throw error;
    throw new DamagedFile(`has broken XML in ${part}`, error);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-8";
}
