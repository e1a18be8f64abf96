import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { GrammarFiles } from "./syntax-parser.ts";

/** The files beside the bundle, or those of the packages when the program runs from its sources. */
export function grammarFiles(): GrammarFiles {
  const beside = fileURLToPath(new URL("grammars/", import.meta.url));
  if (existsSync(beside))
    return { runtime: `${beside}web-tree-sitter.wasm`, grammar: (name) => `${beside}${name}.wasm` };
  const { resolve } = createRequire(import.meta.url);
  return {
    runtime: resolve("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: (name) => resolve(`tree-sitter-wasm/${name}/tree-sitter-${name}.wasm`),
  };
}
