import { hash } from "node:crypto";
import { decodeText } from "../extract/decode.ts";
import type { FileContent } from "../extract/extracted.ts";
import { readingOf } from "../extract/registry.ts";
import { isSecretText } from "../workspace/secret-names.ts";
import type { CheckedFile } from "../workspace/checked-file.ts";
import type { Unread } from "./document-reader.ts";
import { extractByRules } from "./extract-by-rules.ts";
import type { FileRequest } from "./file-tasks.ts";
import { sketchOf } from "./text-sketch.ts";

/** What a text is made of, small enough to keep for a hundred thousand files: some 600 bytes. */
export interface TextPrint {
  readonly kind: "text";
  /** Characters that are no white space, in UTF-16 units. */
  readonly characters: number;
  readonly words: number;
  /** sha256 of the text without white space, hex: equal for texts that differ in layout, or in the form of their Unicode (NFC), only. */
  readonly layoutFreeHash: string;
  /** A sketch of the runs of words: its share of equal places estimates the resemblance of two texts. See `sketchOf`. */
  readonly sketch: Uint32Array;
  /** As `layoutFreeHash`, of so many first characters that are no white space as were asked for, in that order; absent: none were. */
  readonly headHashes?: readonly string[];
}

export interface TextRequest extends FileRequest {
  readonly maxBytes: number;
  /** Numbers of first characters that are wanted a hash of. */
  readonly heads?: readonly number[] | undefined;
}

/**
 * The print of a text file, or of the text that a document holds (PDF, office files). Skipped: "binary" for what is no text, "too-large"
 * above `maxBytes`, "empty" for nothing but white space, "secret" for what is little but a key. Errors: the file system's.
 */
export async function printText(file: CheckedFile, request: TextRequest): Promise<TextPrint | Unread> {
  const sizeBytes = Number(file.stat().size);
  const reads = readingOf(request.path);
  if (reads === "name" || reads === "nothing") return { kind: "skipped", reason: "binary" };
  if (sizeBytes > request.maxBytes) return { kind: "skipped", reason: "too-large" };
  const text = reads === "whole" ? await documentText(file, request, sizeBytes) : plainText(file, sizeBytes);
  if (typeof text !== "string") return text;
  if (isSecretText(request.path.slice(request.path.lastIndexOf("/") + 1), text))
    return { kind: "skipped", reason: "secret" };
  return printOf(text, request.heads);
}

/** The same of a text in memory; "empty" for nothing but white space. Takes time in proportion to the text: some 20 ms for a megabyte. */
export function printOf(text: string, heads?: readonly number[]): TextPrint | Unread {
  const composed = text.normalize("NFC");
  const bare = composed.replaceAll(/\s+/g, "");
  if (bare === "") return { kind: "skipped", reason: "empty" };
  const layoutFreeHash = hash("sha256", bare, "hex");
  const print = { kind: "text", characters: bare.length, layoutFreeHash, ...sketchOf(composed) } as const;
  return heads === undefined
    ? print
    : { ...print, headHashes: heads.map((count) => hash("sha256", bare.slice(0, count), "hex")) };
}

function plainText(file: CheckedFile, sizeBytes: number): string | Unread {
  const decoded = decodeText(file.read(0, sizeBytes));
  return decoded.kind === "binary" ? { kind: "skipped", reason: "binary" } : decoded.text;
}

/** Pages, slides and sheets in their order, as one text. */
async function documentText(
  file: CheckedFile,
  { root, path }: FileRequest,
  sizeBytes: number,
): Promise<string | Unread> {
  const bytes = file.read(0, sizeBytes);
  const content: FileContent = {
    path,
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
  const extraction = await extractByRules(content, root);
  if (extraction.kind === "skipped") return extraction;
  const extracted = extraction.document.content;
  return extracted.kind === "text" ? extracted.text : extracted.parts.map(({ text }) => text).join("\n");
}
