import { maxCellChars, maxColumns, maxSampleRows } from "./sheet-parts.ts";
import { attributeOf, type XmlAttributes, type XmlPackage } from "./xml-package.ts";

/** A cell as the file has it; `type` is Excel's: "s" an index of the shared strings, "n" a number, "str", "b", "e", "d". */
export interface RawCell {
  readonly type: string;
  readonly text: string;
  readonly style: number;
}

export interface SheetHead {
  readonly rows: readonly (readonly (RawCell | null)[])[];
  /** Whether these are all rows. */
  readonly isWhole: boolean;
  readonly columnsLeftOut: number;
}

const maxSeenRows = 100_000;

/** The first rows of a worksheet that hold something. */
export async function readWorksheet(parts: XmlPackage, part: string): Promise<SheetHead> {
  const rows: (RawCell | null)[][] = [];
  let row: (RawCell | null)[] = [];
  let widest = 0;
  let seen = 0;
  let column = -1;
  let cell = { type: "n", text: "", style: 0 };
  let formula = "";
  let isValue = false;
  let isFormula = false;
  let isPhonetic = false;
  let isWhole = true;
  await parts.parse(
    part,
    {
      open(name, attributes) {
        if (name === "row") {
          // Sheets that are coloured to their end have a million rows without a value.
          if (rows.length >= maxSampleRows || ++seen > maxSeenRows) isWhole = false;
          row = [];
          column = -1;
        } else if (name === "c") {
          column = columnOf(attributes, column + 1);
          formula = "";
          cell = {
            type: attributeOf(attributes, "t") ?? "n",
            text: "",
            style: Number(attributeOf(attributes, "s") ?? 0),
          };
        } else if (name === "v" || name === "t") isValue = !isPhonetic;
        else if (name === "f") isFormula = true;
        else if (name === "rPh") isPhonetic = true;
      },
      text(text) {
        if (isFormula && formula.length < maxCellChars) formula += text.slice(0, maxCellChars);
        if (isValue && cell.text.length < maxCellChars) cell.text += text.slice(0, maxCellChars);
      },
      close(name) {
        if (name === "v" || name === "t") isValue = false;
        else if (name === "f") isFormula = false;
        else if (name === "rPh") isPhonetic = false;
        else if (name === "c" && (cell.text !== "" || formula !== "")) {
          // Programs that do not calculate write the formula alone.
          if (cell.text === "") cell = { ...cell, type: "str", text: `=${formula}` };
          widest = Math.max(widest, column + 1);
          if (column < maxColumns) place(row, column, cell);
        } else if (name === "row" && isWhole && row.length > 0) rows.push(row);
      },
    },
    { isDone: () => !isWhole },
  );
  return { rows, isWhole, columnsLeftOut: Math.max(0, widest - maxColumns) };
}

/** Rows of a worksheet that hold a value, counted without parsing: a million in half a second. */
export async function countRows(parts: XmlPackage, part: string): Promise<number> {
  const tag = /<(?:\w{1,20}:)?(row|v|is|f)(?=[\s>])/g;
  let count = 0;
  let isEmpty = false;
  let rest = "";
  for await (const piece of parts.stream(part)) {
    const text = rest + piece.toString("latin1");
    for (let match = tag.exec(text); match !== null; match = tag.exec(text)) {
      if (match[1] === "row") isEmpty = true;
      else if (isEmpty) {
        count++;
        isEmpty = false;
      }
    }
    // A tag that is cut by the end of a piece is found in the next one.
    const open = text.lastIndexOf("<");
    rest = open > text.length - 30 && !text.includes(">", open) ? text.slice(open) : "";
  }
  return count;
}

/** The column of "BC12", from 0; `next` where a cell does not say. */
function columnOf(attributes: XmlAttributes, next: number): number {
  const letters = /^[A-Z]{1,3}/.exec(attributeOf(attributes, "r") ?? "")?.[0];
  if (letters === undefined) return next;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function place(row: (RawCell | null)[], column: number, cell: RawCell): void {
  while (row.length < column) row.push(null);
  row[column] = cell;
}
