import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { linesOf } from "../line-stream.ts";
import { maxModelTextBytes, modelRecord } from "./model-record.ts";
import { createNameList, type NameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

// Longer statements are lists of numbers; a name stands in the first few parameters.
const maxStatementChars = 16_384;
const maxTypes = 2_000;
const shownTypes = 12;
const [apostrophe, asterisk, slash, semicolon] = [0x27, 0x2a, 0x2f, 0x3b];

interface StepScan {
  readonly header: Map<string, string>;
  readonly counts: Map<string, number>;
  readonly lists: ReadonlyMap<string, NameList>;
  entities: number;
  unit: string | null;
}

/** Which entities name something that people search for, and which of their parameters is the name. */
const namedEntities = new Map<string, { readonly label: string; readonly place: number }>([
  ["PRODUCT", { label: "Products", place: 1 }],
  ["IFCPROJECT", { label: "Projects", place: 2 }],
  ["IFCSITE", { label: "Sites", place: 2 }],
  ["IFCBUILDING", { label: "Buildings", place: 2 }],
  ["IFCBUILDINGSTOREY", { label: "Storeys", place: 2 }],
  ["IFCSPACE", { label: "Spaces", place: 2 }],
  ["IFCMATERIAL", { label: "Materials", place: 0 }],
  ["PRESENTATION_LAYER_ASSIGNMENT", { label: "Layers", place: 0 }],
]);

/** Header, product names and entity counts of a STEP file, or of an IFC building model, which is written alike. Errors: DamagedFile. */
export async function extractStep(file: FileContent): Promise<Extracted> {
  const head = (await file.read(0, 1_024)).toString("latin1");
  if (!/^\s*(?:\/\*[\s\S]*?\*\/\s*)?ISO-10303-21\s*;/.test(head)) throw new DamagedFile("is no STEP file");
  const scan: StepScan = { header: new Map(), counts: new Map(), lists: createLists(), entities: 0, unit: null };
  const splitter = createStatementSplitter((statement) => readStatement(statement, scan));
  for await (const lines of linesOf(file, maxModelTextBytes)) for (const line of lines) splitter.push(line);
  return recordOfScan(file, scan);
}

function recordOfScan(file: FileContent, { header, counts, lists, entities, unit }: StepScan): Extracted {
  const fileName = parametersOf(header.get("FILE_NAME") ?? "");
  const schema = stringsOf(header.get("FILE_SCHEMA") ?? "").join(", ");
  const isBuilding = schema.toUpperCase().startsWith("IFC");
  const [title, author, organisation] = [fileName[0], fileName[2], fileName[3]].map((each) =>
    stringsOf(each ?? "").join(", "),
  );
  const system = stringsOf(fileName[5] ?? "")[0] ?? stringsOf(fileName[4] ?? "")[0] ?? "";
  const description = stringsOf(header.get("FILE_DESCRIPTION") ?? "")[0];
  const date = stringsOf(fileName[1] ?? "")[0];
  const common = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, shownTypes);
  const types = createNameList();
  for (const [type, count] of common) types.add(`${type} (${count.toLocaleString("en-US")})`);
  return modelRecord(file, {
    what: isBuilding ? "Building model (IFC)" : "3D model (STEP)",
    title: title ?? null,
    facts: [
      quantity(entities, "entity", "entities"),
      schema === "" ? null : `schema ${schema}`,
      unit === null ? null : `lengths in ${unit}`,
      author === "" || author === undefined ? null : `by ${author}`,
      organisation === "" || organisation === undefined ? null : `of ${organisation}`,
      system === "" ? null : `made with ${system}`,
      date === undefined ? null : `dated ${date}`,
      description === undefined ? null : `described as "${description}"`,
    ],
    lists: [...[...lists].map(([label, names]) => ({ label, names })), { label: "Entities", names: types }],
    metadata: {
      format: isBuilding ? "ifc" : "step",
      entities,
      schema,
      author,
      organisation,
      system,
      date,
      units: unit,
    },
    bytesRead: Math.min(file.sizeBytes, maxModelTextBytes),
  });
}

function createLists(): ReadonlyMap<string, NameList> {
  return new Map([...namedEntities.values()].map(({ label }) => [label, createNameList()]));
}

