import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Declaration } from "../../src/chunk/declaration-segments.ts";
import { grammarFiles } from "../../src/chunk/syntax/grammar-files.ts";
import { rulesByGrammar } from "../../src/chunk/syntax/grammar-rules.ts";
import { grammarOf } from "../../src/chunk/syntax/grammars.ts";
import { type Actions, actionsOf, outlineTree } from "../../src/chunk/syntax/syntax-outline.ts";
import { createSyntaxParser } from "../../src/chunk/syntax/syntax-parser.ts";
import { fileTypeOf } from "../../src/extract/registry.ts";
import { filesOf } from "../ingest/corpus.ts";
import { splitDoc } from "./doc-split.ts";

/** A function or method of a file. */
export interface FunctionPassage {
  /** From the corpus' root, the package's name first. */
  readonly path: string;
  readonly name: string;
  readonly scope: readonly string[];
  readonly signature: string | null;
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
  /** `text` without the doc comment, which is `doc`, with its line breaks. */
  readonly code: string;
  readonly doc: string | null;
  readonly language: string;
}

const maxFileChars = 400_000;
const minFunctionLines = 3;
const notSources =
  /\.min\.|\.d\.ts$|\.pyi$|(^|\/)(tests?|_examples|examples|benchmarks?|testing|testdata|integration|sponsor)\/|_test\.go$|\.test\./;

/** All functions and methods of three lines or more, tests and declaration files left out, in the order of paths and lines. */
export async function functionsOf(
  directories: readonly string[],
  languages: ReadonlySet<string>,
): Promise<FunctionPassage[]> {
  const outline = createOutliner();
  const found: FunctionPassage[] = [];
  for (const directory of directories) {
    for (const file of filesOf(directory)) {
      const path = relative(directory, file).split(sep).join("/");
      const language = fileTypeOf(path)?.language ?? "";
      if (!languages.has(language) || notSources.test(path)) continue;
      const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n");
      if (text.length > maxFileChars) continue;
      const declarations = await outline(text, language);
      found.push(...passagesOf(declarations, { path, language, lines: text.split("\n"), scope: [] }));
    }
  }
  return found;
}

interface Place {
  readonly path: string;
  readonly language: string;
  readonly lines: readonly string[];
  readonly scope: readonly string[];
}

function passagesOf(declarations: readonly Declaration[], place: Place): FunctionPassage[] {
  return declarations.flatMap((declaration) => {
    const { kind, name, start, end, signature, outer, members } = declaration;
    const scope = [...place.scope, ...outer];
    const inner = passagesOf(members, { ...place, scope: [...scope, name] });
    if ((kind !== "function" && kind !== "method") || end - start + 1 < minFunctionLines) return inner;
    const text = place.lines.slice(start, end + 1).join("\n");
    const { path, language } = place;
    const own = { path, name, scope, signature, startLine: start + 1, endLine: end + 1, text, language };
    return [{ ...own, ...splitDoc(text, language) }, ...inner];
  });
}

function createOutliner(): (text: string, language: string) => Promise<readonly Declaration[]> {
  const parser = createSyntaxParser(grammarFiles());
  const actionsByLanguage = new Map<string, Actions>();
  return async (text, language) => {
    const grammar = grammarOf(language);
    if (grammar === null) return [];
    const rules = rulesByGrammar[grammar];
    const lines = text.split("\n");
    const found = await parser.parse({ text, grammar, ranges: [], deadlineMs: 10_000 }, (tree) => {
      const actions = actionsByLanguage.get(language) ?? actionsOf(tree.language, rules);
      actionsByLanguage.set(language, actions);
      return outlineTree(tree, { text, lines, actions, rules });
    });
    return found ?? [];
  };
}
