import type { Extracted } from "../extracted.ts";
import { createSections, maxTextChars, type SectionWriter } from "../sections.ts";
import { blankOf, openOpenDocument } from "./opendocument.ts";
import { createTableRows } from "./table-rows.ts";
import { attributeOf, type XmlHandlers } from "./xml-package.ts";

/** Text of an OpenDocument text by headings, with lists, tables and notes; headers, footers and tables of contents are left out. */
export async function extractTextDocument(bytes: Buffer): Promise<Extracted> {
  const { parts, properties } = await openOpenDocument(bytes);
  const sections = createSections();
  await parts.parse("content.xml", textHandlers(sections), { isDone: () => sections.isFull() });
  const cut = sections.isFull() ? { textCutAtCharacters: maxTextChars } : {};
  return { kind: "parts", unit: "section", parts: sections.finish(), metadata: { ...properties, ...cut } };
}

// Repeats of the headings, deleted text, who wrote a comment when, and the styles that a flat file has before its text.
const skipped = new Set([
  "table-of-content",
  "alphabetical-index",
  "tracked-changes",
  "automatic-styles",
  "sequence-decls",
  "forms",
  "creator",
  "date",
]);

interface Paragraph {
  text: string;
  /** null for text. */
  readonly level: number | null;
}

function textHandlers(sections: SectionWriter): XmlHandlers {
  const paragraphs: Paragraph[] = [];
  const rows = createTableRows();
  let skippedDepth = 0;
  let listDepth = 0;
  return {
    open(name, attributes) {
      if (skippedDepth > 0 || skipped.has(name)) {
        skippedDepth++;
        return;
      }
      if (name === "p") paragraphs.push({ text: "", level: null });
      else if (name === "h")
        paragraphs.push({ text: "", level: headingLevel(attributeOf(attributes, "outline-level")) });
      else if (name === "list") listDepth++;
      else if (name === "table-row") rows.beginRow();
      else if (name === "table-cell") rows.beginCell();
      else {
        const paragraph = paragraphs.at(-1);
        if (paragraph !== undefined) paragraph.text += blankOf(name, attributes);
      }
    },
    text(text) {
      const paragraph = paragraphs.at(-1);
      if (skippedDepth === 0 && paragraph !== undefined) paragraph.text += text;
    },
    close(name) {
      if (skippedDepth > 0) {
        skippedDepth--;
        return;
      }
      if (name === "list") listDepth--;
      else if (name === "table-cell") rows.endCell();
      else if (name === "table-row") sections.block(rows.endRow() ?? "", "row");
      else if (name === "p" || name === "h") {
        const { text, level } = paragraphs.pop() ?? { text: "", level: null };
        if (rows.addText(text) || text.trim() === "") return;
        if (level !== null) sections.heading(level, text);
        else if (listDepth > 0) sections.block(`${"  ".repeat(Math.min(8, listDepth - 1))}- ${text.trim()}`, "row");
        else sections.block(text);
      }
    },
  };
}

function headingLevel(text: string | undefined): number {
  const level = Number(text ?? 1);
  return level >= 1 && level <= 10 ? Math.floor(level) : 1;
}