function readStatement(statement: string, scan: StepScan): void {
  const match = /^\s*(?:#\d+\s*=\s*)?(\(?)\s*([A-Z][A-Z0-9_]*)\s*\(/i.exec(statement);
  const type = match?.[2]?.toUpperCase();
  if (match === null || type === undefined) return;
  if (type.startsWith("FILE_")) {
    scan.header.set(type, statement.slice(match[0].length).replace(/\)\s*$/, ""));
    return;
  }
  scan.entities++;
  if (scan.counts.has(type) || scan.counts.size < maxTypes) scan.counts.set(type, (scan.counts.get(type) ?? 0) + 1);
  const named = namedEntities.get(type);
  if (named !== undefined && match[1] === "") {
    const parameters = parametersOf(statement.slice(match[0].length));
    scan.lists.get(named.label)?.add(stringsOf(parameters[named.place] ?? "")[0] ?? "");
  }
  if (scan.unit === null && statement.includes(".METRE.")) scan.unit = unitOf(statement);
}

function unitOf(statement: string): string | null {
  const prefix = /SI_?UNIT\s*\((?:[^()]*,)?\s*(\$|\.(?:MILLI|CENTI|KILO|MICRO)\.)\s*,\s*\.METRE\.\s*\)/i.exec(
    statement,
  )?.[1];
  const units: Readonly<Record<string, string>> = {
    $: "m",
    ".MILLI.": "mm",
    ".CENTI.": "cm",
    ".KILO.": "km",
    ".MICRO.": "micrometres",
  };
  return prefix === undefined ? null : (units[prefix.toUpperCase()] ?? null);
}

/** Cuts lines into statements, which end with a semicolon outside of quotes and comments. The end of a very long one is dropped. */
function createStatementSplitter(onStatement: (statement: string) => void): { push(line: string): void } {
  let statement = "";
  let state: "plain" | "quoted" | "comment" = "plain";
  const append = (text: string): void => {
    if (statement.length < maxStatementChars) statement += text.slice(0, maxStatementChars);
  };
  const end = (text: string): void => {
    append(text);
    onStatement(statement);
    statement = "";
  };
  return {
    push: (line) => {
      let from = 0;
      if (state === "plain" && !line.includes("'") && !line.includes("/*")) {
        for (let at = line.indexOf(";"); at !== -1; at = line.indexOf(";", from)) {
          end(line.slice(from, at));
          from = at + 1;
        }
        append(line.slice(from));
        return;
      }
      for (let at = 0; at < line.length; at++) {
        const code = line.charCodeAt(at);
        if (state === "comment") {
          if (code !== asterisk || line.charCodeAt(at + 1) !== slash) continue;
          state = "plain";
          from = ++at + 1;
        } else if (code === apostrophe) state = state === "quoted" ? "plain" : "quoted";
        else if (state === "plain" && code === semicolon) {
          end(line.slice(from, at));
          from = at + 1;
        } else if (state === "plain" && code === slash && line.charCodeAt(at + 1) === asterisk) {
          append(line.slice(from, at));
          state = "comment";
          at++;
        }
      }
      if (state !== "comment") append(line.slice(from));
    },
  };
}

/** The parameters of a statement, as written, cut at the commas of its outermost level. */
function parametersOf(text: string): string[] {
  const parameters: string[] = [];
  let depth = 0;
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length && depth >= 0; at++) {
    const character = text[at];
    if (character === "'") isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "," && depth === 0) {
      parameters.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parameters.push(text.slice(from));
  return parameters;
}

/** The strings of a parameter that say something. */
function stringsOf(parameter: string): string[] {
  return [...parameter.matchAll(/'((?:[^']|'')*)'/g)]
    .map(([, text = ""]) => decodeString(text).trim())
    .filter((text) => text !== "" && text !== "$" && text.toLowerCase() !== "unknown");
}

/** ISO 10303-21, clause 6.4.3: two quotes for one, \X2\ for UTF-16, \X\ for one byte, \S\ for the upper half. */
function decodeString(text: string): string {
  return text
    .replaceAll("''", "'")
    .replace(/\\X2\\((?:[\dA-F]{4})+)\\X0\\/gi, (_, hex: string) =>
      hex.replace(/.{4}/g, (unit) => String.fromCharCode(Number.parseInt(unit, 16))),
    )
    .replace(/\\X4\\((?:[\dA-F]{8})+)\\X0\\/gi, (_, hex: string) =>
      hex.replace(/.{8}/g, (unit) => characterOf(Number.parseInt(unit, 16))),
    )
    .replace(/\\X\\([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\S\\([\x20-\x7F])/g, (_, character: string) => String.fromCharCode(character.charCodeAt(0) + 128))
    .replaceAll("\\\\", "\\");
}

function characterOf(code: number): string {
  return code < 0x110000 ? String.fromCodePoint(code) : "\uFFFD";
}
