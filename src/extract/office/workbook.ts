import type { Extracted } from "../extracted.ts";
import { readDateStyles, serialDate } from "./cell-formats.ts";
import { openOoxml, relatedPart, relationsOf } from "./ooxml.ts";
import { maxCellChars, maxSheets, workbookContent, type Cell, type Sheet } from "./sheet-parts.ts";
import { countRows, readWorksheet, type RawCell } from "./worksheet.ts";
import { attributeOf, prefixedAttributeOf, type XmlPackage } from "./xml-package.ts";

/** A workbook sheet by sheet: names and types of the columns, the first rows, and how many there are. */
export async function extractWorkbook(bytes: Buffer): Promise<Extracted> {
  const { parts, mainPart, properties } = await openOoxml(bytes);
  const { sheets, isMacCalendar } = await readSheetList(parts, mainPart);
  const partOf = async (type: string): Promise<string> => (await relatedPart(parts, mainPart, type)) ?? "";
  const dateStyles = await readDateStyles(parts, await partOf("styles"));
  const raw = [];
  for (const { name, part } of sheets.slice(0, maxSheets)) {
    const head = await readWorksheet(parts, part);
    const rowCount = head.isWhole ? head.rows.length : await countRows(parts, part);
    raw.push({ name, rows: head.rows, rowCount, columnsLeftOut: head.columnsLeftOut });
  }
  const cells = raw.flatMap(({ rows }) => rows.flat());
  const indexes = cells.flatMap((cell) => (cell?.type === "s" ? Number(cell.text) : []));
  const wanted = new Set(indexes.filter((index) => Number.isInteger(index)));
  const strings = await readSharedStrings(parts, await partOf("sharedStrings"), wanted);
  const cellOf = (cell: RawCell | null): Cell | null =>
    cell === null ? null : cellFrom(cell, { strings, dateStyles, isMacCalendar });
  const read = raw.map((sheet): Sheet => ({ ...sheet, rows: sheet.rows.map((row) => row.map(cellOf)) }));
  return workbookContent(read, { sheetCount: sheets.length, properties });
}

async function readSheetList(
  parts: XmlPackage,
  mainPart: string,
): Promise<{ sheets: readonly { name: string; part: string }[]; isMacCalendar: boolean }> {
  const relations = await relationsOf(parts, mainPart);
  const sheets = new Map<string, string>();
  let isMacCalendar = false;
  await parts.parse(mainPart, {
    open(name, attributes) {
      if (name === "workbookPr") isMacCalendar = /^(1|true)$/.test(attributeOf(attributes, "date1904") ?? "");
      if (name !== "sheet") return;
      const part = relations.get(prefixedAttributeOf(attributes, "id") ?? "")?.target;
      const title = attributeOf(attributes, "name") ?? "";
      // By part, so that a sheet that is listed a thousand times is read once.
      if (part !== undefined && !sheets.has(part)) sheets.set(part, title);
    },
  });
  return { sheets: [...sheets].map(([part, name]) => ({ part, name })), isMacCalendar };
}

interface CellContext {
  readonly strings: ReadonlyMap<number, string>;
  readonly dateStyles: ReadonlySet<number>;
  readonly isMacCalendar: boolean;
}

function cellFrom({ type, text, style }: RawCell, { strings, dateStyles, isMacCalendar }: CellContext): Cell | null {
  if (type === "s") return textCell(strings.get(Number(text)) ?? "");
  if (type === "b") return { text: text === "1" ? "true" : "false", type: "boolean" };
  if (type === "d") return { text, type: "date" };
  if (type !== "n") return textCell(text);
  const value = Number(text);
  if (!Number.isFinite(value)) return textCell(text);
  const date = dateStyles.has(style) ? serialDate(value, isMacCalendar) : null;
  if (date !== null) return { text: date, type: "date" };
  // Fifteen digits are what Excel shows; the rest is noise of the format.
  return { text: String(Number(value.toPrecision(15))), type: "number" };
}

function textCell(text: string): Cell | null {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line === "" ? null : { text: line, type: "text" };
}

/** Only the strings that are shown; the table of a large workbook holds millions. */
async function readSharedStrings(
  parts: XmlPackage,
  part: string,
  wanted: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const strings = new Map<number, string>();
  let last = -1;
  for (const index of wanted) last = Math.max(last, index);
  let index = -1;
  let text = "";
  let isText = false;
  let isPhonetic = false;
  const handlers = {
    open(name: string) {
      if (name === "si") {
        index++;
        text = "";
      } else if (name === "t") isText = !isPhonetic && wanted.has(index);
      // How a word is read aloud stands beside it.
      else if (name === "rPh") isPhonetic = true;
    },
    text(value: string) {
      if (isText && text.length < maxCellChars) text += value.slice(0, maxCellChars);
    },
    close(name: string) {
      if (name === "t") isText = false;
      else if (name === "rPh") isPhonetic = false;
      else if (name === "si" && wanted.has(index)) strings.set(index, text);
    },
  };
  if (last >= 0) await parts.parse(part, handlers, { isDone: () => index > last });
  return strings;
}
