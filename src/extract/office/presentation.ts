import type { MetadataValue } from "../../core/document.ts";
import type { Extracted, TextPart } from "../extracted.ts";
import { maxTextChars, oneLine } from "../sections.ts";
import { openOoxml, relationsOf, type OoxmlDocument } from "./ooxml.ts";
import { readShapes } from "./shapes.ts";
import { prefixedAttributeOf } from "./xml-package.ts";

const maxSlides = 5_000;

/** A presentation slide by slide: title, texts, tables, diagrams, and the speaker's notes. */
export async function extractPresentation(bytes: Buffer): Promise<Extracted> {
  const presentation = await openOoxml(bytes);
  const slides = await slidesInOrder(presentation);
  const parts: TextPart[] = [];
  let chars = 0;
  let read = 0;
  for (const slide of slides.slice(0, maxSlides)) {
    if (chars >= maxTextChars) break;
    read++;
    const content = await readSlide(presentation, slide);
    const part = slidePart(read, content);
    if (part === null) continue;
    chars += part.text.length;
    parts.push(part);
  }
  const metadata: Record<string, MetadataValue> = { ...presentation.properties, slides: slides.length };
  if (slides.length > read) metadata["slidesLeftOut"] = slides.length - read;
  return { kind: "parts", unit: "slide", parts, metadata };
}

/** What stands on one slide. */
export interface SlideContent {
  readonly title: string;
  readonly body: string;
  readonly notes: string;
}

/** A slide as one part; null when nothing is written on it. */
export function slidePart(number: number, { title, body, notes }: SlideContent): TextPart | null {
  const blocks = [title, body.trim(), notes.trim() === "" ? "" : `Notes:\n${notes.trim()}`];
  const text = blocks.filter((block) => block !== "").join("\n\n");
  if (text.trim() === "") return null;
  return {
    text: `${text.slice(0, maxTextChars).toWellFormed()}\n`,
    start: number,
    end: number,
    kind: "section",
    symbol: oneLine(title) || null,
    signature: null,
    doc: null,
    scope: [],
  };
}

async function slidesInOrder({ parts, mainPart }: OoxmlDocument): Promise<readonly string[]> {
  const relations = await relationsOf(parts, mainPart);
  const slides: string[] = [];
  await parts.parse(mainPart, {
    open(name, attributes) {
      if (name !== "sldId") return;
      const relation = relations.get(prefixedAttributeOf(attributes, "id") ?? "");
      if (relation !== undefined) slides.push(relation.target);
    },
  });
  // A slide that is listed twice is one slide; a list of nothing else would read it for ever.
  return [...new Set(slides)];
}

async function readSlide({ parts }: OoxmlDocument, slide: string): Promise<SlideContent> {
  const shapes = await readShapes(parts, slide);
  const title = shapes.find(({ placeholder }) => placeholder === "title" || placeholder === "ctrTitle")?.text ?? "";
  const bodies = shapes.filter(({ text, placeholder }) => text !== title && !isFurniture(placeholder));
  let notes = "";
  for (const { type, target } of (await relationsOf(parts, slide)).values()) {
    if (type === "notesSlide")
      notes += (await readShapes(parts, target)).find(({ placeholder }) => placeholder === "body")?.text ?? "";
    if (type === "diagramData") bodies.push(...(await readShapes(parts, target)));
  }
  return { title: oneLine(title), body: bodies.map(({ text }) => text).join("\n\n"), notes };
}

/** Page numbers, dates and footers are the same on every slide. */
function isFurniture(placeholder: string | null): boolean {
  return placeholder !== null && ["sldNum", "dt", "ftr", "hdr", "sldImg"].includes(placeholder);
}
