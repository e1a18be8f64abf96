import { cleanName } from "../name-list.ts";

export interface Column {
  readonly name: string;
  /** "integer", "number", "boolean", "date", "time", "text", "empty". */
  readonly type: string;
  /** What a person sees of it: the few values there are, or an example. */
  readonly values: readonly string[];
  readonly isChoice: boolean;
}

const maxChoices = 8;
const minRowsPerChoice = 4;
const maxValueChars = 60;
const patterns: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["boolean", /^(?:true|false|yes|no|t|f|y|n)$/i],
  ["integer", /^[+-]?\d{1,18}$/],
  ["number", /^[+-]?(?:\d{1,18}|\d{1,3}(?:[.,' ]\d{3}){1,6})?(?:[.,]\d{1,20})?(?:e[+-]?\d{1,3})?\s?%?$/i],
  ["date", /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})$/],
  [
    "time",
    /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4} )?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?$/i,
  ],
];

/** The type of one value; "" has none. */
export function typeOfValue(value: string): string {
  const text = value.trim();
  if (text === "" || /^(?:null|na|n\/a|nan|-)$/i.test(text)) return "empty";
  if (text.length > maxValueChars) return "text";
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? "text";
}

/** What the values of one column have in common. */
export function describeColumn(name: string, values: readonly string[]): Column {
  const types = new Set<string>();
  const distinct = new Set<string>();
  for (const value of values) {
    const type = typeOfValue(value);
    if (type === "empty") continue;
    types.add(type);
    if (distinct.size <= maxChoices) distinct.add(cleanName(value.slice(0, maxValueChars)));
  }
  const type = commonType(types);
  const isChoice =
    (type === "text" || type === "boolean") &&
    distinct.size <= maxChoices &&
    values.length >= distinct.size * minRowsPerChoice;
  return { name, type, values: [...distinct].slice(0, isChoice ? maxChoices : 1), isChoice };
}

export function commonType(types: ReadonlySet<string>): string {
  if (types.size === 0) return "empty";
  if (types.size === 1) return [...types][0] ?? "text";
  if ([...types].every((type) => type === "integer" || type === "number")) return "number";
  if ([...types].every((type) => type === "date" || type === "time")) return "time";
  return "text";
}

/** One line per column; the first `maxColumns` of them. */
export function columnLines(columns: readonly Column[], maxColumns = 300): string {
  const lines = columns.slice(0, maxColumns).map(({ name, type, values, isChoice }) => {
    const shown = values.map((value) => (type === "text" ? `"${value}"` : value)).join(", ");
    return `- ${name}: ${type}${shown === "" ? "" : isChoice ? `, one of ${shown}` : `, for example ${shown}`}`;
  });
  const left = columns.length - lines.length;
  return `${lines.join("\n")}\n${left > 0 ? `- and ${left.toLocaleString("en-US")} more\n` : ""}`;
}
