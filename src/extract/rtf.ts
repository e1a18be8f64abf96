import { propertiesMetadata } from "./document-properties.ts";
import { DamagedFile, type Extracted } from "./extracted.ts";
import { createRtfReader } from "./rtf/rtf-reader.ts";
import { createRtfText } from "./rtf/rtf-text.ts";
import { rtfTokens } from "./rtf/rtf-tokens.ts";
import { createSections, maxTextChars } from "./sections.ts";

/** Text of a Rich Text file by headings, with tables, notes and properties; pictures, headers and fields' orders are left out. */
export function extractRtf(bytes: Buffer): Extracted {
  if (!/^\s*\{\\rtf/.test(bytes.toString("latin1", 0, 64))) throw new DamagedFile("is no RTF file");
  const sections = createSections();
  const reader = createRtfReader(createRtfText(sections));
  for (const token of rtfTokens(bytes)) {
    reader.take(token);
    if (sections.isFull()) break;
  }
  const properties = reader.finish();
  const cut = sections.isFull() ? { textCutAtCharacters: maxTextChars } : {};
  const metadata = { ...propertiesMetadata(properties), ...cut };
  return { kind: "parts", unit: "section", parts: sections.finish(), metadata };
}
