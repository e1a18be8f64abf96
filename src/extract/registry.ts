import { codeTypes, typeOfScript } from "./code.ts";
import { dataTypes } from "./data.ts";
import { decoderVersion, decodeText } from "./decode.ts";
import type { Extraction, FileType } from "./extracted.ts";
import { proseTypes } from "./markdown.ts";
import { patchText, plainText } from "./text.ts";
import { unsupportedTypes } from "./unsupported.ts";

const fileTypes: readonly FileType[] = [
  ...codeTypes,
  ...proseTypes,
  plainText,
  patchText,
  ...dataTypes,
  ...unsupportedTypes,
];

// The first type to claim an ending keeps it: ".obj" is a drawing before it is a compiler's output.
const byExtension = indexBy((type) => type.extensions);
const byFileName = indexBy((type) => type.fileNames);

/** Files of unknown names are decided by content, so their version stands for all types that content can give. */
const unknownTypeVersion = `unknown-1+${plainText.version}+${codeTypes[0]?.version ?? ""}`;

/** Every file type, in the order in which tools list them. */
export function listFileTypes(): readonly FileType[] {
  return fileTypes;
}

/** The type that a file's name gives it; null when only its content can tell. */
export function fileTypeOf(path: string): FileType | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const exact = byFileName.get(name);
  if (exact !== undefined) return exact;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    const type = byExtension.get(name.slice(dot + 1));
    if (type !== undefined) return type;
  }
  // "Dockerfile.dev" is a Dockerfile, but "readme.png" is no readme: a known ending comes before the start of the name.
  return byFileName.get(name.replace(/\..*$/, "")) ?? null;
}

/** What a stored document's extractor version must be for a file of this name to count as unchanged. */
export function extractorVersionOf(path: string): string {
  return `${decoderVersion}+${fileTypeOf(path)?.version ?? unknownTypeVersion}`;
}

/** Text and metadata of a file, from its name and its bytes; or the reason why there is none. Never throws for odd content. */
export function extractFile(path: string, bytes: Buffer): Extraction {
  const named = fileTypeOf(path);
  if (named !== null && named.extractor === null) return { kind: "skipped", reason: "unsupported" };
  if (bytes.length === 0) return { kind: "skipped", reason: "empty" };
  const decoded = decodeText(bytes);
  if (decoded.kind === "binary") return { kind: "skipped", reason: "binary" };
  if (decoded.text.trim() === "") return { kind: "skipped", reason: "empty" };
  const type = named ?? typeOfScript(decoded.text) ?? plainText;
  const result = type.extractor?.(decoded.text, type) ?? null;
  if (result === null) return { kind: "skipped", reason: "ignored" };
  return {
    kind: "document",
    document: {
      fileType: type.id,
      language: type.language,
      category: type.category,
      text: result.text,
      metadata: { ...decoded.metadata, ...result.metadata },
      extractorVersion: extractorVersionOf(path),
    },
  };
}

function indexBy(keys: (type: FileType) => readonly string[]): ReadonlyMap<string, FileType> {
  const index = new Map<string, FileType>();
  for (const type of fileTypes) {
    for (const key of keys(type)) if (!index.has(key)) index.set(key, type);
  }
  return index;
}
