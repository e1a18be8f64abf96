import { setFlagsFromString } from "node:v8";
import type { Language } from "web-tree-sitter";
import { readWasm } from "./grammar-files.ts";
import type { Grammar } from "./grammars.ts";

// Grammars that V8's optimising compiler takes little memory for; they parse about a third faster with it.
const optimised: ReadonlySet<Grammar> = new Set([
  "typescript",
  "tsx",
  "javascript",
  "python",
  "go",
  "rust",
  "java",
  "php",
  "c",
]);

const baselineFlags = ["wasm-lazy-compilation", "wasm-tier-up", "wasm-dynamic-tiering"];

/** What is used of `WebAssembly` and web-tree-sitter's `Language`; the types of the first come with those of browsers only. */
interface Compilers {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly loadSync: (module: object) => Language;
}

/**
 * A grammar from its file. The lexers of some are single functions of many thousand branches, for which the optimising compiler
 * takes gigabytes (Swift 3, PowerShell 2) or ends the process (Vim Script): those are compiled whole, at once, by the baseline
 * compiler. The flags are the process's, so they are changed for that one synchronous step only.
 */
export async function loadGrammar(path: string, grammar: Grammar, compilers: Compilers): Promise<Language> {
  const bytes = await readWasm(path);
  if (optimised.has(grammar)) return compilers.loadSync(new compilers.Module(bytes));
  for (const flag of baselineFlags) setFlagsFromString(`--no-${flag}`);
  try {
    return compilers.loadSync(new compilers.Module(bytes));
  } finally {
    for (const flag of baselineFlags) setFlagsFromString(`--${flag}`);
  }
}
