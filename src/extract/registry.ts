import { createHash } from "node:crypto";
import { archiveTypes } from "./archives.ts";
import { cadTypes } from "./cad.ts";
import { codeTypes, reasonAgainstCode, typeOfScript } from "./code.ts";
import { dataTypes } from "./data.ts";
import { decoderVersion, decodeText } from "./decode.ts";
import {
  DamagedFile,
  type Extracted,
  type Extraction,
  type FileContent,
  type FileType,
  type TextExtractor,
} from "./extracted.ts";
import { imageTypes } from "./images.ts";
import { proseTypes } from "./markdown.ts";
import { binaryTypes, mediaTypes } from "./named.ts";
import { notebookTypes } from "./notebook.ts";
import { officeTypes } from "./office.ts";
import { pdfTypes } from "./pdf.ts";
import { sniffEnding, textEnding } from "./sniff.ts";
import { sqliteTypes } from "./sqlite.ts";
import { patchText, plainText } from "./text.ts";

const fileTypes: readonly FileType[] = [
  ...codeTypes,
  ...proseTypes,
  ...notebookTypes,
  plainText,
  patchText,
  ...pdfTypes,
  ...officeTypes,
  ...dataTypes,
  ...sqliteTypes,
  ...imageTypes,
  ...cadTypes,
  ...archiveTypes,
  ...mediaTypes,
  ...binaryTypes,
];

// The first type to claim an ending keeps it: ".obj" is a drawing before it is a compiler's output.
const byExtension = indexBy((type) => type.extensions);
const byFileName = indexBy((type) => type.fileNames);

/** Files of unknown names are decided by content, so their version stands for all types that content can give. */
const unknownTypeVersion = `unknown-2-${digestOf(fileTypes.map((type) => `${type.id} ${type.version}`))}`;

/** Every file type, in the order in which tools list them. */
export function listFileTypes(): readonly FileType[] {
  return fileTypes;
}

/** The type that a file's name gives it; null when only its content can tell. */
export function fileTypeOf(path: string): FileType | null {
  // Rotated logs are logs: "app.log.1", "app.log.2024-07-14".
  const name = path
    .slice(path.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/(?<=\.log)[.-]\d[\d.-]*$/, "");
  const exact = byFileName.get(name);
  if (exact !== undefined) return exact;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    const type = byExtension.get(name.slice(dot + 1));
    if (type !== undefined) return type;
  }
  // "Dockerfile.dev" is a Dockerfile, but "readme.png" is no readme: a known ending comes before the start of the name.
  return byFileName.get(name.replace(/\..*$/, "")) ?? null;
}

/** How a file of this name is read; one of an unknown name is text or nothing. */
export function readingOf(path: string): FileType["extractor"]["reads"] {
  return fileTypeOf(path)?.extractor.reads ?? "text";
}

/** What a stored document's extractor version must be for a file of this name to count as unchanged. */
export function extractorVersionOf(path: string): string {
  return `${decoderVersion}+${fileTypeOf(path)?.version ?? unknownTypeVersion}`;
}

/**
 * Text or parts of a file, and its facts; or the reason why there are none. A broken file is skipped as "damaged". Errors: those of
 * `file.read`, and whatever an extractor throws by mistake.
 */
export async function extractFile(file: FileContent): Promise<Extraction> {
  const named = fileTypeOf(file.path);
  if (named !== null) return extractAs(file, named);
  if (file.sizeBytes === 0) return { kind: "skipped", reason: "empty" };
  const found = await fileTypeByContent(file);
  return found === null ? extractText(file, null) : extractAs(file, found);
}

/** The type that the first bytes of a file tell; null: text, or none that we know. Errors: those of `file.read`. */
export async function fileTypeByContent(file: FileContent): Promise<FileType | null> {
  const ending = await sniffEnding(file);
  return (ending === null ? undefined : byExtension.get(ending)) ?? null;
}

async function extractAs(file: FileContent, type: FileType): Promise<Extraction> {
  const { extractor } = type;
  if (extractor.reads === "nothing") return { kind: "skipped", reason: "binary" };
  if (extractor.reads === "name") return documentOf(file.path, type, nameRecord(file, type));
  if (file.sizeBytes === 0) return { kind: "skipped", reason: "empty" };
  if (extractor.reads === "text") return extractText(file, type);
  try {
    return documentOf(file.path, type, await extractor.extract(file, type));
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    return { kind: "skipped", reason: "damaged", message: error.message };
  }
}

async function extractText(file: FileContent, named: FileType | null): Promise<Extraction> {
  const decoded = decodeText(await file.read(0, file.sizeBytes));
  if (decoded.kind === "binary") return { kind: "skipped", reason: "binary" };
  if (decoded.text.trim() === "") return { kind: "skipped", reason: "empty" };
  const type = named ?? typeOfScript(decoded.text) ?? byExtension.get(textEnding(decoded.text) ?? "") ?? plainText;
  const reason = file.isHandWritten === true ? null : reasonAgainstCode(decoded.text, type);
  if (reason !== null) return { kind: "skipped", reason };
  const result = textExtractorOf(type)(decoded.text, type);
  if (result.kind === "skipped") return result;
  return documentOf(file.path, type, { ...result, metadata: { ...decoded.metadata, ...result.metadata } });
}

function textExtractorOf({ extractor }: FileType): TextExtractor {
  return extractor.reads === "text" ? extractor.extract : (text) => ({ kind: "text", text, metadata: {} });
}

/** What is known of a file that is not opened: found by its name. */
function nameRecord({ path, sizeBytes }: FileContent, type: FileType): Extracted {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const text = `${path}\n${type.id}, ${sizeBytes.toLocaleString("en-US")} bytes\n`;
  const part = { text, start: 1, end: 1, kind: "record", symbol: name, signature: null, doc: null, scope: [] } as const;
  return { kind: "parts", unit: "record", parts: [part], metadata: { sizeBytes } };
}

function documentOf(path: string, type: FileType, content: Extracted): Extraction {
  if (content.kind === "skipped") return content;
  if (content.kind === "parts" && content.parts.length === 0) return { kind: "skipped", reason: "empty" };
  return {
    kind: "document",
    document: {
      fileType: type.id,
      language: type.language,
      category: type.category,
      content,
      extractorVersion: extractorVersionOf(path),
    },
  };
}

function digestOf(texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 12);
}

function indexBy(keys: (type: FileType) => readonly string[]): ReadonlyMap<string, FileType> {
  const index = new Map<string, FileType>();
  for (const type of fileTypes) {
    for (const key of keys(type)) if (!index.has(key)) index.set(key, type);
  }
  return index;
}
