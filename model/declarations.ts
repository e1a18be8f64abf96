import type { Declaration } from "../src/chunk/declaration-segments.ts";
import { grammarFiles } from "../src/chunk/syntax/grammar-files.ts";
import { rulesByGrammar } from "../src/chunk/syntax/grammar-rules.ts";
import { grammarOf } from "../src/chunk/syntax/grammars.ts";
import { actionsOf, outlineTree } from "../src/chunk/syntax/syntax-outline.ts";
import { createSyntaxParser } from "../src/chunk/syntax/syntax-parser.ts";

const deadlineMs = 3_000;

/** Reads the declarations of a text by the product's own grammars; none for languages without one. */
export interface DeclarationReader {
  read(text: string, language: string): Promise<readonly Declaration[]>;
  isBroken(): boolean;
}

export function createDeclarationReader(): DeclarationReader {
  const parser = createSyntaxParser(grammarFiles());
  return {
    isBroken: () => parser.isBroken(),
    async read(text, language) {
      const grammar = grammarOf(language);
      if (grammar === null) return [];
      const rules = rulesByGrammar[grammar];
      const lines = text.split("\n");
      const found = await parser.parse({ text, grammar, ranges: [], deadlineMs }, (tree) =>
        outlineTree(tree, { text, lines, actions: actionsOf(tree.language, rules), rules }),
      );
      return found ?? [];
    },
  };
}

/** A declaration and all in it, outermost first. */
export function withMembers(declarations: readonly Declaration[]): Declaration[] {
  return declarations.flatMap((declaration) => [declaration, ...withMembers(declaration.members)]);
}
