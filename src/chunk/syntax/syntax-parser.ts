import type { Language, Parser, Range, Tree } from "web-tree-sitter";
import { readWasm } from "./grammar-files.ts";
import { loadGrammar } from "./grammar-loading.ts";
import type { Grammar } from "./grammars.ts";

/** Where the files of the parser are: its runtime, and a file per grammar. */
export interface GrammarFiles {
  readonly runtime: string;
  readonly grammar: (name: Grammar) => string;
}

export interface ParseRequest {
  readonly text: string;
  readonly grammar: Grammar;
  /** Parts of the text that alone are looked at, in order; none: the whole text. */
  readonly ranges: readonly Range[];
  readonly deadlineMs: number;
}

/** Parses text with the grammars of tree-sitter, which it loads at the first use. */
export interface SyntaxParser {
  /**
   * What `read` makes of the tree, which is gone afterwards; null when the text took longer than the deadline to parse, or the
   * parser is broken.
   */
  parse<T>(request: ParseRequest, read: (tree: Tree) => T): Promise<T | null>;
  /** A grammar has run wild. The memory that all grammars share may be damaged: only a new thread parses again. */
  isBroken(): boolean;
}

interface Runtime {
  readonly parser: Parser;
  readonly load: (grammar: Grammar) => Promise<Language>;
}

/**
 * A parser with its own cache of grammars. WebAssembly gives no memory back: it stays as large as the largest file needed, until
 * the thread ends. Errors: those of the file system when a grammar's file is missing.
 */
export function createSyntaxParser(files: GrammarFiles): SyntaxParser {
  const languages = new Map<Grammar, Promise<Language>>();
  let starting: Promise<Runtime> | null = null;
  let isBroken = false;
  return {
    isBroken: () => isBroken,
    async parse({ text, grammar, ranges, deadlineMs }, read) {
      starting ??= startRuntime(files);
      const { parser, load } = await starting;
      const language = languages.get(grammar) ?? load(grammar);
      languages.set(grammar, language);
      const loaded = await language;
      if (isBroken) return null;
      try {
        parser.setLanguage(loaded);
        return readTree(parser, { text, ranges, deadlineMs }, read);
      } catch {
        // Traps of WebAssembly, a stack that overflows inside of it, a function that a grammar's scanner calls and the runtime
        // lacks: whatever it is, it left the parser in the middle of its work.
        isBroken = true;
        return null;
      }
    },
  };
}

async function startRuntime(files: GrammarFiles): Promise<Runtime> {
  const { Language, Parser } = await import("web-tree-sitter");
  await Parser.init({ wasmBinary: await readWasm(files.runtime) });
  // Safe: every Node has it, but its types come with those of browsers only, which this program does not use.
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } };
  const compilers = { Module: WebAssembly.Module, loadSync: Language.loadSync.bind(Language) };
  return { parser: new Parser(), load: (grammar) => loadGrammar(files.grammar(grammar), grammar, compilers) };
}

function readTree<T>(parser: Parser, request: Omit<ParseRequest, "grammar">, read: (tree: Tree) => T): T | null {
  const end = performance.now() + request.deadlineMs;
  let calls = 0;
  // The callback comes every few hundred steps; the clock is asked now and then.
  const progressCallback = (): boolean => ++calls % 64 === 0 && performance.now() > end;
  const tree = parser.parse(request.text, null, { includedRanges: [...request.ranges], progressCallback });
  if (tree === null) {
    parser.reset();
    return null;
  }
  try {
    return read(tree);
  } finally {
    tree.delete();
  }
}
