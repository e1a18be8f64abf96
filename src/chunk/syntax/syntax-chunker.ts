import type { Range } from "web-tree-sitter";
import { declarationSegments, type Declaration } from "../declaration-segments.ts";
import type { ChunkableText, Segment } from "../segments.ts";
import { scriptRanges } from "./embedded-scripts.ts";
import { grammarOf, type Grammar } from "./grammars.ts";
import { rulesByGrammar } from "./grammar-rules.ts";
import { brokenShare } from "./broken-share.ts";
import { actionsOf, outlineTree, type Actions } from "./syntax-outline.ts";
import { createSyntaxParser, type GrammarFiles } from "./syntax-parser.ts";

export const syntaxVersion = "syntax-3";

const parseDeadlineMs = 3_000;
// A tree takes 30 times the memory of ordinary text, and 100 times that of nothing but brackets.
const maxParsedChars = 2_500_000;
// Grammars know no macros and no dialects; above this share of the text, what they make of it is guesswork.
const maxBrokenShare = 0.2;

/** Cuts code by its syntax. */
export interface SyntaxChunker {
  /** Segments of all lines; null when there is no grammar, or the text does not parse well enough or soon enough. */
  cut(lines: readonly string[], document: ChunkableText): Promise<Segment[] | null>;
  /** Nothing is cut by syntax any more until a new thread begins. */
  isBroken(): boolean;
}

/** A chunker with parsers of its own; see `createSyntaxParser` for its memory and errors. */
export function createSyntaxChunker(files: GrammarFiles, options: { deadlineMs?: number } = {}): SyntaxChunker {
  const parser = createSyntaxParser(files);
  const actionsByGrammar = new Map<Grammar, Actions>();
  const deadlineMs = options.deadlineMs ?? parseDeadlineMs;

  async function declarationsOf(request: {
    text: string;
    grammar: Grammar;
    ranges: Range[];
    lines: readonly string[];
  }): Promise<Declaration[] | null> {
    const { text, grammar, ranges, lines } = request;
    const rules = rulesByGrammar[grammar];
    return await parser.parse({ text, grammar, ranges, deadlineMs }, (tree) => {
      if (brokenShare(tree) > maxBrokenShare) return null;
      const actions = actionsByGrammar.get(grammar) ?? actionsOf(tree.language, rules);
      actionsByGrammar.set(grammar, actions);
      return outlineTree(tree, { text, lines, actions, rules });
    });
  }

  return {
    isBroken: () => parser.isBroken(),
    async cut(lines, { language, text }) {
      if (text.length > maxParsedChars) return null;
      const scripts = scriptRanges(language, text);
      const grammar = scripts?.grammar ?? grammarOf(language);
      if (grammar === null) return null;
      const ranges = scripts?.ranges ?? [];
      if (scripts !== null && ranges.length === 0) return null;
      const declarations = await declarationsOf({ text, grammar, ranges, lines });
      return declarations === null ? null : declarationSegments(lines, declarations);
    },
  };
}
