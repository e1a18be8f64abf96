import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { brief, misplacedLines } from "../../../test/fixtures/chunk-lines.ts";
import { chunksOf } from "../../../test/fixtures/extraction.ts";
import { samples, sourceOf } from "../../../test/fixtures/source-samples.ts";
import { languages } from "../../extract/languages.ts";
import { isSyntaxBroken } from "../registry.ts";
import { grammarFiles } from "./grammar-files.ts";
import { rulesByGrammar } from "./grammar-rules.ts";
import { grammarOf, grammarsByLanguage, type Grammar } from "./grammars.ts";
import { createSyntaxChunker } from "./syntax-chunker.ts";
import { createSyntaxParser } from "./syntax-parser.ts";

const body = (line: string): string => Array.from({ length: 9 }, () => line).join("\n");

function longText(line: string, count: number): string {
  return Array.from({ length: count }, (_, index) => line.replace("#", String(index))).join("\n");
}

test.each(samples)("$path: declarations are found with their kinds, lines and enclosing names", async (sample) => {
  const text = sourceOf(sample);
  const chunks = await chunksOf(sample.path, text);
  expect(brief(chunks)).toEqual(sample.expected);
  expect(misplacedLines(text, chunks)).toEqual([]);
});

test.each<[string, string, string, string | null]>([
  [
    "a.ts",
    `/**\n * Loads it.\n * @param path where\n */\n@cached({ for: "ever" })\nexport class A<T>\n  extends B {\n${body("  a = 1;")}\n}\n`,
    "export class A<T> extends B",
    "Loads it.\n@param path where",
  ],
  [
    "a.ts",
    `// One.\n// Two.\nexport const load = async (\n  path: string,\n): Promise<void> => {\n${body("  step();")}\n};\n`,
    "export const load = async (path: string): Promise<void>",
    "One.\nTwo.",
  ],
  [
    "a.py",
    `@cache\nasync def load(\n    path, mode=1\n) -> int:\n    """Loads it.\n\n    Twice.\n    """\n${body("    step()")}\n`,
    "async def load(path, mode=1) -> int",
    "Loads it.\nTwice.",
  ],
  [
    "a.go",
    `package a\n\n// Load loads.\nfunc (s *Store[T]) Load(path string) (int, error) {\n${body("\tstep()")}\n}\n`,
    "func (s *Store[T]) Load(path string) (int, error)",
    "Load loads.",
  ],
  [
    "a.rs",
    `/// Loads it.\n#[inline(always)]\npub fn load<T>(path: &str) -> Result<T>\nwhere\n    T: Copy,\n{\n${body("    step();")}\n}\n`,
    "pub fn load<T>(path: &str) -> Result<T> where T: Copy,",
    "Loads it.",
  ],
  [
    "A.java",
    `/** Loads it. */\n@Service(name = "a")\npublic final class A extends B {\n${body("    int a = 1;")}\n}\n`,
    "public final class A extends B",
    "Loads it.",
  ],
  [
    "a.cs",
    `/// <summary>\n/// Loads it.\n/// </summary>\n[Route("a")]\npublic class A : B\n{\n${body("    int a = 1;")}\n}\n`,
    "public class A : B",
    "Loads it.",
  ],
  [
    "a.lua",
    `--[[ Loads it. ]]\nlocal function load(path)\n${body("  step()")}\nend\n`,
    "local function load(path)",
    "Loads it.",
  ],
  ["a.ml", `(* Loads it. *)\nlet load path =\n${body("  step ();")}\n  path\n`, "let load path", "Loads it."],
  [
    "a.ex",
    `@doc "Loads it."\n@spec load(String.t()) :: integer\ndef load(path) do\n${body("  step()")}\nend\n`,
    "def load(path)",
    "Loads it.",
  ],
  [
    "a.jl",
    `"""\nLoads it.\n"""\nfunction load(path)\n${body("    step()")}\nend\n`,
    "function load(path)",
    "Loads it.",
  ],
  [
    "a.graphql",
    `"""\nLoads it.\n"""\ntype A implements B {\n${longText("  a#: Int", 9)}\n}\n`,
    "type A implements B",
    "Loads it.",
  ],
])(
  "%s: the signature stands on one line without the body, the doc without its marks",
  async (path, text, signature, doc) => {
    const chunks = await chunksOf(path, text);
    const named = chunks.filter((chunk) => chunk.symbol !== null);
    expect(named.map((chunk) => [chunk.signature, chunk.doc])).toEqual([[signature, doc]]);
  },
);

