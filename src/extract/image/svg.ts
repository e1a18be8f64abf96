import type { Metadata } from "../../core/document.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { aspectOf, sentenceOf } from "./photo-sentence.ts";
import { cleanText, foundFacts, shortened } from "./picture-facts.ts";

const maxBytes = 2 * 1024 * 1024;
const maxDepth = 256;
const maxErrors = 100;
const maxTitleChars = 200;
const maxCaptionChars = 2_000;
const maxTextsChars = 20_000;
// Longer numbers are none, and would keep a regular expression busy.
const maxLengthChars = 200;
/** Elements whose text people see or wrote for others; what stands between their inner tags belongs to them. */
const textElements: ReadonlySet<string> = new Set(["title", "desc", "text"]);

interface Drawing {
  size: { width: number; height: number } | null;
  title: string | undefined;
  caption: string | undefined;
  readonly texts: Set<string>;
  textsChars: number;
  hasRoot: boolean;
  isCut: boolean;
  isBroken: boolean;
}

class BrokenDrawing extends Error {}

/** A drawing's size, title, description and texts; of a file of more than 2 MiB what its beginning says. Throws DamagedFile. */
export async function extractSvg(file: FileContent): Promise<Extracted> {
  const bytes = await file.read(0, Math.min(file.sizeBytes, maxBytes));
  const drawing = await readDrawing(textOf(bytes), file.sizeBytes > maxBytes);
  if (!drawing.hasRoot) throw new DamagedFile("no svg element");
  const { size, title, caption } = drawing;
  const metadata: Metadata = {
    format: "SVG",
    ...(size === null ? {} : { ...size, aspect: aspectOf(size) }),
    ...(title === undefined ? {} : { title }),
    ...(caption === undefined ? {} : { caption }),
    ...(drawing.isCut ? { isPartlyRead: true } : {}),
    ...(drawing.isBroken ? { isDamaged: true } : {}),
  };
  const symbol = file.path.slice(file.path.lastIndexOf("/") + 1);
  const facts = foundFacts({ title, caption });
  const sentence = sentenceOf({
    path: file.path,
    format: "SVG",
    facts,
    camera: undefined,
    exposureText: undefined,
    size,
    named: null,
    setting: null,
    companions: [],
    brokenCompanions: [],
  });
  const text = drawing.texts.size === 0 ? sentence : `${sentence}Texts:\n${[...drawing.texts].join("\n")}\n`;
  const part = { text, start: 1, end: 1, kind: "record", symbol, signature: null, doc: null, scope: [] } as const;
  return { kind: "parts", unit: "record", parts: [part], metadata };
}

function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  return bytes.toString("utf8");
}

async function readDrawing(xml: string, isCut: boolean): Promise<Drawing> {
  // A bundle gives a CommonJS package by its default export alone.
  const { SaxesParser } = (await import("saxes")).default;
  const parser = new SaxesParser({ xmlns: false });
  const drawing: Drawing = {
    size: null,
    title: undefined,
    caption: undefined,
    texts: new Set(),
    textsChars: 0,
    hasRoot: false,
    isCut,
    isBroken: false,
  };
  const path: string[] = [];
  let text: string | null = null;
  let errors = 0;
  // Entities that a DOCTYPE declares are not known to the parser: they are reported and stay as they are.
  parser.on("error", () => {
    if (++errors > maxErrors) throw new BrokenDrawing();
  });
  parser.on("opentag", ({ name, attributes }) => {
    const local = name.slice(name.indexOf(":") + 1);
    if (path.length === 0) {
      if (local !== "svg") throw new BrokenDrawing();
      drawing.hasRoot = true;
      drawing.size = sizeOf(attributes);
    }
    path.push(local);
    if (path.length > maxDepth) throw new BrokenDrawing();
    if (text === null && textElements.has(local)) text = "";
  });
  parser.on("text", (piece) => {
    if (text !== null && text.length < maxTextsChars) text += piece;
  });
  parser.on("closetag", () => {
    const name = path.pop() ?? "";
    if (text === null || !textElements.has(name)) return;
    addText(drawing, { name, isOfRoot: path.length === 1, text });
    text = null;
  });
  try {
    parser.write(xml);
    if (!isCut) parser.close();
  } catch (error) {
    if (!(error instanceof BrokenDrawing)) throw error;
    drawing.isBroken = true;
  }
  drawing.isBroken ||= !isCut && path.length > 0;
  return drawing;
}

function addText(drawing: Drawing, { name, isOfRoot, text }: { name: string; isOfRoot: boolean; text: string }): void {
  const clean = cleanText(text);
  if (clean === undefined) return;
  if (name === "title" && isOfRoot) drawing.title ??= shortened(clean, maxTitleChars);
  else if (name === "desc" && isOfRoot) drawing.caption ??= shortened(clean, maxCaptionChars);
  else addPassage(drawing, clean);
}

function addPassage(drawing: Drawing, text: string): void {
  const room = maxTextsChars - drawing.textsChars;
  if (drawing.texts.has(text)) return;
  if (text.length > room) drawing.isCut = true;
  if (room < 1) return;
  const passage = shortened(text, room);
  drawing.texts.add(passage);
  drawing.textsChars += passage.length;
}

/** Pixels from width and height, else from the view box; null when neither says. */
function sizeOf(attributes: Readonly<Record<string, string>>): Drawing["size"] {
  const box = (attributes["viewBox"] ?? "")
    .slice(0, maxLengthChars)
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const width = pixelsOf(attributes["width"]) ?? box[2];
  const height = pixelsOf(attributes["height"]) ?? box[3];
  if (width === undefined || height === undefined) return null;
  return width > 0 && height > 0 && width < 1e9 && height < 1e9
    ? { width: Math.round(width * 100) / 100, height: Math.round(height * 100) / 100 }
    : null;
}

const unitPixels: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  mm: 96 / 25.4,
  cm: 96 / 2.54,
  in: 96,
};

function pixelsOf(length: string | undefined): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec((length ?? "").slice(0, maxLengthChars));
  const unit = unitPixels[match?.[2]?.toLowerCase() ?? "?"];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
