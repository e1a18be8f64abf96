/**
 * Speed of cutting code: `npm run bench -- chunk DIRECTORY ...` (this repository's sources if none is given). Reads every file
 * whose name gives it a language, then cuts all of them twice, once to warm up, in this one thread. Prints one JSON line a language:
 * parsing alone and the whole way to chunks, and the memory of the process after it.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { chunkDocument } from "../../src/chunk/registry.ts";
import { grammarFiles } from "../../src/chunk/syntax/grammar-files.ts";
import { grammarOf } from "../../src/chunk/syntax/grammars.ts";
import { createSyntaxParser } from "../../src/chunk/syntax/syntax-parser.ts";
import { fileTypeOf } from "../../src/extract/registry.ts";

const maxFileBytes = 2_000_000;
const deadlineMs = 600_000;
const parser = createSyntaxParser(grammarFiles());

function textsByLanguage(directories: readonly string[]): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const directory of directories) {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const type = entry.isFile() ? fileTypeOf(path) : null;
      if (type?.category !== "code" || type.language === null || statSync(path).size > maxFileBytes) continue;
      const known = texts.get(type.language);
      const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
      // What an ingest leaves out, bundles above all, is no part of the figures.
      if (type.extractor.reads !== "text" || type.extractor.extract(text, type).kind === "skipped") continue;
      if (known === undefined) texts.set(type.language, [text]);
      else known.push(text);
    }
  }
  return texts;
}

async function cutAll(
  language: string,
  texts: readonly string[],
): Promise<{ chunks: number; named: number; ms: number }> {
  const start = performance.now();
  let [chunks, named] = [0, 0];
  for (const text of texts) {
    const cut = await chunkDocument({ fileType: language, language, content: { kind: "text", text } });
    chunks += cut.length;
    for (const chunk of cut) if (chunk.symbol !== null) named++;
  }
  return { chunks, named, ms: performance.now() - start };
}

async function parseAll(language: string, texts: readonly string[]): Promise<number | null> {
  const grammar = grammarOf(language);
  if (grammar === null) return null;
  const start = performance.now();
  for (const text of texts) await parser.parse({ text, grammar, ranges: [], deadlineMs }, () => null);
  return performance.now() - start;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const directories = process.argv.slice(2);
const all = textsByLanguage(directories.length > 0 ? directories : [join(import.meta.dirname, "..", "..", "src")]);
for (const [language, texts] of [...all].toSorted(([a], [b]) => a.localeCompare(b))) {
  const megabytes = texts.reduce((sum, text) => sum + text.length, 0) / 1e6;
  await cutAll(language, texts);
  const parseMs = await parseAll(language, texts);
  const { chunks, named, ms } = await cutAll(language, texts);
  const figures = {
    bench: "chunk",
    language,
    files: texts.length,
    megabytes: rounded(megabytes),
    parseMegabytesPerSecond: parseMs === null ? null : rounded((megabytes / parseMs) * 1_000),
    megabytesPerSecond: rounded((megabytes / ms) * 1_000),
    chunks,
    namedShare: rounded(named / Math.max(chunks, 1)),
    chunksPerSecond: Math.round((chunks / ms) * 1_000),
    rssMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
  };
  console.log(JSON.stringify(figures));
}
