import type { Extracted, FileContent } from "../extracted.ts";
import { cleanName } from "../name-list.ts";
import { quantity } from "../quantity.ts";
import { columnLines, commonType, typeOfValue, type Column } from "./column-types.ts";
import { rowsMetadata, rowsPhrase } from "./delimited-table.ts";
import { countRows } from "./row-count.ts";
import { maxSampleRows, sampleParts } from "./sample-rows.ts";
import { readHead } from "./table-head.ts";

const maxTypedRows = 1_000;
const maxFields = 500;
const maxDepth = 3;

/** Fields with their types, the number of records, and the first of them. Skipped: binary files. */
export async function extractJsonLines(file: FileContent): Promise<Extracted> {
  const head = await readHead(file);
  if (head.kind === "skipped") return head;
  const rows = head.text
    .split("\n")
    .map((text, index) => ({ text, firstLine: index + 1, lastLine: index + 1 }))
    .filter((row) => row.text.trim() !== "");
  const fields = new Map<string, { types: Set<string>; example: string }>();
  let invalidRows = 0;
  for (const row of rows.slice(0, maxTypedRows)) {
    const value = parse(row.text);
    if (value === undefined) invalidRows++;
    else gather(value, { path: "", depth: 0, fields });
  }
  const columns: Column[] = [...fields].map(([name, { types, example }]) => {
    const type = commonType(types);
    return { name, type, values: type === "object" || example === "" ? [] : [example], isChoice: false };
  });
  const count = await countRows(file, null);
  const samples = sampleParts(
    rows.slice(0, maxSampleRows),
    columns
      .map((column) => column.name)
      .join(", ")
      .slice(0, 300),
  );
  const symbol = file.path.slice(file.path.lastIndexOf("/") + 1);
  const text = `${file.path}\nJSON records with ${quantity(columns.length, "field")}, ${rowsPhrase(count)}.\n${columnLines(columns)}`;
  const schema = { text, start: 1, end: 1, kind: "record", symbol, signature: null, doc: null, scope: [] } as const;
  return {
    kind: "parts",
    unit: "line",
    parts: [schema, ...samples.parts],
    metadata: {
      ...rowsMetadata(count, count.rows - samples.rows),
      columns: columns.length,
      ...(invalidRows > 0 ? { invalidRows } : {}),
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function gather(
  value: unknown,
  {
    path,
    depth,
    fields,
  }: { path: string; depth: number; fields: Map<string, { types: Set<string>; example: string }> },
): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && depth < maxDepth) {
    for (const [key, inner] of Object.entries(value)) {
      if (fields.size >= maxFields) return;
      gather(inner, { path: path === "" ? cleanName(key) : `${path}.${cleanName(key)}`, depth: depth + 1, fields });
    }
    return;
  }
  if (path === "") return;
  const field = fields.get(path) ?? { types: new Set<string>(), example: "" };
  const type = typeOfJson(value);
  if (type !== "empty") field.types.add(type);
  if (field.example === "" && (typeof value === "string" || typeof value === "number" || typeof value === "boolean"))
    field.example = cleanName(String(value).slice(0, 60));
  fields.set(path, field);
}

function typeOfJson(value: unknown): string {
  if (value === null) return "empty";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string") {
    const type = typeOfValue(value);
    return type === "date" || type === "time" || type === "empty" ? type : "text";
  }
  if (typeof value === "boolean") return "boolean";
  return Array.isArray(value) ? "list" : "object";
}
