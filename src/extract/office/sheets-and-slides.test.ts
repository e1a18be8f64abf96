import { expect, test } from "vitest";
import { extract, extracted, reasonOf } from "../../../test/fixtures/extraction.ts";
import {
  openDocumentBytes,
  pptxBytes,
  salesHeader,
  salesRow,
  xlsxBytes,
} from "../../../test/fixtures/samples/office-bytes.ts";
import { serialDate } from "./cell-formats.ts";

const text = (column: string, row: number, value: string): string =>
  `<c r="${column}${row}" t="inlineStr"><is><t>${value}</t></is></c>`;

test("a sheet gives its columns with their types, and its rows", async () => {
  const { parts, content, metadata } = await extracted("a.xlsx", xlsxBytes(salesHeader + salesRow(2) + salesRow(3)));
  expect(content).toMatchObject({ kind: "parts", unit: "sheet" });
  expect(parts).toHaveLength(1);
  expect(parts[0]).toMatchObject({
    start: 1,
    end: 1,
    kind: "record",
    symbol: "Sales",
    signature: "Date | Customer |  | Amount",
  });
  expect(parts[0]?.text).toBe(
    "Sheet Sales: 3 rows\nColumns: Date (date), Customer (text), Amount (number)\n\nDate | Customer |  | Amount\n2024-07-14 | Acme |  | 12.5\n2024-07-14 | Acme |  | 12.5\n",
  );
  expect(metadata).toMatchObject({ title: "Annual report", sheets: 2, rows: 3 });
  expect(metadata).not.toHaveProperty("rowsLeftOut");
});

test("a title may stand above the names of the columns", async () => {
  const title = `<row r="1">${text("A", 1, "Sales of 2024")}</row>`;
  const { parts } = await extracted("a.xlsx", xlsxBytes(title + salesHeader + salesRow(3)));
  expect(parts[0]?.text).toContain("Columns: Date (date), Customer (text), Amount (number)\n\nSales of 2024\nDate |");
});

test("a sheet of numbers has no names of columns", async () => {
  const { parts } = await extracted(
    "a.xlsx",
    xlsxBytes(`<row><c><v>1</v></c><c><v>0.1</v></c></row><row><c><v>2</v></c><c t="b"><v>1</v></c></row>`),
  );
  expect(parts[0]).toMatchObject({ text: "Sheet Sales: 2 rows\n\n1 | 0.1\n2 | true\n", signature: null });
});

test("a formula without a value is shown as it is written", async () => {
  const row = `<row>${text("A", 1, "Sum")}<c><f>SUM(A1:A9)</f></c><c><f>1+1</f><v>2</v></c></row>`;
  expect((await extracted("a.xlsx", xlsxBytes(row))).parts[0]?.text).toBe(
    "Sheet Sales: 1 row\n\nSum | =SUM(A1:A9) | 2\n",
  );
});

test("a cell that points to no shared string is empty, and the others are read", async () => {
  const row = `<row><c t="s"><v>x</v></c><c t="s"><v>999</v></c><c t="s"><v>3</v></c></row>`;
  expect((await extracted("a.xlsx", xlsxBytes(row))).parts[0]?.text).toBe("Sheet Sales: 1 row\n\n |  | Acme\n");
});

test("a large sheet keeps its first rows and says how many were left out; rows without a value do not count", async () => {
  const rows = Array.from({ length: 3_000 }, (_, index) => salesRow(index + 2)).join("");
  const blank = `<row r="9000" s="1"/><row r="9001"><c r="A9001" s="1"/></row>`.repeat(100);
  const { parts, metadata } = await extracted("a.xlsx", xlsxBytes(salesHeader + rows + blank));
  expect(metadata).toMatchObject({ rows: 3_001, rowsLeftOut: 2_801 });
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.every((part) => part.text.includes("Date | Customer |  | Amount\n"))).toBe(true);
  expect(
    parts
      .map((part) => part.text)
      .join("")
      .match(/Acme/g),
  ).toHaveLength(199);
});

