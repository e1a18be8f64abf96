import type { Declaration } from "../src/chunk/declaration-segments.ts";
import { firstSentence, isQuery, partDoc, restOf } from "./comment-text.ts";
import { withMembers } from "./declarations.ts";
import type { Pair, PairKind } from "./pair.ts";

export interface CodeFile {
  readonly path: string;
  readonly text: string;
  readonly language: string;
  readonly declarations: readonly Declaration[];
}

const maxCodeChars = 1_800;
const maxInlineChars = 700;

/** All pairs of a file of code, in the order of its text by kind. */
export function codePairs(file: CodeFile): Pair[] {
  if (file.path.endsWith(".d.ts")) return declarationPairs(file);
  const lines = file.text.split("\n");
  const isTest = /(?:^|[/_.-])(?:tests?|specs?|__tests__)(?:[/_.-]|$)/i.test(file.path);
  const pairs = isTest ? testPairs(file) : inlinePairs(file);
  for (const declaration of withMembers(file.declarations)) {
    if (isTest) continue;
    const own = lines.slice(declaration.start, declaration.end + 1);
    if (declaration.kind === "function" || declaration.kind === "method")
      pairs.push(...functionPairs(file, declaration, own));
    else if (declaration.kind === "class" || declaration.kind === "type")
      pairs.push(...classPairs(file, declaration, own));
  }
  if (!isTest) pairs.push(...filePairs(file, lines));
  return pairs;
}

function pairOf(
  file: CodeFile,
  parts: { kind: PairKind; query: string; code: string; name?: string; rest?: string },
): Pair {
  const { kind, query, code, name = "", rest = "" } = parts;
  return { kind, query, code, name, rest, path: file.path, language: file.language };
}

function functionPairs(file: CodeFile, declaration: Declaration, lines: readonly string[]): Pair[] {
  const { doc, code } = partDoc(lines, file.language);
  const pairs: Pair[] = [];
  const body = code.slice(0, maxCodeChars);
  if (body.trim().length < 20) return [];
  const query = withoutName(firstSentence(doc), declaration.name);
  if (isQuery(query))
    pairs.push(pairOf(file, { kind: "function", query, code: body, name: declaration.name, rest: restOf(doc, query) }));
  else if (doc === "") pairs.push(...namePairs(file, declaration, body));
  const error = errorMessage(code);
  if (error !== null) {
    const without = code.replace(error.text, "").slice(0, maxCodeChars);
    pairs.push(pairOf(file, { kind: "error", query: error.words, code: without, name: declaration.name }));
  }
  return pairs;
}

const minNameWords = 3;
const minNamedLines = 4;

/** Short questions are often what a good name says: its words ask for a body that no longer holds it. */
function namePairs(file: CodeFile, { name }: Declaration, body: string): Pair[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  if (words.length < minNameWords || words.length > 8 || body.split("\n").length < minNamedLines) return [];
  const query = words.join(" ").toLowerCase();
  return [pairOf(file, { kind: "name", query, code: body.replaceAll(name, "") })];
}

