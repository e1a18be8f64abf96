import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { reasonAgainstCode } from "../../src/extract/code.ts";
import { fileTypeOf } from "../../src/extract/registry.ts";
import type { Random } from "../../test/fixtures/random.ts";

const nodeModules = join(import.meta.dirname, "..", "..", "node_modules");
const maxFileBytes = 12_000;

/** Texts that agents work on: small sources and documents of the installed packages, in an order that does not change. */
export function sourceTexts(count: number): string[] {
  const paths = readdirSync(nodeModules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(d\.ts|ts|js|mjs|md)$/.test(entry.name) && !entry.name.includes(".min."))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const step = Math.max(1, Math.floor(paths.length / (count * 3)));
  const texts: string[] = [];
  for (let index = 0; index < paths.length && texts.length < count; index += step) {
    const text = readFileSync(paths[index] ?? "", "utf8");
    if (text.length > 400 && text.length < maxFileBytes && isTaken(text)) texts.push(text);
  }
  if (texts.length < count) throw new Error(`node_modules has ${count - texts.length} texts too few.`);
  return texts;
}

/** Whether an ingest takes it: what looks generated or minified is left out by design, and would count as lost. */
function isTaken(text: string): boolean {
  const type = fileTypeOf("file.ts");
  return type !== null && reasonAgainstCode(text, type) === null;
}

/** First sentences of doc comments in the texts: what agents ask for. */
export function questionsOf(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) => {
    const [, sentence] = /\/\*\*\s+\*?\s*([A-Z][^.\n*@{}<>]{25,120}?)[.\n]/.exec(text) ?? [];
    return sentence === undefined ? [] : [sentence.trim()];
  });
  return [...new Set(found)];
}

/** A word of small letters alone, which no tokeniser takes apart, for a name of letters, digits and slashes. */
export function markerWord(name: string): string {
  const letters = Array.from(Buffer.from(name), (code) => String.fromCharCode(97 + (code % 26), 97 + (code >> 4)));
  return `mark${letters.join("")}`;
}

/** A directory of files that somebody edits; each file's last line carries a word that no other file and no other version has. */
export class SoakWorkspace {
  readonly root: string;
  readonly #texts: readonly string[];
  readonly #versions = new Map<string, number>();
  readonly #name: string;

  constructor(root: string, name: string, texts: readonly string[]) {
    this.root = root;
    this.#name = name;
    this.#texts = texts;
    mkdirSync(root, { recursive: true });
    for (let index = 0; index < texts.length; index++) this.edit(index);
  }

  get size(): number {
    return this.#texts.length;
  }

  /** Writes the file's next version; answers its path and its word. */
  edit(index: number): { path: string; marker: string } {
    const path = `part${index % 4}/file-${index}.ts`;
    const version = (this.#versions.get(path) ?? 0) + 1;
    this.#versions.set(path, version);
    const marker = markerWord(`${this.#name}/${index}/${version}`);
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `// ${this.#name} ${index}\n${this.#texts[index] ?? ""}\n// ${marker}\n`);
    return { path, marker };
  }

  pick(random: Random): number {
    return random(this.size);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
