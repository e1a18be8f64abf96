import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Chunk, DocumentInput } from "../../src/core/document.ts";

const nodeModules = join(import.meta.dirname, "..", "..", "node_modules");
const linesPerChunk = 12;
const shifts = 11;
const languages: Readonly<Record<string, string>> = { md: "markdown", js: "javascript", mjs: "javascript" };

/** Documents with `limit` passages in all, in an order that does not change. Later passes over the same files cut them elsewhere. */
export function takeDocuments(limit: number): DocumentInput[] {
  const paths = sourceFiles(nodeModules);
  const documents: DocumentInput[] = [];
  let left = limit;
  for (let shift = 0; shift < shifts && left > 0; shift++) {
    for (const path of paths) {
      if (left <= 0) break;
      const document = cutDocument(path, shift, left);
      left -= document.chunks.length;
      if (document.chunks.length > 0) documents.push(document);
    }
  }
  if (left > 0) throw new Error(`node_modules has ${left} passages too few.`);
  return documents;
}

/** First sentences of doc comments: what people ask for, in their words. One of every so many, `count` in all. */
export function takeQueries(documents: readonly DocumentInput[], count: number): string[] {
  const sentences = new Set<string>();
  for (const { chunks } of documents) {
    for (const { text } of chunks) {
      const [, sentence] = /\/\*\*\s+\*?\s*([A-Z][^.\n*@{}<>]{25,120}?)[.\n]/.exec(text) ?? [];
      if (sentence !== undefined) sentences.add(sentence.trim());
    }
  }
  const all = [...sentences].toSorted();
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_sentence, index) => index % step === 0).slice(0, count);
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.(d\.ts|d\.mts|ts|js|mjs|md)$/.test(entry.name) && !/\.min\./.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function cutDocument(path: string, shift: number, limit: number): DocumentInput {
  const lines = readFileSync(path, "utf8").split("\n").slice(shift);
  const name = relative(nodeModules, path);
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return {
    path: `part${shift}/${name}`,
    stat: { sizeBytes: lines.length, mtimeMs: 1_700_000_000_000 + shift * 86_400_000, signature: "bench" },
    contentHash: `bench-${shift}-${name}`,
    fingerprint: "bench",
    readAtMs: 1,
    fileType: ending,
    language: languages[ending] ?? "typescript",
    category: ending === "md" ? "documents" : "code",
    metadata: { package: name.split("/")[0] ?? "", part: shift },
    givenMetadata: null,
    chunks: cutLines(lines).slice(0, limit),
  };
}

function cutLines(lines: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < lines.length; from += linesPerChunk) {
    const text = lines.slice(from, from + linesPerChunk).join("\n");
    if (text.trim().length < 80 || text.length > 6_000) continue;
    const symbol = /(?:function|class|interface|type|const)\s+(\w+)/.exec(text)?.[1] ?? null;
    const signature = symbol === null ? null : (text.split("\n").find((line) => line.includes(symbol)) ?? null);
    const doc = /\/\*\*\s*\n?\s*\*?\s*([^\n]+)/.exec(text)?.[1] ?? null;
    const lineRange = { startLine: from + 1, endLine: from + linesPerChunk };
    chunks.push({
      text,
      ...lineRange,
      kind: symbol === null ? "window" : "function",
      symbol,
      signature,
      doc,
      scope: [],
    });
  }
  return chunks;
}
