import type { MetadataValue } from "../../core/document.ts";
import type { Extracted, TextPart } from "../extracted.ts";
import { oneLine } from "../sections.ts";
import { joinCells } from "./table-rows.ts";

export type CellType = "text" | "number" | "date" | "boolean";

export interface Cell {
  readonly text: string;
  readonly type: CellType;
}

/** The head of a sheet: rows that hold something, of columns from the first; null where a cell is empty. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly (Cell | null)[])[];
  /** Of all rows that hold something. */
  readonly rowCount: number;
  readonly columnsLeftOut: number;
}

/** As many as a CSV file keeps: the head says what a table is, the rest would crowd out everything else in a search. */
export const maxSampleRows = 200;
export const maxColumns = 100;
/** What Excel allows. */
export const maxCellChars = 32_767;
export const maxSheets = 500;
const maxSheetChars = 100_000;
const maxPartChars = 3_500;
// A title may stand above the names of the columns.
const maxRowsAboveHeader = 5;
const minHeaderShare = 0.6;

/** Sheets as parts, and what was left of them in `rows`, `rowsLeftOut` and `columnsLeftOut`. */
export function workbookContent(
  sheets: readonly Sheet[],
  facts: { sheetCount: number; properties: Readonly<Record<string, MetadataValue>> },
): Extracted {
  const made = sheets.map((sheet, index) => ({ sheet, ...sheetParts(sheet, index + 1) }));
  const sum = (of: (each: (typeof made)[number]) => number): number =>
    made.reduce((total, each) => total + of(each), 0);
  const leftOut = {
    sheetsLeftOut: facts.sheetCount - sheets.length,
    rowsLeftOut: sum(({ sheet, rowsKept }) => Math.max(0, sheet.rowCount - rowsKept)),
    columnsLeftOut: sum(({ sheet }) => sheet.columnsLeftOut),
  };
  const metadata: Record<string, MetadataValue> = {
    ...facts.properties,
    sheets: facts.sheetCount,
    rows: sum(({ sheet }) => sheet.rowCount),
  };
  for (const [name, count] of Object.entries(leftOut)) if (count > 0) metadata[name] = count;
  return { kind: "parts", unit: "sheet", parts: made.flatMap(({ parts }) => parts), metadata };
}

/** Rows with their columns' names and types; long sheets in several parts, each of which repeats the names. */
function sheetParts(sheet: Sheet, position: number): { parts: TextPart[]; rowsKept: number } {
  const rows = withinChars(sheet.rows.map((cells) => joinCells(cells.map((cell) => cell?.text ?? ""))));
  if (rows.length === 0) return { parts: [], rowsKept: 0 };
  const headerAt = findHeader(sheet.rows);
  const header = headerAt === null ? "" : (rows[headerAt] ?? "");
  const name = oneLine(sheet.name);
  const count = `${sheet.rowCount.toLocaleString("en-US")} ${sheet.rowCount === 1 ? "row" : "rows"}`;
  const intro = [`Sheet ${name}: ${count}`, ...(headerAt === null ? [] : [columnsLine(sheet, headerAt)])].join("\n");
  const texts: string[] = [];
  let text = `${intro}\n\n`;
  rows.forEach((row, at) => {
    if (text.length + row.length > maxPartChars && at > (headerAt ?? 0) + 1) {
      texts.push(text);
      text = `Sheet ${name}, from row ${at + 1}\n${header === "" ? "" : `\n${header}\n`}`;
    }
    text += `${row}\n`;
  });
  texts.push(text);
  const common = { start: position, end: position, kind: "record", symbol: name, doc: null, scope: [] } as const;
  const signature = header === "" ? null : header.slice(0, 300).toWellFormed();
  return { parts: texts.map((each) => ({ ...common, text: each.toWellFormed(), signature })), rowsKept: rows.length };
}

function withinChars(rows: readonly string[]): string[] {
  let chars = 0;
  const end = rows.findIndex((row) => (chars += row.length) > maxSheetChars);
  return end === -1 ? [...rows] : rows.slice(0, Math.max(1, end));
}

/** The row of names: nothing but text, and about as wide as the table; null when the head of the sheet has none. */
function findHeader(rows: Sheet["rows"]): number | null {
  if (rows.length < 2) return null;
  const widths = rows.map((row) => row.filter((cell) => cell !== null).length);
  const width = Math.max(...widths);
  const at = rows
    .slice(0, maxRowsAboveHeader)
    .findIndex(
      (row, index) =>
        (widths[index] ?? 0) >= width * minHeaderShare && row.every((cell) => cell === null || cell.type === "text"),
    );
  return at === -1 || at === rows.length - 1 ? null : at;
}

function columnsLine(sheet: Sheet, headerAt: number): string {
  const columns = (sheet.rows[headerAt] ?? []).flatMap((cell, column) => {
    if (cell === null) return [];
    const types = new Set(sheet.rows.slice(headerAt + 1).flatMap((row) => row[column]?.type ?? []));
    const [type = "empty"] = types;
    return [`${cell.text.slice(0, 100)} (${types.size > 1 ? "mixed" : type})`];
  });
  return `Columns: ${columns.join(", ")}`;
}