/** Go's comments begin with the name of what they are about, which would give the answer away. */
function withoutName(query: string, name: string): string {
  const [first = "", ...others] = query.split(" ");
  return first.replaceAll(/[`.,:()]/g, "").toLowerCase() === name.toLowerCase() && others.length > 2
    ? others.join(" ")
    : query;
}

const thrown =
  /\b(?:throw\s+new\s+[\w.]+|raise\s+[\w.]+|fmt\.Errorf|errors\.(?:New|Errorf|Wrapf?)|Err\(|panic!?|bail!|anyhow!|reject\(new\s+\w+|fail|abort)\s*\(?\s*(?:new\s+\w+\()?\s*f?(["'`])((?:\\.|(?!\1)[^\\\n]){12,160})\1/;

/** The message of the first error that a function raises, and its words without what is put in. */
function errorMessage(code: string): { text: string; words: string } | null {
  const text = thrown.exec(code)?.[2];
  if (text === undefined) return null;
  const words = text
    .replaceAll(/\$\{[^}]*\}|\{[^}]*\}|%[-+#]?\w|\\[nt]|["'`]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return isQuery(words) && words.split(" ").length >= 4 ? { text, words } : null;
}

function classPairs(file: CodeFile, declaration: Declaration, lines: readonly string[]): Pair[] {
  const { doc, code } = partDoc(lines, file.language);
  const query = withoutName(firstSentence(doc), declaration.name);
  if (!isQuery(query)) return [];
  const members = declaration.members.map(({ name, signature }) => signature ?? name);
  const inside = members.length > 0 ? members.join("\n") : code;
  const answer = `${declaration.signature ?? declaration.name}\n${inside}`.slice(0, maxCodeChars);
  return [pairOf(file, { kind: "class", query, code: answer, name: declaration.name, rest: restOf(doc, query) })];
}

const inlineComment = /^([ \t]+)(?:\/\/|#|--)[ \t]*([A-Z][^\n]{18,160})\n((?:\1[^\n]*\n){2,10})/gm;

function inlinePairs(file: CodeFile): Pair[] {
  const pairs: Pair[] = [];
  for (const [, , words = "", code = ""] of file.text.matchAll(inlineComment)) {
    if (/[;{}=]|type:|https?:/.test(words) || !isQuery(words) || /^\s*(?:\/\/|#|\*|--)/.test(code)) continue;
    pairs.push(pairOf(file, { kind: "inline", query: words.trim(), code: code.slice(0, maxInlineChars) }));
  }
  return pairs;
}

const documented = /\/\*\*((?:[^*]|\*(?!\/)){10,3000})\*\/\s*\n?([^\n]{5,400})/g;

function declarationPairs(file: CodeFile): Pair[] {
  const pairs: Pair[] = [];
  for (const [, comment = "", declaration = ""] of file.text.matchAll(documented)) {
    const code = declaration.trim();
    if (code.startsWith("/")) continue;
    const { doc } = partDoc(`/**${comment}*/`.split("\n"), file.language);
    const query = firstSentence(doc);
    const name = /([A-Za-z_$][\w$]*)\s*[(<:?=;{]/.exec(code)?.[1] ?? "";
    if (isQuery(query)) pairs.push(pairOf(file, { kind: "declaration", query, code, name, rest: restOf(doc, query) }));
  }
  return pairs;
}

const testTitle =
  /^([ \t]*)(?:it|test|specify|scenario|should)(?:\.\w+)*\s*\(?\s*(["'`])((?:\\.|(?!\2)[^\\\n]){12,160})\2[^\n]*\n((?:(?:\1[ \t]+[^\n]*|[ \t]*)\n){1,40})/gm;

/** Titles of tests in JavaScript and Ruby: sentences about behaviour, and code that shows it. */
function testPairs(file: CodeFile): Pair[] {
  const pairs: Pair[] = [];
  for (const [, , , title = "", body = ""] of file.text.matchAll(testTitle)) {
    const query = title.replaceAll(/\\(.)/g, "$1");
    if (isQuery(query) && body.trim().length > 60)
      pairs.push(pairOf(file, { kind: "test", query, code: body.slice(0, maxInlineChars) }));
  }
  return pairs;
}

/** What a file says of itself at its head, and the names that it declares: nearest to "where is the ... done". */
function filePairs(file: CodeFile, lines: readonly string[]): Pair[] {
  const head = headDoc(file, lines);
  const query = firstSentence(head).replace(/^[\w./-]+\s+[-:]+\s+/, "");
  const names = withMembers(file.declarations).map(({ name, signature }) => signature ?? name);
  if (names.length < 2 || !isQuery(query)) return [];
  const path = file.path.split("/").slice(-2).join(" ");
  return [
    pairOf(file, {
      kind: "file",
      query,
      code: names.join("\n").slice(0, maxCodeChars),
      name: path,
      rest: restOf(head, query),
    }),
  ];
}

function headDoc(file: CodeFile, lines: readonly string[]): string {
  const text = file.text.slice(0, 6_000);
  if (file.language === "python") {
    const literal = /^(?:\s*(?:#[^\n]*)?\n)*\s*[rRuU]?("""|''')([^]*?)\1/.exec(text)?.[2];
    return (literal ?? "").trim();
  }
  if (file.language === "rust")
    return (
      text
        .match(/^\/\/![^\n]*/gm)
        ?.map((line) => line.slice(3).trim())
        .join("\n")
        .trim() ?? ""
    );
  if (file.language === "go") {
    const above = lines.findIndex((line) => /^package\s/.test(line));
    const start = lines.slice(0, Math.max(above, 0)).findLastIndex((line) => line.trim() === "") + 1;
    const { doc } = partDoc(lines.slice(start, above), "go");
    return doc.replace(/^Package \w+\s+/, "");
  }
  return (
    /^\s*(?:#![^\n]*\n|['"]use strict['"];?\s*)*\/\*\*[^]*?@(?:fileoverview|file|module|overview)\s+([^@]*?)(?:\n\s*\*?\s*@|\*\/)/
      .exec(text)?.[1]
      ?.replaceAll(/\n\s*\* ?/g, "\n") ?? ""
  );
}
