import type { Chunk } from "../core/document.ts";
import { declarationPatterns } from "./declarations.ts";
import { cutSections, headingsVersion } from "./headings.ts";
import { cutDeclarations, outlineVersion } from "./outline.ts";
import { chunkParts, partsVersion } from "./parts.ts";
import { toChunks, type ChunkableDocument, type ChunkableText, type Chunker } from "./segments.ts";
import { cutWindows, windowsVersion } from "./windows.ts";

const proseTypes = new Set(["markdown", "restructuredtext", "asciidoc", "org", "latex"]);

/** Changes whenever the same text would be cut in another way. */
export const chunkerVersion = `${headingsVersion}+${outlineVersion}+${windowsVersion}+${partsVersion}`;

/**
 * Cuts a document into chunks, in the order of its text. Every line that is not blank stands in exactly one chunk; only a
 * line of more than some 5,000 characters is spread over several.
 */
export async function chunkDocument({ fileType, language, content }: ChunkableDocument): Promise<Chunk[]> {
  if (content.kind === "parts") return chunkParts(content.parts);
  const document = { fileType, language, text: content.text };
  // Split as the extractor ended the lines; a last line break begins no line of its own.
  const lines = content.text.replace(/\n$/, "").split("\n");
  return toChunks(lines, chunkerOf(document)(lines, document));
}

function chunkerOf(document: ChunkableText): Chunker {
  if (proseTypes.has(document.fileType)) return cutSections;
  return declarationPatterns(document.language) === null ? cutWindows : cutDeclarations;
}
