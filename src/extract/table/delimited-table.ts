import type { Metadata } from "../../core/document.ts";
import type { Extracted, FileContent, FileType, TextPart } from "../extracted.ts";
import { wideEncodingOf } from "../line-stream.ts";
import { cleanName } from "../name-list.ts";
import { quantity } from "../quantity.ts";
import { columnLines, describeColumn, typeOfValue, type Column } from "./column-types.ts";
import { findDelimiter, readRows, type DelimitedRow } from "./delimited-rows.ts";
import { countRows, type RowCount } from "./row-count.ts";
import { maxSampleRows, sampleParts } from "./sample-rows.ts";
import { readHead } from "./table-head.ts";

const maxTypedRows = 5_000;
const maxTypedFields = 200_000;
const delimiterNames: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };

/**
 * Columns with their types by value, the number of rows, and the first rows as they stand. Columns are judged by the first megabyte;
 * rows are counted in the first 256 MB and estimated beyond. Skipped: binary files.
 */
export async function extractDelimited(file: FileContent, type: FileType): Promise<Extracted> {
  const head = await readHead(file);
  if (head.kind === "skipped") return head;
  const usual = type.id === "tsv" ? "\t" : ",";
  const delimiter = findDelimiter(head.text, usual);
  const rows = firstRows(head.text, delimiter);
  const hasHeader = isHeader(rows);
  const content = rows.slice(hasHeader ? 1 : 0);
  const columns = columnsOf(hasHeader ? rows[0] : undefined, content);
  // Bytes of UTF-16 are no characters: only lines can be counted there.
  const isWide = wideEncodingOf(await file.read(0, 2)) !== null;
  const counted = await countRows(file, isWide ? null : delimiter);
  const count = { ...counted, rows: Math.max(0, counted.rows - (hasHeader ? 1 : 0)) };
  const names = columns.map((column) => column.name).join(", ");
  const samples = sampleParts(
    rows
      .slice(0, maxSampleRows + (hasHeader ? 1 : 0))
      .map((row) => ({ ...row, text: head.text.slice(row.start, row.end) })),
    names.slice(0, 300),
  );
  const left = count.rows - (samples.rows - (hasHeader ? 1 : 0));
  const metadata: Metadata = {
    ...rowsMetadata(count, left),
    columns: columns.length,
    ...(delimiter === usual ? {} : { delimiter: delimiterNames[delimiter] ?? delimiter }),
    ...(hasHeader ? {} : { hasHeader: false }),
  };
  return {
    kind: "parts",
    unit: "line",
    parts: [schemaPart(file, { columns, count, rows }), ...samples.parts],
    metadata,
  };
}

export function rowsMetadata({ rows, isEstimated }: RowCount, rowsLeftOut: number): Metadata {
  return {
    rows,
    ...(isEstimated ? { rowsEstimated: true } : {}),
    ...(rowsLeftOut > 0 ? { rowsLeftOut } : {}),
  };
}

export function rowsPhrase({ rows, isEstimated }: RowCount): string {
  return `${isEstimated ? "about " : ""}${quantity(rows, "row")}`;
}

function firstRows(text: string, delimiter: string): DelimitedRow[] {
  const rows: DelimitedRow[] = [];
  let fields = 0;
  for (const row of readRows(text, delimiter)) {
    rows.push(row);
    fields += row.fields.length;
    if (rows.length > maxTypedRows || fields > maxTypedFields) break;
  }
  return rows;
}

/** A header names every column in words, each differently; values that are numbers or times are rows already. */
function isHeader([first, second]: readonly DelimitedRow[]): boolean {
  if (first === undefined) return false;
  const names = first.fields.map((field) => field.trim()).filter((field) => field !== "");
  if (names.length === 0 || new Set(names).size < names.length) return false;
  const types = names.map(typeOfValue);
  if (types.every((type) => type === "text" || type === "boolean")) return true;
  // Years as names of columns: the row below them is of another kind.
  return (
    second !== undefined &&
    typeOfValue(first.fields[0] ?? "") === "text" &&
    typeOfValue(second.fields[0] ?? "") !== "text"
  );
}

function columnsOf(header: DelimitedRow | undefined, rows: readonly DelimitedRow[]): Column[] {
  const width = header?.fields.length ?? rows.reduce((most, row) => Math.max(most, row.fields.length), 0);
  return Array.from({ length: width }, (_, index) => {
    const name = cleanName(header?.fields[index] ?? "");
    return describeColumn(
      name === "" ? `column ${index + 1}` : name,
      rows.map((row) => row.fields[index] ?? ""),
    );
  });
}

function schemaPart(
  file: FileContent,
  { columns, count, rows }: { columns: readonly Column[]; count: RowCount; rows: readonly DelimitedRow[] },
): TextPart {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const text = `${file.path}\nTable with ${quantity(columns.length, "column")} and ${rowsPhrase(count)}.\n${columnLines(columns)}`;
  const end = rows[0]?.lastLine ?? 1;
  return { text, start: 1, end, kind: "record", symbol: name, signature: null, doc: null, scope: [] };
}
