import { DamagedFile } from "../extracted.ts";
import type { ParseOptions, XmlPackage } from "./xml-package.ts";

const maxTexts = 1_000;
const maxChars = 4_000;

/**
 * Texts of the elements of a part by name, as properties are written; the first of each name, and several keywords joined. A part
 * that is missing or broken has none: the document's text is worth more than its properties.
 */
export async function leafTexts(
  parts: XmlPackage,
  part: string,
  options: ParseOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  let current = "";
  const handlers = {
    open: () => void (current = ""),
    text: (text: string) => void (current = (current + text).slice(0, maxChars)),
    close(name: string) {
      const text = current.trim();
      current = "";
      if (text === "" || texts.size >= maxTexts) return;
      const known = texts.get(name);
      if (known === undefined) texts.set(name, text);
      else if (name === "keyword" || name === "subject") texts.set(name, `${known}, ${text}`.slice(0, maxChars));
    },
  };
  try {
    await parts.parse(part, handlers, options);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
  }
  return texts;
}
