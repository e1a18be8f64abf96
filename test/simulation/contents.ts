import { createHash } from "node:crypto";
import { notesSource } from "../../src/session/notes.ts";
import type { Chunk, DocumentInput, Source } from "../../src/core/document.ts";

/** What a simulated file may hold, by number: equal contents stand under many paths, and some share a passage. */
export const contentCount = 12;
const letters = "abcdefghijklmnopqrstuvwxyz";

/** A word that stands in that passage only, whatever its text. */
export function wordOf(content: number, part: number): string {
  return `qz${letters[content] ?? "x"}${letters[part] ?? "x"}vkw`;
}

/** The passages of a content; the last one has none, the one before has a passage twice, and number 1 shares one with number 0. */
export function textsOf(content: number): string[] {
  if (content === contentCount - 1) return [];
  const own = Array.from({ length: 1 + (content % 3) }, (_, part) => textOf(content, part));
  if (content === contentCount - 2) return [...own, ...own.slice(0, 1)];
  return content === 1 ? [textOf(0, 0), ...own] : own;
}

function textOf(content: number, part: number): string {
  return `the ${wordOf(content, part)} reader counts passages of part ${part} and returns them`;
}

export function workspaceSource(index: number): Source {
  return {
    key: `ws-${index}`,
    kind: "workspace",
    name: `work${index}`,
    machine: "host",
    path: `/home/ann/work${index}`,
    repository: null,
  };
}

export const noteSource: Source = notesSource;

export interface SimulatedFile {
  readonly path: string;
  readonly content: number;
  /** A fact that filters ask for. */
  readonly team: string;
  readonly isNote: boolean;
  readonly readAtMs: number;
}

export function documentOf({ path, content, team, isNote, readAtMs }: SimulatedFile): DocumentInput {
  const isGiven = isNote || team === "given";
  return {
    path,
    stat: { sizeBytes: 100 + content, mtimeMs: readAtMs, signature: signatureOf(content, readAtMs) },
    contentHash: `content ${content}`,
    fingerprint: `print ${content} ${isNote ? team : ""}`,
    readAtMs,
    fileType: isNote ? "note" : "typescript",
    language: isNote ? null : content % 2 === 0 ? "typescript" : "python",
    category: isNote ? "documents" : "code",
    metadata: { team },
    givenMetadata: isGiven ? { team } : null,
    chunks: textsOf(content).map((text, index) => chunkOf(text, index, isNote)),
  };
}

export function signatureOf(content: number, readAtMs: number): string {
  return `signature ${content} ${readAtMs}`;
}

function chunkOf(text: string, index: number, isNote: boolean): Chunk {
  const kind = isNote ? "note" : "window";
  return {
    text,
    startLine: index * 10 + 1,
    endLine: index * 10 + 9,
    kind,
    symbol: null,
    signature: null,
    doc: null,
    scope: [],
  };
}

/** Hashes of the few texts that there are, made once. */
const prefixes = new Map<string, string>();

/** As the catalog names a passage in Chroma: see record-id.ts. */
export function recordIdOf(
  place: { sourceKey: string; path: string },
  texts: readonly string[],
  index: number,
): string {
  const text = texts[index] ?? "";
  const ordinal = texts.slice(0, index).filter((other) => other === text).length;
  const prefix = prefixes.get(text) ?? createHash("sha256").update(text).digest("hex").slice(0, 16);
  prefixes.set(text, prefix);
  return `${place.sourceKey}/${place.path}#${prefix}.${ordinal}`;
}