test("columns beyond the hundredth are counted", async () => {
  const { parts, metadata } = await extracted(
    "a.xlsx",
    xlsxBytes(`<row>${text("A", 1, "first")}${text("XFD", 1, "last")}</row>`),
  );
  expect(metadata["columnsLeftOut"]).toBe(16_384 - 100);
  expect(parts[0]?.text).toContain("first\n");
});

test.each([
  [45_487, false, "2024-07-14"],
  [45_487.5, false, "2024-07-14T12:00:00"],
  [44_025, true, "2024-07-14"],
  [0.25, false, "06:00:00"],
  [-1, false, null],
  [1e9, false, null],
])("the day number %d is %s", (serial, isMac, iso) => expect(serialDate(serial, isMac)).toBe(iso));

test("an OpenDocument sheet is read the same way, and what repeats is counted and not unfolded", async () => {
  const cell = (type: string, value: string): string =>
    `<table:table-cell office:value-type="${type}" ${value}</table:table-cell>`;
  const head = `<table:table-row>${cell("string", "><text:p>Day</text:p>")}${cell("string", "><text:p>Count</text:p>")}</table:table-row>`;
  const row = `<table:table-row table:number-rows-repeated="1000000">${cell("date", `office:date-value="2024-07-14"><office:annotation><text:p>a comment</text:p></office:annotation><text:p>14.7.</text:p>`)}${cell("float", `office:value="2"><text:p>2,0</text:p>`)}<table:table-cell table:number-columns-repeated="16000"/></table:table-row>`;
  const body = `<office:spreadsheet><table:table table:name="Days">${head}${row}<table:table-row table:number-rows-repeated="40000"><table:table-cell/></table:table-row></table:table></office:spreadsheet>`;
  const { parts, metadata } = await extracted("a.ods", openDocumentBytes(body));
  expect(metadata).toMatchObject({ sheets: 1, rows: 1_000_001, rowsLeftOut: 999_801 });
  expect(metadata).not.toHaveProperty("columnsLeftOut");
  expect(parts[0]?.text).toContain("Columns: Day (date), Count (number)\n\nDay | Count\n2024-07-14 | 2\n");
});

test("a presentation is read slide by slide in the order that is shown, with notes and without page numbers", async () => {
  const { parts, content, metadata } = await extracted("a.pptx", pptxBytes());
  expect(content).toMatchObject({ unit: "slide" });
  expect(parts.map(({ text: each, start, symbol }) => ({ text: each, start, symbol }))).toEqual([
    { text: "First slide\n\nWelcome all\n\nNotes:\nSpeak slowly\n", start: 1, symbol: "First slide" },
    { text: "Second slide\n\nRegion | Sales\n", start: 2, symbol: "Second slide" },
  ]);
  expect(metadata).toMatchObject({ slides: 2, author: "Ada Lovelace" });
});

test("an OpenDocument presentation is read the same way", async () => {
  const frame = (role: string, value: string): string =>
    `<draw:frame presentation:class="${role}"><draw:text-box><text:p>${value}</text:p></draw:text-box></draw:frame>`;
  const body = `<office:presentation><draw:page>${frame("title", "Hello")}${frame("page-number", "1")}${frame("outline", "Text")}<presentation:notes>${frame("notes", "Slowly")}</presentation:notes></draw:page><draw:page/><draw:page>${frame("title", "Bye")}</draw:page></office:presentation>`;
  const { parts, metadata } = await extracted("a.odp", openDocumentBytes(body));
  expect(parts.map(({ text: each, start }) => [each, start])).toEqual([
    ["Hello\n\nText\n\nNotes:\nSlowly\n", 1],
    ["Bye\n", 3],
  ]);
  expect(metadata["slides"]).toBe(3);
});

test("a workbook without a value is empty, and old binary files are found by name", async () => {
  expect(await reasonOf("a.xlsx", xlsxBytes(`<row><c s="1"/></row>`))).toBe("empty");
  const extraction = await extract("a.xls", "anything");
  expect(extraction).toMatchObject({ kind: "document", document: { fileType: "office" } });
});
