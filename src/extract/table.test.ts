import { expect, test } from "vitest";
import { chunksOf, extracted, fileOf, reasonOf } from "../../test/fixtures/extraction.ts";
import { customersCsv } from "../../test/fixtures/samples/data.ts";
import { extractFile } from "./registry.ts";

/** A file of `sizeBytes` whose content is `block` over and over. */
function repeated(
  path: string,
  block: string,
  sizeBytes: number,
): ReturnType<typeof fileOf> & { readonly read: unknown } {
  const unit = Buffer.from(block);
  const megabytes = Buffer.concat(Array.from({ length: Math.ceil(1_100_000 / unit.length) }, () => unit));
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const from = offset % unit.length;
    return megabytes.subarray(from, from + Math.min(length, sizeBytes - offset));
  };
  return { path, sizeBytes, read };
}

test("a table is found by its columns, their types and their values", async () => {
  const rows = Array.from(
    { length: 40 },
    (_, at) => `${at},${at}.5,2024-01-${(at % 28) + 1},${at % 2 ? "open" : "closed"},true,,Name ${at}`,
  );
  const { parts, metadata } = await extracted(
    "data/tickets.csv",
    `id,price,due,state,urgent,note,title\n${rows.join("\n")}\n`,
  );
  expect(parts[0]).toMatchObject({ symbol: "tickets.csv", kind: "record", start: 1, end: 1 });
  expect(parts[0]?.text).toBe(`data/tickets.csv
Table with 7 columns and 40 rows.
- id: integer, for example 0
- price: number, for example 0.5
- due: date, for example 2024-01-1
- state: text, one of "closed", "open"
- urgent: boolean, one of true
- note: empty
- title: text, for example "Name 0"
`);
  expect(metadata).toEqual({ rows: 40, columns: 7 });
});

test("quoted fields may hold delimiters, quotes and line ends, and rows keep their lines", async () => {
  const { parts, metadata } = await extracted("customers.csv", customersCsv);
  expect(metadata).toEqual({ rows: 3, columns: 4, delimiter: "semicolon" });
  expect(parts[0]?.text).toContain(
    '- name: text, for example "Lovelace; Ada"\n- joined: date, for example 2024-07-14\n- balance: number',
  );
  expect(parts[1]).toMatchObject({ start: 1, end: 5, signature: "id, name, joined, balance" });
  expect(parts[1]?.text).toBe(customersCsv);
});

test.each([
  ["a.csv", "a|b|c\n1|2|3\n", { delimiter: "bar", columns: 3 }],
  ["a.csv", "a\tb\n1\t2\n", { delimiter: "tab", columns: 2 }],
  ["a.tsv", "a\tb\n1,5\t2\n", { columns: 2, rows: 1 }],
  ["a.csv", "word\nanother\n", { columns: 1, rows: 1 }],
  ["a.csv", "1,2\n3,4\n", { columns: 2, rows: 2, hasHeader: false }],
  ["a.csv", "city,2023,2024\nParis,1,2\n", { columns: 3, rows: 2, hasHeader: false }],
  ["a.csv", '"5"" pipe",1\r\n\r\n"x",2\r\n', { rows: 2 }],
])("%s %j", async (path, content, metadata) =>
  expect((await extracted(path, content)).metadata).toMatchObject(metadata),
);

test("a quote that nothing closes does not swallow the table", async () => {
  const content = `name,size\n${'"12 inch,3\n'.repeat(1)}${"plain,4\n".repeat(500_000)}`;
  const { metadata, parts } = await extracted("a.csv", content);
  expect(metadata).toMatchObject({ columns: 2 });
  expect(Number(metadata["rows"])).toBeGreaterThan(490_000);
  expect(parts[0]?.text).toContain("- size: integer");
});

test("a table of a gigabyte is found by its columns, and says that its rows are estimated", async () => {
  const file = repeated("big.csv", "city,population\n", 1_000_000_000);
  const extraction = await extractFile(file);
  expect(extraction).toMatchObject({ document: { content: { metadata: { columns: 2, rowsEstimated: true } } } });
  expect(JSON.stringify(extraction)).toContain("about 62,499,999 rows");
}, 180_000);

test("a table with thousands of columns stays a few chunks", async () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `measure_${index}`);
  const row = names.map((_, index) => index).join(",");
  const chunks = await chunksOf("wide.csv", `${names.join(",")}\n${`${row}\n`.repeat(300)}`);
  expect(chunks.length).toBeLessThan(60);
  expect(chunks.map((chunk) => chunk.text).join("\n")).toContain("- and 4,700 more");
});

test("a line of a million delimiters or quotes costs no more than its length", async () => {
  for (const path of ["a.csv", "a.tsv", "a.jsonl"])
    for (const unit of [",", '"', '","', '"""', "\tx", "[", '{"a":'])
      expect((await extracted(path, unit.repeat(Math.floor(1_000_000 / unit.length)))).category).toBe("data");
}, 180_000);

