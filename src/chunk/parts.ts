import type { Chunk } from "../core/document.ts";
import { toChunks, type ChunkablePart } from "./segments.ts";

export const partsVersion = "parts-1";

/** Passages that an extractor knows, as chunks. One that is too long is cut at blank lines; its pieces share its position. */
export function chunkParts(parts: readonly ChunkablePart[]): Chunk[] {
  return parts.flatMap((part) => {
    const lines = part.text.replace(/\n$/, "").split("\n");
    const { kind, symbol, signature, doc, scope } = part;
    const segment = { start: 0, end: lines.length - 1, kind, symbol, signature, doc, scope };
    return toChunks(lines, [segment]).map((chunk) => ({ ...chunk, startLine: part.start, endLine: part.end }));
  });
}