describe("names of functions that no keyword names", () => {
  test.each<[string, string]>([
    ["const load = () => {", "function load"],
    ["exports.load = function () {", "function load"],
    ["module.exports.load = async () => {", "function load"],
    ["export const Button = React.memo(forwardRef((props, ref) => {", "function Button"],
    ["describe('a store', () => {", "function a store"],
    ["it.each([1, 2])('adds %i', (n) => {", "function adds %i"],
    ["test.skip(`keeps it`, async () => {", "function keeps it"],
    ["Store.prototype.load = function load() {", "function Store.load"],
    ["export default function () {", "block -"],
  ])("%s", async (head, expected) => {
    const closing = "}".concat(")".repeat((head.match(/\(/g) ?? []).length - (head.match(/\)/g) ?? []).length), ";");
    const chunks = await chunksOf("a.js", `${head}\n${body("  step();")}\n${closing}\n`);
    expect(brief(chunks)).toEqual([`1-11 ${expected}`]);
  });
});

test("a class of more than 24 lines is a head and its members; a shorter one stays whole", async () => {
  const short = `class A {\n  a() {\n${body("    step();")}\n  }\n}\n`;
  expect(brief(await chunksOf("a.js", short))).toEqual(["1-13 class A"]);
  const long = `class A {\n${longText("  x# = 1;", 9)}\n  a() {\n${body("    step();")}\n  }\n  b() {\n${body("    step();")}\n  }\n}\n`;
  expect(brief(await chunksOf("a.js", long))).toEqual(["1-10 class A", "11-21 method A.a", "22-33 method A.b"]);
});

test("a function of more than 120 lines gives up the functions inside of it, under its own name", async () => {
  const inner = (name: string): string => `  function ${name}() {\n${longText("    step(#);", 60)}\n  }`;
  const chunks = await chunksOf("a.js", `function outer() {\n${inner("one")}\n${inner("two")}\n${inner("three")}\n}\n`);
  expect(chunks.map((chunk) => [...chunk.scope, chunk.symbol].join("."))).toEqual([
    "outer, one",
    "outer.two",
    "outer.three",
  ]);
});

test("declarations that share a line share its chunk and are both named", async () => {
  const chunks = await chunksOf("a.js", `function a() {\n${body("  step();")}\n} function b() {}\n`);
  expect(brief(chunks)).toEqual(["1-11 function a, b"]);
});

test("characters outside of the basic plane shift neither lines nor signatures", async () => {
  const text = `const faces = "😀𝄞é";\n// 😀 Loads it.\nfunction load(a = "𠮷") {\n${body('  step("😀");')}\n}\n`;
  const chunks = await chunksOf("a.js", text);
  expect(chunks[1]).toMatchObject({
    startLine: 2,
    endLine: 13,
    symbol: "load",
    doc: "😀 Loads it.",
    signature: 'function load(a = "𠮷")',
  });
});

test("scripts of a page keep the lines that they have in it", async () => {
  const script = (name: string): string => `<script>\nfunction ${name}() {\n${body("  step();")}\n}\n</script>\n`;
  const text = `${script("one")}<p>text</p>\n<script type="application/ld+json">{"a": 1}</script>\n${script("two")}`;
  const chunks = await chunksOf("A.vue", text);
  expect(brief(chunks)).toEqual(["1-16 function one", "17-28 function two"]);
  expect(misplacedLines(text, chunks)).toEqual([]);
});

test("a missing grammar is an error of the installation, not of the file", async () => {
  const files = { ...grammarFiles(), grammar: () => join(import.meta.dirname, "missing.wasm") };
  const document = { fileType: "typescript", language: "typescript", text: "let a = 1;" };
  await expect(createSyntaxChunker(files).cut(["let a = 1;"], document)).rejects.toThrow("ENOENT");
});

test("an error in the middle of a file leaves what stands around it alone", async () => {
  const one = (name: string): string => `function ${name}() {\n${longText("  step(#);", 20)}\n}\n`;
  const text = `${one("first")}\nfunction ( { oops ]\n\n${one("second")}`;
  const chunks = await chunksOf("a.ts", text);
  expect(chunks.map((chunk) => chunk.symbol)).toEqual(expect.arrayContaining(["first", "second"]));
  expect(misplacedLines(text, chunks)).toEqual([]);
});

test("text that does not parse falls into windows and loses nothing", async () => {
  const text = longText("]) then } the ( 'dog # went =>> {{ to @@ market;", 100);
  const chunks = await chunksOf("a.ts", text);
  expect(new Set(chunks.map((chunk) => chunk.kind))).toEqual(new Set(["window"]));
  expect(misplacedLines(text, chunks)).toEqual([]);
});