test("JSON lines are found by their fields and types", async () => {
  const lines = Array.from({ length: 300 }, (_, at) =>
    JSON.stringify({ at: "2024-07-14T09:00:00Z", user: { id: at, tags: ["a"] }, ok: at > 3 }),
  );
  const { parts, metadata } = await extracted("events.ndjson", `${lines.join("\n")}\nnot json\n`);
  expect(parts[0]?.text).toBe(`events.ndjson
JSON records with 4 fields, 301 rows.
- at: time, for example 2024-07-14T09:00:00Z
- user.id: integer, for example 0
- user.tags: list
- ok: boolean, for example false
`);
  expect(parts[1]).toMatchObject({ start: 1, kind: "record" });
  expect(metadata).toEqual({ rows: 301, rowsLeftOut: 101, columns: 4, invalidRows: 1 });
});

test("a UTF-16 table is read", async () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("Straße\tOrt\r\nx\ty\r\n", "utf16le")]);
  expect((await extracted("a.tsv", bytes)).parts[0]?.text).toContain('- Straße: text, for example "x"');
});

test("binary and empty tables are left out", async () => {
  expect(await reasonOf("a.csv", Buffer.from([1, 2, 0, 3]))).toBe("binary");
  expect(await reasonOf("a.csv", "\n\n")).toBe("empty");
  expect(await reasonOf("a.log", "\n \n")).toBe("empty");
  expect(await reasonOf("a.log", Buffer.from([1, 2, 0, 3]))).toBe("binary");
});

test("a short log is whole, behind a summary of levels, times and errors", async () => {
  const log = `2024-07-14T09:00:00Z INFO started
2024-07-14T09:00:01Z ERROR cannot open 17: no such file
2024-07-14T09:00:02Z ERROR cannot open 18: no such file

2024-07-14T09:00:03Z WARNING slow
`;
  const { parts, metadata } = await extracted("logs/app.log.1", log);
  expect(parts[0]?.text).toBe(`logs/app.log.1
Log: 4 lines, from 2024-07-14T09:00:00Z to 2024-07-14T09:00:03Z.
Levels: INFO 1, ERROR 2, WARN 1
Errors that occur most:
2 x 2024-07-14T09:00:01Z ERROR cannot open 17: no such file
`);
  expect(parts[1]).toMatchObject({ start: 1, end: 5, kind: "window" });
  expect(metadata).toMatchObject({ lines: 4, errorLines: 2, firstTime: "2024-07-14T09:00:00Z" });
});

test("of a long log its first and last lines stay, with their numbers", async () => {
  const lines = Array.from({ length: 5_000 }, (_, at) => `Jul 14 09:00:00 host app[${at}]: line ${at + 1}`);
  const { parts, metadata } = await extracted("app.log", `${lines.join("\n")}\n`);
  expect(parts[1]?.text).toMatch(/^Jul.*line 1\n/);
  expect(parts.at(-1)).toMatchObject({ end: 5_000 });
  expect(parts.at(-1)?.text).toMatch(/line 5000\n$/);
  expect(metadata).toMatchObject({ lines: 5_000, linesLeftOut: 4_750 });
});

test("a log of gigabytes is read in parts: its last lines are there, and it says so", async () => {
  const extraction = await extractFile(
    repeated("huge.log", "2024-07-14 09:00:00 ERROR disk 12 is full\n", 3_000_000_000),
  );
  expect(extraction).toMatchObject({ document: { content: { metadata: { isPartial: true } } } });
  expect(JSON.stringify(extraction)).toContain("in the first 64 MB of 3,000 MB");
}, 180_000);

test("lines and rows that lie across blocks of a file are counted once", async () => {
  const rows = 200_000;
  const csv = Array.from({ length: rows }, (_, at) => `${at},"two\nlines ${at}"\n`).join("");
  expect((await extracted("a.csv", `id,note\n${csv}`)).metadata).toMatchObject({ rows });
  const lines = Array.from({ length: rows }, (_, at) => `2024-07-14 09:00:00 INFO line number ${at} ü\n`).join("");
  expect((await extracted("a.log", lines)).metadata).toMatchObject({ lines: rows, infoLines: rows });
});

test("a log in UTF-16, as PowerShell writes it, is read over its blocks", async () => {
  const lines = Array.from({ length: 40_000 }, (_, at) => `2024-07-14 09:00:00 INFO Größe ${at}\r\n`).join("");
  const { metadata, parts } = await extracted("a.log", Buffer.from(`\uFEFF${lines}`, "utf16le"));
  expect(metadata).toMatchObject({ lines: 40_000, infoLines: 40_000 });
  expect(parts.at(-1)?.text).toMatch(/Größe 39999\n$/);
});
