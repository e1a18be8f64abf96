import { createTableRows } from "./table-rows.ts";
import type { XmlPackage } from "./xml-package.ts";

export interface XhtmlBlock {
  readonly text: string;
  /** Of a heading, 1 to 6; null for text. */
  readonly level: number | null;
  readonly kind: "paragraph" | "row";
}

const maxBlocksChars = 8_000_000;
const skipped = new Set(["head", "script", "style", "svg", "math", "nav", "audio", "video", "iframe", "template"]);
const blockNames = new Set(
  "address article aside blockquote body caption center dd div dl dt figcaption figure footer form header hr li main ol p pre section table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6".split(
    " ",
  ),
);

/** Paragraphs, headings, list items and rows of an XHTML part in order; mistakes in its markup are passed over. */
export async function readXhtmlBlocks(parts: XmlPackage, part: string): Promise<XhtmlBlock[]> {
  const blocks: XhtmlBlock[] = [];
  const rows = createTableRows();
  let text = "";
  let level: number | null = null;
  let isListItem = false;
  let preDepth = 0;
  let skippedDepth = 0;
  let chars = 0;
  const add = (block: XhtmlBlock): void => {
    chars += block.text.length;
    if (block.text.trim() !== "") blocks.push(block);
  };
  const flush = (): void => {
    const content = preDepth > 0 ? text.trimEnd() : text.trim();
    text = "";
    if (content === "" || rows.addText(content)) return;
    if (isListItem) add({ text: `- ${content}`, level: null, kind: "row" });
    else add({ text: content, level, kind: "paragraph" });
    isListItem = false;
  };
  const handlers = {
    open(rawName: string, attributes: Readonly<Record<string, string>>) {
      const name = rawName.toLowerCase();
      if (skippedDepth > 0 || skipped.has(name)) {
        skippedDepth++;
        return;
      }
      if (name === "br") text += "\n";
      else if (name === "img" && attributes["alt"]) text += `[${attributes["alt"].slice(0, 500)}]`;
      if (!blockNames.has(name)) return;
      flush();
      if (/^h[1-6]$/.test(name)) level = Number(name[1]);
      else if (name === "li") isListItem = true;
      else if (name === "pre") preDepth++;
      else if (name === "tr") rows.beginRow();
      else if (name === "td" || name === "th") rows.beginCell();
    },
    text(value: string) {
      if (skippedDepth === 0) text += preDepth > 0 ? value : value.replaceAll(/\s+/g, " ");
    },
    close(rawName: string) {
      const name = rawName.toLowerCase();
      if (skippedDepth > 0) {
        skippedDepth--;
        return;
      }
      if (!blockNames.has(name)) return;
      flush();
      if (/^h[1-6]$/.test(name)) level = null;
      else if (name === "li") isListItem = false;
      else if (name === "pre") preDepth = Math.max(0, preDepth - 1);
      else if (name === "td" || name === "th") rows.endCell();
      else if (name === "tr") add({ text: rows.endRow() ?? "", level: null, kind: "row" });
    },
  };
  await parts.parse(part, handlers, { isLenient: true, isDone: () => chars > maxBlocksChars });
  flush();
  return blocks;
}
