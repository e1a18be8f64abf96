import type { Extracted } from "../extracted.ts";
import { blankOf, openOpenDocument } from "./opendocument.ts";
import {
  maxCellChars,
  maxColumns,
  maxSampleRows,
  maxSheets,
  workbookContent,
  type Cell,
  type Sheet,
} from "./sheet-parts.ts";
import { attributeOf, type XmlAttributes, type XmlHandlers } from "./xml-package.ts";

/** An OpenDocument spreadsheet: as a workbook. */
export async function extractSpreadsheet(bytes: Buffer): Promise<Extracted> {
  const { parts, properties } = await openOpenDocument(bytes);
  const sheets: Sheet[] = [];
  let sheetCount = 0;
  const finish = (sheet: Sheet): void => {
    sheetCount++;
    if (sheets.length < maxSheets) sheets.push(sheet);
  };
  await parts.parse("content.xml", sheetHandlers(finish));
  return workbookContent(sheets, { sheetCount, properties });
}

interface OpenSheet {
  readonly name: string;
  readonly rows: (Cell | null)[][];
  rowCount: number;
  widest: number;
}

function sheetHandlers(finish: (sheet: Sheet) => void): XmlHandlers {
  let sheet: OpenSheet | null = null;
  let row: (Cell | null)[] = [];
  let rowRepeats = 1;
  let column = 0;
  let width = 0;
  let cell: XmlAttributes = {};
  let text = "";
  let isText = false;
  let isComment = false;
  const addRow = (to: OpenSheet): void => {
    if (row.length === 0) return;
    // Rows that repeat are written once; what fills a sheet to its end is no content.
    to.rowCount += rowRepeats;
    to.widest = Math.max(to.widest, width);
    for (let at = 0; at < rowRepeats && to.rows.length < maxSampleRows; at++) to.rows.push(row);
  };
  return {
    open(name, attributes) {
      if (name === "table") {
        sheet ??= { name: attributeOf(attributes, "name") ?? "", rows: [], rowCount: 0, widest: 0 };
      } else if (name === "table-row") {
        row = [];
        column = 0;
        width = 0;
        rowRepeats = repeats(attributes, "number-rows-repeated");
      } else if (name === "table-cell" || name === "covered-table-cell") {
        cell = attributes;
        text = "";
      } else if (name === "annotation") isComment = true;
      else if (name === "p" && !isComment) {
        isText = true;
        if (text !== "") text += " ";
      } else if (isText) text += blankOf(name, attributes);
    },
    text(value) {
      if (isText && text.length < maxCellChars) text += value.slice(0, maxCellChars);
    },
    close(name) {
      if (name === "p") isText = false;
      else if (name === "annotation") isComment = false;
      else if (name === "table-cell" || name === "covered-table-cell") {
        const end = column + repeats(cell, "number-columns-repeated");
        const value = cellFrom(cell, text);
        if (value !== null) {
          fill(row, value, { from: column, end });
          width = end;
        }
        column = end;
      } else if (name === "table-row" && sheet !== null) addRow(sheet);
      else if (name === "table" && sheet !== null) {
        const { widest, ...read } = sheet;
        finish({ ...read, columnsLeftOut: Math.max(0, widest - maxColumns) });
        sheet = null;
      }
    },
  };
}

/** Puts a cell into its row as often as it repeats. */
function fill(row: (Cell | null)[], cell: Cell, { from, end }: { from: number; end: number }): void {
  for (let column = from; column < Math.min(end, maxColumns); column++) {
    while (row.length < column) row.push(null);
    row[column] = cell;
  }
}

function repeats(attributes: XmlAttributes, name: string): number {
  const count = Number(attributeOf(attributes, name) ?? 1);
  return count >= 1 && count <= 10_000_000 ? Math.floor(count) : 1;
}

function cellFrom(attributes: XmlAttributes, shown: string): Cell | null {
  const line = shown.replaceAll(/\s+/g, " ").trim();
  const type = attributeOf(attributes, "value-type");
  const date = attributeOf(attributes, "date-value") ?? attributeOf(attributes, "time-value");
  if ((type === "date" || type === "time") && date !== undefined) return { text: date.slice(0, 40), type: "date" };
  const value = attributeOf(attributes, "value");
  if ((type === "float" || type === "currency" || type === "percentage") && value !== undefined)
    return { text: value.slice(0, 40), type: "number" };
  if (type === "boolean") return { text: attributeOf(attributes, "boolean-value") ?? line, type: "boolean" };
  return line === "" ? null : { text: line, type: "text" };
}
