import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { linesOf } from "../line-stream.ts";
import { maxModelTextBytes, modelRecord } from "./model-record.ts";
import { createNameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

// The start and the global section are some lines of 72 characters each.
const maxSectionChars = 65_536;
const units: Readonly<Record<string, string>> = {
  1: "inches",
  2: "mm",
  4: "feet",
  5: "miles",
  6: "m",
  7: "km",
  8: "mils",
  9: "micrometres",
  10: "cm",
  11: "microinches",
};

/** Description, product, author, unit, date and entity counts of an IGES file. Errors: DamagedFile. */
export async function extractIges(file: FileContent): Promise<Extracted> {
  const sections = { S: "", G: "" };
  const entityTypes = new Map<string, number>();
  let directoryLines = 0;
  let lineCount = 0;
  for await (const lines of linesOf(file, maxModelTextBytes)) {
    for (const line of lines) {
      lineCount++;
      const section = line[72];
      if (section === "S" || section === "G") {
        if (sections[section].length < maxSectionChars) sections[section] += line.slice(0, 72);
      } else if (section === "D" && directoryLines++ % 2 === 0) {
        const type = line.slice(0, 8).trim();
        if (entityTypes.size < 1_000) entityTypes.set(type, (entityTypes.get(type) ?? 0) + 1);
      }
    }
    if (lineCount > 100 && sections.S === "" && sections.G === "") break;
  }
  if (sections.G === "") throw new DamagedFile("is no IGES file");
  const start = sections.S.replace(/\s+/g, " ").trim();
  return recordOfSections(file, start, globalParameters(sections.G), entityTypes);
}

function recordOfSections(
  file: FileContent,
  start: string,
  parameters: readonly string[],
  entityTypes: ReadonlyMap<string, number>,
): Extracted {
  // Numbers as in the standard's table of the global section, which counts from 1.
  const at = (place: number): string | null => parameters[place - 1]?.trim() || null;
  const unit = units[at(14) ?? ""] ?? at(15);
  const [product, system, author, organisation] = [at(3) ?? at(12), at(5), at(21), at(22)];
  const date = dateOf(at(18));
  const entities = [...entityTypes.values()].reduce((sum, count) => sum + count, 0);
  const types = createNameList();
  for (const [type, count] of [...entityTypes].toSorted((a, b) => b[1] - a[1]).slice(0, 20))
    types.add(`type ${type} (${count.toLocaleString("en-US")})`);
  return modelRecord(file, {
    what: "3D model (IGES)",
    title: product,
    facts: [
      quantity(entities, "entity", "entities"),
      unit === null || unit === undefined ? null : `lengths in ${unit}`,
      author === null ? null : `by ${author}`,
      organisation === null ? null : `of ${organisation}`,
      system === null ? null : `made with ${system}`,
      date === null ? null : `dated ${date}`,
      start === "" ? null : `described as "${start.slice(0, 1_000)}"`,
    ],
    lists: [{ label: "Entities", names: types }],
    metadata: { format: "iges", entities, fileName: at(4), system, author, organisation, date, units: unit },
    bytesRead: Math.min(file.sizeBytes, maxModelTextBytes),
  });
}

/** Free-format parameters: strings are written as their length, "H", and that many characters; the first two name the delimiters. */
function globalParameters(text: string): string[] {
  const named = /^(?:1H(.))?,(?:1H(.))?/.exec(text);
  const delimiter = named?.[1] ?? ",";
  const end = named?.[2] ?? ";";
  const parameters: string[] = [];
  let current = "";
  for (let at = 0; at < text.length;) {
    const string = /^\s*(\d{1,5})H/.exec(text.slice(at, at + 80));
    if (string !== null && current.trim() === "") {
      const start = at + string[0].length;
      const stop = start + Number(string[1]);
      current = text.slice(start, stop);
      at = stop;
    } else if (text[at] === delimiter || text[at] === end) {
      parameters.push(current);
      current = "";
      if (text[at++] === end) break;
    } else current += text[at++];
  }
  return parameters;
}

/** "20240714.093000" as 2024-07-14; years of two digits are of the last century, as the format says. */
function dateOf(text: string | null): string | null {
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})\.\d{6}/.exec(text ?? "");
  if (match === null) return text;
  const [, year = "", month, day] = match;
  return `${year.length === 2 ? `19${year}` : year}-${month}-${day}`;
}
