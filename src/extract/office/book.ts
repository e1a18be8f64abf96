import { posix } from "node:path";
import { propertiesMetadata } from "../document-properties.ts";
import { DamagedFile, type Extracted } from "../extracted.ts";
import { createSections, maxTextChars, oneLine } from "../sections.ts";
import { UnreadableArchive } from "../zip-archive.ts";
import { readChapter } from "./chapter.ts";
import { leafTexts } from "./leaf-texts.ts";
import { attributeOf, openXmlPackage, type XmlPackage } from "./xml-package.ts";

const maxChapters = 20_000;

/** Text of an EPUB in the order of its spine, by headings; a chapter without one is named by the table of contents. */
export async function extractBook(bytes: Buffer): Promise<Extracted> {
  const parts = openXmlPackage(bytes);
  const packageFile = await findPackageFile(parts);
  const { chapters, contents } = await readSpine(parts, packageFile);
  const locked = await lockedParts(parts);
  if (chapters.some((chapter) => locked.has(chapter))) throw new UnreadableArchive("locked", "is protected (DRM)");
  const labels = contents === null ? new Map<string, string>() : await readContents(parts, contents);
  const sections = createSections();
  for (const chapter of chapters) {
    if (sections.isFull()) break;
    const blocks = await readChapter(parts, chapter);
    const label = labels.get(chapter);
    if (label !== undefined && !blocks.some(({ level }) => level !== null)) sections.heading(1, label);
    for (const { text, level, kind } of blocks) {
      if (level === null) sections.block(text, kind);
      else sections.heading(level, text);
    }
  }
  const texts = await leafTexts(parts, packageFile, { isLenient: true, isHtml: true });
  const properties = propertiesMetadata({
    title: texts.get("title"),
    author: texts.get("creator"),
    subject: texts.get("subject"),
    description: texts.get("description"),
    documentLanguage: texts.get("language"),
    publisher: texts.get("publisher"),
    created: texts.get("date"),
  });
  const cut = sections.isFull() ? { textCutAtCharacters: maxTextChars } : {};
  return { kind: "parts", unit: "section", parts: sections.finish(), metadata: { ...properties, ...cut } };
}

async function findPackageFile(parts: XmlPackage): Promise<string> {
  let path: string | null = null;
  await parts.parse("META-INF/container.xml", {
    open(name, attributes) {
      if (name === "rootfile") path ??= attributeOf(attributes, "full-path") ?? null;
    },
  });
  if (path === null || !parts.has(path)) throw new DamagedFile("is a ZIP file, but no EPUB book");
  return path;
}

/** Chapters in reading order without the table of contents, and the part that holds it. */
async function readSpine(
  parts: XmlPackage,
  packageFile: string,
): Promise<{ chapters: readonly string[]; contents: string | null }> {
  const items = new Map<string, string>();
  const spine = new Set<string>();
  let navigation: string | null = null;
  let index: string | null = null;
  const pathOf = (href: string): string => partPath(packageFile, href);
  await parts.parse(
    packageFile,
    {
      open(name, attributes) {
        if (name === "item" && items.size < maxChapters) {
          const { id, href } = attributes;
          if (id === undefined || href === undefined) return;
          items.set(id, pathOf(href));
          if (attributes["properties"]?.split(" ").includes("nav") === true) navigation = pathOf(href);
          if (attributes["media-type"] === "application/x-dtbncx+xml") index = pathOf(href);
        } else if (name === "itemref") {
          const path = items.get(attributes["idref"] ?? "");
          if (path !== undefined && /\.x?html?$/i.test(path)) spine.add(path);
        }
      },
    },
    { isLenient: true, isHtml: true },
  );
  if (navigation !== null) spine.delete(navigation);
  return { chapters: [...spine], contents: index ?? navigation };
}

/** The title of each part in the table of contents, whether that of EPUB 2 or 3. */
async function readContents(parts: XmlPackage, contents: string): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  let text = "";
  let href: string | null = null;
  const add = (target: string | undefined): void => {
    const label = oneLine(text);
    if (target === undefined || label === "" || labels.size >= maxChapters) return;
    const path = partPath(contents, target);
    if (!labels.has(path)) labels.set(path, label);
  };
  await parts.parse(
    contents,
    {
      open(name, attributes) {
        if (name === "navLabel" || name === "a") text = "";
        if (name === "a") href = attributes["href"] ?? null;
        // In an index the address follows the label.
        if (name === "content") add(attributes["src"]);
      },
      text(value) {
        if (text.length < 1_000) text += value.slice(0, 1_000);
      },
      close(name) {
        if (name === "a") add(href ?? undefined);
      },
    },
    { isLenient: true, isHtml: true },
  );
  return labels;
}

/** Parts that are encrypted and are no fonts. */
async function lockedParts(parts: XmlPackage): Promise<ReadonlySet<string>> {
  const locked = new Set<string>();
  await parts.parse("META-INF/encryption.xml", {
    open(name, attributes) {
      const path = name === "CipherReference" ? attributes["URI"] : undefined;
      if (path !== undefined) locked.add(partPath("", path));
    },
  });
  return locked;
}

function partPath(from: string, href: string): string {
  const path = href.replace(/[#?].*$/s, "");
  const folder = posix.dirname(from);
  try {
    return posix.join(folder, decodeURIComponent(path));
  } catch {
    // A percent sign that escapes nothing stands for itself.
    return posix.join(folder, path);
  }
}
