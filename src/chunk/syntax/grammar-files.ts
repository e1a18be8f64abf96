import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { GrammarFiles } from "./syntax-parser.ts";

/** The files beside the bundle, which are compressed, or those of the packages when the program runs from its sources. */
export function grammarFiles(): GrammarFiles {
  const beside = fileURLToPath(new URL("grammars/", import.meta.url));
  if (existsSync(beside))
    return { runtime: `${beside}web-tree-sitter.wasm.gz`, grammar: (name) => `${beside}${name}.wasm.gz` };
  const { resolve } = createRequire(import.meta.url);
  return {
    runtime: resolve("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: (name) => resolve(`tree-sitter-wasm/${name}/tree-sitter-${name}.wasm`),
  };
}

/** The bytes of such a file. */
export async function readWasm(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}
