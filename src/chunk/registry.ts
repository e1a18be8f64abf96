import type { Chunk } from "../core/document.ts";
import { cutKeys, dataKeysVersion, hasKeys } from "./data-keys.ts";
import { declarationsVersion } from "./declaration-segments.ts";
import { headingReader } from "./heading-readers.ts";
import { cutSections, headingsVersion } from "./headings.ts";
import { cutDeclarations, outlineVersion } from "./outline.ts";
import { declarationPatterns } from "./outline-patterns.ts";
import { chunkParts, partsVersion } from "./parts.ts";
import { toChunks, type ChunkableDocument, type ChunkableText, type Chunker } from "./segments.ts";
import { grammarFiles } from "./syntax/grammar-files.ts";
import { createSyntaxChunker, syntaxVersion, type SyntaxChunker } from "./syntax/syntax-chunker.ts";
import { cutWindows, windowsVersion } from "./windows.ts";

/** Changes whenever the same text would be cut in another way. */
export const chunkerVersion = [
  headingsVersion,
  dataKeysVersion,
  declarationsVersion,
  syntaxVersion,
  outlineVersion,
  windowsVersion,
  partsVersion,
].join("+");

// One for the life of the thread: a grammar is compiled once, and WebAssembly gives no memory back that a second would need.
let syntaxChunker: SyntaxChunker | null = null;

/**
 * Cuts a document into chunks, in the order of its text. Every line that is not blank stands in exactly one chunk; only a
 * line of more than some 5,000 characters is spread over several.
 */
export async function chunkDocument({ fileType, language, content }: ChunkableDocument): Promise<Chunk[]> {
  if (content.kind === "parts") return chunkParts(content.parts);
  const document = { fileType, language, text: content.text };
  // Split as the extractor ended the lines; a last line break begins no line of its own.
  const lines = content.text.replace(/\n$/, "").split("\n");
  if (headingReader(fileType) !== null) return toChunks(lines, cutSections(lines, document));
  if (hasKeys(fileType)) return toChunks(lines, cutKeys(lines, document));
  syntaxChunker ??= createSyntaxChunker(grammarFiles());
  const segments = await syntaxChunker.cut(lines, document);
  return toChunks(lines, segments ?? cutterWithoutSyntax(document)(lines, document));
}

/** A grammar broke the memory that this thread parses in: files are cut without syntax until a new thread begins. */
export function isSyntaxBroken(): boolean {
  return syntaxChunker?.isBroken() ?? false;
}

function cutterWithoutSyntax({ language }: ChunkableText): Chunker {
  return declarationPatterns(language) === null ? cutWindows : cutDeclarations;
}
