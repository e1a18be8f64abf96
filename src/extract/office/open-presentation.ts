import type { Extracted, TextPart } from "../extracted.ts";
import { maxTextChars, oneLine } from "../sections.ts";
import { blankOf, openOpenDocument } from "./opendocument.ts";
import { slidePart } from "./presentation.ts";
import { createTableRows } from "./table-rows.ts";
import { attributeOf, type XmlHandlers } from "./xml-package.ts";

interface Slide {
  title: string;
  readonly body: string[];
  readonly notes: string[];
}

/** An OpenDocument presentation slide by slide: title, texts, tables and notes. */
export async function extractOpenPresentation(bytes: Buffer): Promise<Extracted> {
  const { parts, properties } = await openOpenDocument(bytes);
  const slides: TextPart[] = [];
  let count = 0;
  let chars = 0;
  const finish = ({ title, body, notes }: Slide): void => {
    count++;
    const part = slidePart(count, { title: oneLine(title), body: body.join("\n"), notes: notes.join("\n") });
    if (part === null) return;
    chars += part.text.length;
    slides.push(part);
  };
  const isFull = (): boolean => chars >= maxTextChars;
  await parts.parse("content.xml", slideHandlers(finish), { isDone: isFull });
  const cut = isFull() ? { textCutAtCharacters: maxTextChars } : {};
  return { kind: "parts", unit: "slide", parts: slides, metadata: { ...properties, slides: count, ...cut } };
}

function slideHandlers(finish: (slide: Slide) => void): XmlHandlers {
  const rows = createTableRows();
  let slide: Slide | null = null;
  let role = "";
  let paragraphs: string[] = [];
  let notesDepth = 0;
  const write = (text: string): void => {
    if (slide === null || text.trim() === "" || ["page-number", "footer", "header", "date-time"].includes(role)) return;
    if (notesDepth > 0) slide.notes.push(text);
    else if (role === "title") slide.title += ` ${text}`;
    else slide.body.push(text);
  };
  return {
    open(name, attributes) {
      if (name === "page") slide = { title: "", body: [], notes: [] };
      else if (name === "notes") notesDepth++;
      else if (name === "frame" || name === "custom-shape") role = attributeOf(attributes, "class") ?? "";
      else if (name === "p") paragraphs.push("");
      else if (name === "table-row") rows.beginRow();
      else if (name === "table-cell") rows.beginCell();
      else if (paragraphs.length > 0) append(paragraphs, blankOf(name, attributes));
    },
    text: (text) => append(paragraphs, text),
    close(name) {
      if (name === "page" && slide !== null) {
        finish(slide);
        slide = null;
        paragraphs = [];
      } else if (name === "notes") notesDepth--;
      else if (name === "table-cell") rows.endCell();
      else if (name === "table-row") write(rows.endRow() ?? "");
      else if (name === "p") {
        const text = paragraphs.pop() ?? "";
        if (!rows.addText(text)) write(text);
      }
    },
  };
}

function append(paragraphs: string[], text: string): void {
  const last = paragraphs.length - 1;
  if (last >= 0) paragraphs[last] += text;
}
