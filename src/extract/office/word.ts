import type { Extracted } from "../extracted.ts";
import { createSections, maxTextChars, type SectionWriter } from "../sections.ts";
import { openOoxml, relatedPart } from "./ooxml.ts";
import { createTableRows } from "./table-rows.ts";
import { outlineLevel, readWordStyles, type WordStyle } from "./word-styles.ts";
import { readWordNotes } from "./word-notes.ts";
import { attributeOf, type XmlAttributes, type XmlHandlers } from "./xml-package.ts";

interface Paragraph {
  text: string;
  style: WordStyle | null;
  outline: number | null;
  isListItem: boolean;
  indent: number;
  readonly notes: string[];
}

/** Text of a Word document by headings, with lists, tables, foot- and endnotes and comments; headers and footers are left out. */
export async function extractWord(bytes: Buffer): Promise<Extracted> {
  const { parts, mainPart, properties } = await openOoxml(bytes);
  const partOf = async (type: string): Promise<string> => (await relatedPart(parts, mainPart, type)) ?? "";
  const styles = await readWordStyles(parts, await partOf("styles"));
  const footnotes = await readWordNotes(parts, await partOf("footnotes"), "footnote");
  const endnotes = await readWordNotes(parts, await partOf("endnotes"), "endnote");
  const sections = createSections();
  const handlers = wordHandlers(sections, { styles, footnotes, endnotes });
  await parts.parse(mainPart, handlers, { isDone: () => sections.isFull() });
  const comments = await readWordNotes(parts, await partOf("comments"), "comment");
  if (comments.size > 0) {
    sections.breakAt(1);
    sections.heading(1, "Comments");
    for (const text of comments.values()) sections.block(text);
  }
  const cut = sections.isFull() ? { textCutAtCharacters: maxTextChars } : {};
  return { kind: "parts", unit: "section", parts: sections.finish(), metadata: { ...properties, ...cut } };
}

interface WordContext {
  readonly styles: ReadonlyMap<string, WordStyle>;
  readonly footnotes: ReadonlyMap<string, string>;
  readonly endnotes: ReadonlyMap<string, string>;
}

// The older drawing of what stands beside it, and the place that moved text came from.
const skipped = new Set(["Fallback", "moveFrom", "del"]);

function wordHandlers(sections: SectionWriter, context: WordContext): XmlHandlers {
  const paragraphs: Paragraph[] = [];
  const rows = createTableRows();
  let skippedDepth = 0;
  let runDepth = 0;
  let isText = false;
  return {
    open(name, attributes) {
      if (skippedDepth > 0 || skipped.has(name)) {
        skippedDepth++;
        return;
      }
      if (name === "r") runDepth++;
      else if (name === "t") isText = true;
      else if (name === "p") paragraphs.push(newParagraph());
      else if (name === "tr") rows.beginRow();
      else if (name === "tc") rows.beginCell();
      else {
        const paragraph = paragraphs.at(-1);
        if (paragraph !== undefined) describe(paragraph, { name, attributes, context, isInRun: runDepth > 0 });
      }
    },
    text(text) {
      const paragraph = paragraphs.at(-1);
      if (isText && skippedDepth === 0 && paragraph !== undefined) paragraph.text += text;
    },
    close(name) {
      if (skippedDepth > 0) {
        skippedDepth--;
        return;
      }
      if (name === "r") runDepth--;
      else if (name === "t") isText = false;
      else if (name === "tc") rows.endCell();
      else if (name === "tr") sections.block(rows.endRow() ?? "", "row");
      else if (name === "p") {
        const paragraph = paragraphs.pop();
        if (paragraph !== undefined && !rows.addText(paragraph.text)) write(sections, paragraph);
        for (const note of paragraph?.notes ?? []) sections.block(note);
      }
    },
  };
}

function newParagraph(): Paragraph {
  return { text: "", style: null, outline: null, isListItem: false, indent: 0, notes: [] };
}

function describe(
  paragraph: Paragraph,
  element: { name: string; attributes: XmlAttributes; context: WordContext; isInRun: boolean },
): void {
  const { name, attributes, context, isInRun } = element;
  const value = (): string => attributeOf(attributes, "val") ?? "";
  if (name === "pStyle") paragraph.style = context.styles.get(value()) ?? null;
  else if (name === "outlineLvl") paragraph.outline = outlineLevel(value());
  else if (name === "numId") paragraph.isListItem = value() !== "0";
  else if (name === "ilvl") paragraph.indent = Math.min(8, Number(value()) || 0);
  else if (name === "docPr") paragraph.text += altText(attributes);
  else if (!isInRun) return;
  else if (name === "tab") paragraph.text += "\t";
  else if (name === "br" || name === "cr") paragraph.text += "\n";
  else if (name === "noBreakHyphen") paragraph.text += "-";
  else if (name === "footnoteReference") addNote(paragraph, attributes, context.footnotes);
  else if (name === "endnoteReference") addNote(paragraph, attributes, context.endnotes);
}

function altText(attributes: XmlAttributes): string {
  const text = attributeOf(attributes, "descr")?.trim().slice(0, 500) ?? "";
  return text === "" ? "" : `[${text}]`;
}

function addNote(paragraph: Paragraph, attributes: XmlAttributes, notes: ReadonlyMap<string, string>): void {
  const id = attributeOf(attributes, "id") ?? "";
  const text = notes.get(id);
  // Text of a note is written where it is called; thousands of calls of one note would multiply it.
  if (text === undefined || paragraph.notes.length >= 100) return;
  paragraph.text += `[${id}]`;
  paragraph.notes.push(`[${id}] ${text}`);
}

function write(sections: SectionWriter, paragraph: Paragraph): void {
  const { text, style, outline, indent } = paragraph;
  if (style?.isContents === true) return;
  const level = outline ?? style?.level ?? null;
  if (level !== null) sections.heading(level, text);
  else if (paragraph.isListItem || style?.isListItem === true) {
    if (text.trim() !== "") sections.block(`${"  ".repeat(indent)}- ${text.trim()}`, "row");
  } else sections.block(text);
}
