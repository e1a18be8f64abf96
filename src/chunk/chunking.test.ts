import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { brief, misplacedLines } from "../../test/fixtures/chunk-lines.ts";
import { chunksOf, extract } from "../../test/fixtures/extraction.ts";
import { chunkDocument } from "./registry.ts";

const root = join(import.meta.dirname, "../..");

function sampleFiles(): string[] {
  const own = ["src", "test", "bench"].flatMap((directory) => listFiles(join(root, directory)));
  const packages = [
    "typescript",
    "zod",
    "hono",
    "@types/node",
    "vitest",
    "chromadb",
    "postcss",
    "semver",
    "pino",
    "tree-sitter-wasm",
  ];
  const foreign = packages.flatMap((name) =>
    listFiles(join(root, "node_modules", name))
      .filter((_, index) => index % 5 === 0)
      .slice(0, 60),
  );
  return [...own, ...foreign].filter((path) => /\.(ts|mts|cts|js|mjs|cjs|md|json|css|html|scm|sh)$/.test(path));
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

test("every line of real files stands in exactly one chunk, under its own number", async () => {
  const files = sampleFiles();
  expect(files.length).toBeGreaterThan(150);
  for (const path of files) {
    const extraction = await extract(path, readFileSync(path));
    if (extraction.kind === "skipped") continue;
    const { document } = extraction;
    if (document.content.kind !== "text") continue;
    const chunks = await chunkDocument(document);
    const tooLong = chunks
      .filter((chunk) => chunk.text.length > 5_001 || chunk.endLine - chunk.startLine >= 120)
      .map((chunk) => chunk.startLine);
    expect({ path, misplaced: misplacedLines(document.content.text, chunks), tooLong }).toEqual({
      path,
      misplaced: [],
      tooLong: [],
    });
  }
});

test("broken, unindented and cut-off code loses no line in any language", async () => {
  const source = readFileSync(join(root, "src/core/errors.ts"), "utf8");
  const broken = [
    source.replaceAll(/^ +/gm, ""),
    source.replaceAll("}", ""),
    source.slice(500, 2_500),
    source.replaceAll("\n", "\n\n"),
    source.split("\n").toReversed().join("\n"),
  ];
  for (const extension of [
    "ts",
    "py",
    "java",
    "go",
    "rs",
    "c",
    "cpp",
    "rb",
    "php",
    "lua",
    "sh",
    "sql",
    "hs",
    "ex",
    "clj",
    "tf",
    "proto",
    "md",
    "rst",
    "adoc",
    "org",
    "tex",
    "txt",
    "css",
  ]) {
    for (const text of broken)
      expect([extension, ...misplacedLines(text, await chunksOf(`x.${extension}`, text))]).toEqual([extension]);
  }
});

test("functions, methods and classes carry names, signatures, docs and scope", async () => {
  const filler = Array.from({ length: 9 }, (_, index) => `    step(${index});`).join("\n");
  const text = `import { a } from "b";

/** Adds money to an account. */
export async function deposit(account: Account, amount: number): Promise<void> {
${filler}
}

// Keeps the books.
export class Ledger extends Base {
  readonly rows = [];

  /** Sums up. */
  balance(account: string): number {
${filler}
    if (x) {
      return 1;
    }
  }

  close = async () => {
${filler}
  };
}
`;
  const chunks = await chunksOf("ledger.ts", text);
  expect(brief(chunks)).toEqual(["1-14 function deposit", "16-34 class Ledger, balance", "36-47 method Ledger.close"]);
  expect(chunks[0]).toMatchObject({
    doc: "Adds money to an account.",
    signature: "export async function deposit(account: Account, amount: number): Promise<void>",
  });
  expect(chunks[1]?.doc).toContain("Sums up.");
});

test("brackets and preprocessor lines at the left edge do not end a C function", async () => {
  const body = Array.from({ length: 8 }, () => "    work();").join("\n");
  const text = `static int\nload(int a,\n     int b)\n{\n${body}\n#ifdef X\n${body}\n#endif\nout:\n    return 1;\n}\n\nint other(void)\n{\n${body}\n}\n`;
  expect(brief(await chunksOf("a.c", text))).toEqual(["1-25 function load", "27-37 function other"]);
});

test("a function of more than 120 lines is cut, and each part keeps the name", async () => {
  const text = `function long() {\n${Array.from({ length: 200 }, (_, index) => `  step(${index});`).join("\n")}\n}\n`;
  const chunks = await chunksOf("a.js", text);
  expect(chunks.length).toBeGreaterThan(2);
  expect(new Set(chunks.map((chunk) => chunk.symbol))).toEqual(new Set(["long"]));
});

test("sections carry the path of their headings, and fences hide what looks like one", async () => {
  const text = `# Guide\n\n${prose}\n## Install\n\n\`\`\`sh\n# no heading\n\`\`\`\n${prose}\nUsage\n-----\n\n${prose}`;
  const chunks = await chunksOf("guide.md", text);
  expect(chunks.map((chunk) => [chunk.symbol, chunk.doc])).toEqual([
    ["Guide", "Guide"],
    ["Install", "Guide > Install"],
    ["Usage", "Guide > Usage"],
  ]);
});

const prose = "Some words that fill the section with text.\n".repeat(10);

test.each<[string, string]>([
  ["a.rst", "Guide\n=====\n\nBODY\nInstall\n-------\n\nBODY"],
  ["over.rst", "========\n Guide\n========\n\nBODY\nInstall\n~~~~~~~\n\n..\n\nBODY"],
  ["marks.rst", "Guide\n<<<<<\n\nBODY\nInstall\n;;;;;;;\n\nBODY::\n\n   code\n"],
  ["a.adoc", "= Guide\n\nBODY\n== Install\n\nBODY"],
  ["under.adoc", "Guide\n=====\n:toc:\n\nBODY\n[[install]]\nInstall\n-------\n\n----\n== code\n----\nBODY"],
  ["a.org", "* TODO Guide :tag:\nBODY\n** Install\nBODY"],
  ["a.tex", "\\section[Short]{Guide\\label{g}}\nBODY\n\\subsection{\\textbf{Install}}\nBODY"],
  [
    "a.html",
    "<h1>Guide</h1>\nBODY\n<script>\n// <h2>No</h2>\n</script>\n<h2\n class='a'>Install</h2>\n".replace(
      "<h2\n class",
      "<h2 class",
    ) + "BODY",
  ],
])("%s: headings of other markup are read too", async (path, template) => {
  const text = template.replaceAll("BODY", prose);
  const chunks = await chunksOf(path, text);
  expect(chunks.map((chunk) => chunk.doc)).toEqual(["Guide", "Guide > Install"]);
  expect(misplacedLines(text, chunks)).toEqual([]);
});

test("an anchor above an AsciiDoc heading stands in its section", async () => {
  const chunks = await chunksOf("a.adoc", `= Guide\n\n${prose}\n[[install]]\n== Install\n\n${prose}`);
  expect(chunks[1]?.text.startsWith("[[install]]\n== Install")).toBe(true);
});

test("a page without headings is still found by the ids of its parts, a Dockerfile by its stages", async () => {
  const page = `<main id="top">\n${prose}</main>\n<section id="prices">\n${prose}</section>`;
  expect((await chunksOf("a.html", page)).map((chunk) => chunk.symbol)).toEqual(["top", "prices"]);
  const run = "RUN make something of a certain length\n".repeat(10);
  const stages = await chunksOf("Dockerfile", `FROM node:24 AS build\n${run}\nFROM debian\n${run}`);
  expect(stages.map((chunk) => chunk.symbol)).toEqual(["build", "debian"]);
});

test("tiny sections are joined and stay findable", async () => {
  const chunks = await chunksOf("a.md", "# A\n\none\n\n## B\n\ntwo\n\n## C\n\nthree\n");
  expect(brief(chunks)).toEqual(["1-11 section A"]);
  expect(chunks[0]?.doc).toBe("A | B | C");
});

test("a line of a hundred thousand characters is cut, and no character is lost or split", async () => {
  const line = "𝄞".repeat(50_000);
  const chunks = await chunksOf("a.txt", `first\n${line}\nlast`);
  expect(
    chunks
      .filter((chunk) => chunk.startLine === 2)
      .map((chunk) => chunk.text)
      .join(""),
  ).toBe(line);
  expect(chunks.every((chunk) => chunk.text.isWellFormed() && chunk.text.length <= 5_000)).toBe(true);
});

test("plain text falls into windows of 30 to 60 lines that end at blank lines", async () => {
  const paragraph = `${"word\n".repeat(9)}\n`;
  const chunks = await chunksOf("a.txt", paragraph.repeat(20));
  const lengths = chunks.map((chunk) => chunk.endLine - chunk.startLine + 1);
  expect(lengths.every((length) => length >= 19 && length <= 60)).toBe(true);
  expect(chunks.every((chunk) => chunk.endLine % 10 === 9)).toBe(true);
});

test("long runs of one character stall no pattern of any language", async () => {
  const lines = ["*", "a ", "a* ", "(", "<a> ", "public ", "~", "@a "].flatMap((unit) =>
    ["", "static ", "const a = (", "impl "].map((head) => (head + unit.repeat(400)).slice(0, 390)),
  );
  for (const extension of [
    "ts",
    "py",
    "java",
    "dart",
    "go",
    "rs",
    "c",
    "rb",
    "php",
    "sql",
    "hs",
    "proto",
    "md",
    "rst",
  ]) {
    expect((await chunksOf(`x.${extension}`, lines.join("\n"))).length).toBeGreaterThan(0);
  }
});
