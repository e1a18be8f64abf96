import { posix } from "node:path";
import type { Metadata } from "../../core/document.ts";
import { propertiesMetadata } from "../document-properties.ts";
import { DamagedFile } from "../extracted.ts";
import { UnreadableArchive } from "../zip-archive.ts";
import { leafTexts } from "./leaf-texts.ts";
import { attributeOf, openXmlPackage, type XmlPackage } from "./xml-package.ts";

/** What a part points to. */
export interface Relation {
  /** The last word of the type's address: "slide", "notesSlide", "worksheet". */
  readonly type: string;
  /** A part of the package, without a leading slash. */
  readonly target: string;
}

/** An Office Open XML file: Word, PowerPoint, Excel. */
export interface OoxmlDocument {
  readonly parts: XmlPackage;
  readonly mainPart: string;
  readonly properties: Metadata;
}

const maxRelations = 20_000;

/** Opens a document; one with a password is an OLE file around an encrypted package. Errors: DamagedFile, UnreadableArchive. */
export async function openOoxml(bytes: Buffer): Promise<OoxmlDocument> {
  if (bytes.subarray(0, 8).equals(Buffer.from("d0cf11e0a1b11ae1", "hex"))) {
    if (bytes.includes(Buffer.from("EncryptedPackage", "utf16le")))
      throw new UnreadableArchive("locked", "needs a password");
    throw new DamagedFile("is an old binary office file with a new ending");
  }
  const parts = openXmlPackage(bytes);
  const roots = [...(await relationsOf(parts, "")).values()];
  const mainPart = roots.find(({ type }) => type === "officeDocument")?.target;
  if (mainPart === undefined || !parts.has(mainPart)) throw new DamagedFile("is a ZIP file, but no office document");
  const core = roots.find(({ type }) => type === "core-properties")?.target ?? "docProps/core.xml";
  const texts = await leafTexts(parts, core);
  const properties = propertiesMetadata({
    title: texts.get("title"),
    author: texts.get("creator"),
    subject: texts.get("subject"),
    description: texts.get("description"),
    keywords: texts.get("keywords"),
    documentLanguage: texts.get("language"),
    created: texts.get("created"),
    modified: texts.get("modified"),
  });
  return { parts, mainPart, properties };
}

/** What a part points to inside of the package, by id, in the order of the file; of the package itself with part "". */
export async function relationsOf(parts: XmlPackage, part: string): Promise<ReadonlyMap<string, Relation>> {
  const folder = posix.dirname(part);
  const relations = new Map<string, Relation>();
  await parts.parse(posix.join(folder, "_rels", `${posix.basename(part)}.rels`), {
    open(name, attributes) {
      if (name !== "Relationship" || relations.size >= maxRelations) return;
      const { Id: id, Type: type = "", Target: target } = attributes;
      if (id === undefined || target === undefined || attributeOf(attributes, "TargetMode") === "External") return;
      const path = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
      relations.set(id, { type: type.slice(type.lastIndexOf("/") + 1), target: path });
    },
  });
  return relations;
}

/** The first part of a type that a part points to. */
export async function relatedPart(parts: XmlPackage, part: string, type: string): Promise<string | null> {
  for (const relation of (await relationsOf(parts, part)).values()) if (relation.type === type) return relation.target;
  return null;
}
