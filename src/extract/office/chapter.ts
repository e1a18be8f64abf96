import { TextDecoder } from "node:util";
import { DamagedFile } from "../extracted.ts";
import { attributesOf, createTagScanner, withoutEntities } from "../xml-tags.ts";
import { htmlEntities } from "./html-entities.ts";
import { createXhtmlBlocks, type XhtmlBlock } from "./xhtml-blocks.ts";
import type { XmlPackage } from "./xml-package.ts";

/**
 * The blocks of a book's chapter. Chapters should be XML; where one is not, its tags are read one by one as browsers do, because a
 * reader shows it too. Errors: DamagedFile for a broken entry, UnreadableArchive.
 */
export async function readChapter(parts: XmlPackage, part: string): Promise<readonly XhtmlBlock[]> {
  const blocks = createXhtmlBlocks();
  try {
    await parts.parse(part, blocks, { isHtml: true, isDone: () => blocks.isFull() });
    return blocks.finish();
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    return readTagByTag(parts, part);
  }
}

async function readTagByTag(parts: XmlPackage, part: string): Promise<readonly XhtmlBlock[]> {
  const blocks = createXhtmlBlocks();
  const scanner = createTagScanner({
    onOpen: (name, attributes) => blocks.open(name, name === "img" ? attributesOf(attributes) : {}),
    onClose: (name) => blocks.close(name),
    onText: (text) => blocks.text(plainText(text)),
  });
  const decoder = new TextDecoder();
  for await (const piece of parts.stream(part)) {
    if (blocks.isFull()) break;
    scanner.push(decoder.decode(piece, { stream: true }));
  }
  return blocks.finish();
}

function plainText(text: string): string {
  if (!text.includes("&")) return text;
  return withoutEntities(text.replaceAll(/&(\w{2,10});/g, (whole, name: string) => htmlEntities[name] ?? whole));
}
