import type { Metadata } from "../core/document.ts";
import { DamagedFile, type Extracted, type FileType, type TextPart } from "./extracted.ts";
import { maxTextChars, oneLine } from "./sections.ts";

interface Cell {
  readonly kind: "markdown" | "code" | "raw";
  readonly source: string;
  readonly output: string;
}

const maxCells = 20_000;
// What a cell printed is worth finding when it is an answer, not when it is a log.
const maxOutputChars = 2_000;

export const notebookTypes: readonly FileType[] = [
  {
    id: "notebook",
    category: "code",
    language: null,
    extensions: ["ipynb"],
    fileNames: [],
    extracts: "Cell by cell: text under its headings, code, and short text outputs; pictures are left out.",
    extractor: {
      reads: "whole",
      extract: async (file) => extractNotebook(await file.read(0, file.sizeBytes)),
    },
    // Pictures in base64 are most of a large notebook.
    expectedBytes: (_head, sizeBytes) => Math.min(sizeBytes, 100_000),
    version: "notebook-1",
  },
];

function extractNotebook(bytes: Buffer): Extracted {
  const notebook = parse(bytes);
  const cells = cellsOf(notebook);
  const path: { level: number; title: string }[] = [];
  const parts: TextPart[] = [];
  let chars = 0;
  let read = 0;
  for (const raw of cells.slice(0, maxCells)) {
    if (chars >= maxTextChars) break;
    read++;
    const cell = readCell(raw);
    if (cell.kind === "markdown") parts.push(...markdownParts(cell, read, path));
    else if (cell.source.trim() !== "" || cell.output !== "") parts.push(codePart(cell, read, path));
    chars += cell.source.length + cell.output.length;
  }
  const left = cells.length - read;
  const metadata = { ...kernelOf(notebook), cells: cells.length, ...(left > 0 ? { cellsLeftOut: left } : {}) };
  return { kind: "parts", unit: "cell", parts, metadata };
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new DamagedFile("is no JSON", error);
  }
  if (!isObject(value) || !("nbformat" in value || "cells" in value || "worksheets" in value))
    throw new DamagedFile("is no notebook");
  return value;
}

/** Format 4 has its cells at the top, format 3 in worksheets. */
function cellsOf(notebook: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (Array.isArray(notebook["cells"])) return notebook["cells"];
  const sheets = Array.isArray(notebook["worksheets"]) ? notebook["worksheets"] : [];
  return sheets.flatMap((sheet: unknown): unknown[] =>
    isObject(sheet) && Array.isArray(sheet["cells"]) ? sheet["cells"] : [],
  );
}

function kernelOf(notebook: Readonly<Record<string, unknown>>): Metadata {
  const metadata = objectOf(notebook["metadata"]);
  const language = objectOf(metadata["language_info"])["name"] ?? objectOf(metadata["kernelspec"])["language"];
  const kernel = objectOf(metadata["kernelspec"])["display_name"];
  const title = metadata["title"] ?? metadata["name"];
  return {
    ...(typeof title === "string" && title !== "" ? { title: oneLine(title) } : {}),
    ...(typeof language === "string" ? { documentLanguage: oneLine(language).toLowerCase() } : {}),
    ...(typeof kernel === "string" ? { kernel: oneLine(kernel) } : {}),
  };
}

function readCell(value: unknown): Cell {
  const cell = objectOf(value);
  const type = cell["cell_type"];
  const source = textOf(cell["source"] ?? cell["input"]).slice(0, maxTextChars);
  // Format 3 has cells that are headings.
  if (type === "heading") {
    const level = Number(cell["level"]);
    return { kind: "markdown", source: `${"#".repeat(level >= 1 && level <= 6 ? level : 1)} ${source}`, output: "" };
  }
  if (type === "markdown") return { kind: "markdown", source, output: "" };
  return { kind: type === "code" ? "code" : "raw", source, output: outputOf(cell["outputs"]) };
}

/** A markdown cell is cut at its headings, which then stand above the cells that follow. */
function markdownParts(cell: Cell, number: number, path: { level: number; title: string }[]): TextPart[] {
  const parts: TextPart[] = [];
  let lines: string[] = [];
  let isFenced = false;
  const finish = (): void => {
    const text = lines.join("\n").trim();
    lines = [];
    if (text !== "") parts.push(partOf(text, { number, kind: "section", path, symbol: path.at(-1)?.title ?? null }));
  };
  for (const line of cell.source.split("\n")) {
    if (/^\s{0,3}(```|~~~)/.test(line)) isFenced = !isFenced;
    const heading = isFenced || line.length > 500 ? null : /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(line);
    if (heading !== null) {
      finish();
      const level = heading[1]?.length ?? 1;
      while ((path.at(-1)?.level ?? 0) >= level) path.pop();
      path.push({ level, title: oneLine((heading[2] ?? "").replaceAll(/[*`]|\s#+\s*$/g, "")) });
    }
    lines.push(line);
  }
  finish();
  return parts;
}

function codePart(cell: Cell, number: number, path: readonly { title: string }[]): TextPart {
  const output = cell.output === "" ? "" : `\n\nOutput:\n${cell.output}`;
  const symbol = /^(?:async )?(?:def|class|function)\s+(\w{1,100})/m.exec(cell.source.slice(0, 20_000))?.[1] ?? null;
  return partOf(cell.source.trimEnd() + output, { number, kind: "block", path, symbol });
}

function partOf(
  text: string,
  place: { number: number; kind: TextPart["kind"]; path: readonly { title: string }[]; symbol: string | null },
): TextPart {
  const titles = place.path.map(({ title }) => title);
  return {
    text: `${text.toWellFormed()}\n`,
    start: place.number,
    end: place.number,
    kind: place.kind,
    symbol: place.symbol,
    signature: null,
    doc: titles.length === 0 ? null : titles.join(" > ").slice(0, 1_000).toWellFormed(),
    scope: place.kind === "section" ? titles.slice(0, -1) : titles,
  };
}

function outputOf(outputs: unknown): string {
  if (!Array.isArray(outputs)) return "";
  const texts: string[] = [];
  let chars = 0;
  for (const output of outputs.slice(0, 100)) {
    const text = outputText(objectOf(output)).trim();
    if (text === "" || chars + text.length > maxOutputChars) continue;
    chars += text.length;
    texts.push(text);
  }
  return texts.join("\n");
}

function outputText(output: Readonly<Record<string, unknown>>): string {
  if (typeof output["ename"] === "string") return `${output["ename"]}: ${textOf(output["evalue"])}`;
  const data = objectOf(output["data"]);
  // What stands for a picture says only that there is one.
  const isPicture = Object.keys(data).some((type) => type.startsWith("image/"));
  const plain = output["text"] ?? (isPicture ? "" : data["text/plain"]);
  // Colours of a terminal are no text.
  return textOf(plain).replaceAll(/\p{Cc}\[[\d;]*m/gu, "");
}

/** Text stands in one piece or line by line. */
function textOf(value: unknown): string {
  const text = Array.isArray(value) ? value.filter((line) => typeof line === "string").join("") : value;
  return typeof text === "string" ? text.replaceAll(/\r\n?/g, "\n") : "";
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