test("a parse that takes too long is given up, and the parser goes on with the next text", async () => {
  const text = longText("export function a#() { return [1, 2, 3].map((x) => x + #); }", 20_000);
  const request = { text, grammar: "typescript", ranges: [] } as const;
  const parser = createSyntaxParser(grammarFiles());
  expect(await parser.parse({ ...request, deadlineMs: 0 }, () => "parsed")).toBeNull();
  const type = await parser.parse({ ...request, text: "let a = 1;", deadlineMs: 60_000 }, (tree) =>
    tree.rootNode.toString(),
  );
  expect(type).toContain("(program (lexical_declaration");
  const chunker = createSyntaxChunker(grammarFiles(), { deadlineMs: 0 });
  expect(await chunker.cut(text.split("\n"), { fileType: "typescript", language: "typescript", text })).toBeNull();
});

test.each(["ts", "js", "py", "java", "c", "cpp", "rs", "go", "clj", "hs", "swift", "kt", "css", "sql"])(
  "a.%s: ten thousand nested brackets are cut in bounded time",
  async (extension) => {
    for (const text of [
      "((((((((((\n".repeat(1_000),
      "{\n".repeat(10_000),
      "[(\n".repeat(5_000) + ")]\n".repeat(5_000),
    ]) {
      expect(misplacedLines(text, await chunksOf(`a.${extension}`, text))).toEqual([]);
    }
    expect(isSyntaxBroken()).toBe(false);
  },
  60_000,
);

test("broken and mutated sources lose no line in any language", async () => {
  const random = generator(41);
  for (const sample of samples) {
    const source = sourceOf(sample);
    for (let round = 0; round < 12; round++) {
      const text = mutated(source, random);
      if (text.trim() === "" || text.includes("\0")) continue;
      const wrong = misplacedLines(text, await chunksOf(sample.path, text));
      expect({ path: sample.path, round, wrong }).toEqual({ path: sample.path, round, wrong: [] });
    }
  }
}, 180_000);

test("the memory of the parser does not grow with the number of files", async () => {
  const text = longText("export function a#() { return [1, 2, 3].map((x) => x + #); }", 1_000);
  const parser = createSyntaxParser(grammarFiles());
  const parse = async (count: number): Promise<number> => {
    const request = { text, grammar: "typescript", ranges: [], deadlineMs: 60_000 } as const;
    for (let index = 0; index < count; index++) await parser.parse(request, () => index);
    return process.memoryUsage().external;
  };
  const before = await parse(5);
  expect((await parse(40)) - before).toBeLessThan(8_000_000);
}, 180_000);

test("every grammar has its file, and every node type that a rule names stands in a grammar that uses the rule", async () => {
  const parser = createSyntaxParser(grammarFiles());
  const typesByRules = new Map<object, Set<string>>();
  for (const grammar of new Set<Grammar>(Object.values(grammarsByLanguage))) {
    const request = { text: "a", grammar, ranges: [], deadlineMs: 60_000 };
    const types = await parser.parse(request, (tree) => tree.language.types.slice());
    const known = typesByRules.get(rulesByGrammar[grammar]) ?? new Set();
    for (const type of types ?? []) known.add(type);
    typesByRules.set(rulesByGrammar[grammar], known);
  }
  const unknown = Object.entries(rulesByGrammar).flatMap(([grammar, rules]) => {
    const { declarations, wrappers = [], attributes = [], comments = [], closed = [] } = rules;
    const named = [...Object.keys(declarations), ...wrappers, ...attributes, ...comments, ...closed];
    return named.filter((type) => typesByRules.get(rules)?.has(type) === false).map((type) => `${grammar}: ${type}`);
  });
  expect(unknown).toEqual([]);
}, 180_000);

test("every language with a grammar is a language of a file type", () => {
  const ids = new Set(languages.map((language) => language.id));
  expect(Object.keys(grammarsByLanguage).filter((language) => !ids.has(language))).toEqual([]);
  expect([grammarOf("toString"), grammarOf(null), grammarOf("python")]).toEqual([null, null, "python"]);
});

/** Numbers from 0 up to the argument, the same ones for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

function mutated(source: string, random: (below: number) => number): string {
  let text = source;
  for (let count = 1 + random(8); count > 0 && text.length > 0; count--) {
    const [at, other] = [random(text.length), random(text.length)];
    const kind = random(5);
    if (kind === 0) text = text.slice(0, at) + text.slice(at + random(60));
    else if (kind === 1) text = `${text.slice(0, at)}({["'\`<*#$@é𝄞\n\t${text.slice(at)}`;
    else if (kind === 2)
      text = text.slice(0, at) + text.slice(Math.min(at, other), Math.max(at, other)) + text.slice(at);
    else if (kind === 3) text = text.slice(0, Math.max(1, at));
    else text = text.replaceAll("\n", random(2) === 0 ? "\n\n" : "\n  ");
  }
  return text.slice(0, 20_000).toWellFormed();
}
