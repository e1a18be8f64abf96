import type { Metadata } from "../../core/document.ts";
import { propertiesMetadata } from "../document-properties.ts";
import { DamagedFile } from "../extracted.ts";
import { UnreadableArchive } from "../zip-archive.ts";
import { leafTexts } from "./leaf-texts.ts";
import { attributeOf, openXmlPackage, type XmlAttributes, type XmlPackage } from "./xml-package.ts";

/** An OpenDocument file; its content stands in `content.xml`. */
export interface OpenDocument {
  readonly parts: XmlPackage;
  readonly properties: Metadata;
}

/** Errors: DamagedFile; UnreadableArchive when it has a password. */
export async function openOpenDocument(bytes: Buffer): Promise<OpenDocument> {
  const parts = openXmlPackage(bytes);
  let isLocked = false;
  await parts.parse("META-INF/manifest.xml", {
    open(name) {
      if (name === "encryption-data") isLocked = true;
    },
  });
  if (isLocked) throw new UnreadableArchive("locked", "needs a password");
  if (!parts.has("content.xml")) throw new DamagedFile("is a ZIP file, but no OpenDocument file");
  const texts = await leafTexts(parts, "meta.xml");
  const properties = propertiesMetadata({
    title: texts.get("title"),
    author: texts.get("initial-creator") ?? texts.get("creator"),
    subject: texts.get("subject"),
    description: texts.get("description"),
    keywords: texts.get("keyword"),
    documentLanguage: texts.get("language"),
    created: texts.get("creation-date"),
    modified: texts.get("date"),
  });
  return { parts, properties };
}

/** What stands for blanks inside of a paragraph; "" for any other element. */
export function blankOf(name: string, attributes: XmlAttributes): string {
  if (name === "tab") return "\t";
  if (name === "line-break") return "\n";
  return name === "s" ? " ".repeat(Math.min(100, Number(attributeOf(attributes, "c") ?? 1) || 1)) : "";
}
