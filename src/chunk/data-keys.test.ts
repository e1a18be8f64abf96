import { expect, test } from "vitest";
import type { Chunk } from "../core/document.ts";
import { chunksOf } from "../../test/fixtures/extraction.ts";

const places = (chunks: readonly Chunk[]): string[] =>
  chunks.map(
    ({ startLine, endLine, scope, symbol }) => `${startLine}-${endLine} ${[...scope, symbol ?? "*"].join(" > ")}`,
  );
const filler = (indent: string, name: string, count: number, line: (name: string) => string): string =>
  Array.from({ length: count }, (_, index) => `${indent}${line(`${name}${index}`)}\n`).join("");

test("a large JSON file falls into its keys, with the path to them", async () => {
  const json = `{
  "name": "app",
  "server": {
    "host": "localhost",
    "routes": {
${filler("      ", "route", 50, (name) => `"${name}": 1,`)}    },
    "limits": {
${filler("      ", "limit", 30, (name) => `"${name}": "a: { [",`)}    }
  },
  // said in a comment: { [
  "users": [
    { "name": "a" }
  ]
}
`;
  expect(places(await chunksOf("app.json", json))).toEqual([
    "1-2 name",
    "3-56 server > *",
    "57-90 server > limits",
    "91-94 users",
  ]);
});

test("a YAML file falls into its keys; list items are called by their names, and block text is no key", async () => {
  const yaml = `on: push
jobs:
  build:
    steps:
      - name: Check out
        uses: actions/checkout@v4
      - name: Test everything
        run: |
${filler("          ", "not-a-key", 56, (name) => `${name}: x`)}      - uses: actions/cache@v4
  deploy:
${filler("    ", "setting", 40, (name) => `${name}: x`)}`;
  expect(places(await chunksOf(".github/workflows/ci.yml", yaml))).toEqual([
    "1-1 on",
    "2-6 jobs > build > steps > Check out",
    "7-65 jobs > build > steps > *",
    "66-106 jobs > deploy",
  ]);
});

test("TOML and INI files fall into their tables and sections", async () => {
  const section = (name: string): string => `[${name}]\n${filler("", "key", 35, (key) => `${key} = 1`)}`;
  expect(places(await chunksOf("a.toml", `title = "x"\n${section("tool.lint")}${section("tool.test")}`))).toEqual([
    "1-37 *",
    "38-73 tool.test",
  ]);
  expect(places(await chunksOf("a.ini", `${section("client")}${section("server")}`))).toEqual([
    "1-36 client",
    "37-72 server",
  ]);
});

test("an XML file falls into its elements, called by tag and name", async () => {
  const xml = `<?xml version="1.0"?>
<config>
  <!-- <server name="not this"> -->
  <server name="a">
${filler("    ", "option", 40, (name) => `<${name}>1</${name}>`)}  </server>
  <server name="b">
${filler("    ", "option", 40, (name) => `<${name} />`)}  </server>
</config>
`;
  expect(places(await chunksOf("a.xml", xml))).toEqual(["1-45 config > server a", "46-88 config > server b"]);
});

test("a small file stays whole, and every line of a large one stands in one chunk", async () => {
  expect(places(await chunksOf("a.yaml", "a: 1\nb: 2\n"))).toEqual(["1-2 *"]);
  for (const [path, text] of [
    ["a.json", "[\n".repeat(3_000)],
    ["a.yaml", Array.from({ length: 500 }, (_, at) => `${" ".repeat(at % 90)}k${at}:\n`).join("")],
    ["a.xml", "<a>\n".repeat(2_000)],
    ["a.toml", `a = """\n${"b = 1\n".repeat(300)}`],
  ] as const) {
    const chunks = await chunksOf(path, text);
    const lines = chunks.flatMap(({ startLine, endLine }) =>
      Array.from({ length: endLine - startLine + 1 }, (_, at) => startLine + at),
    );
    expect(lines).toEqual(
      text
        .trimEnd()
        .split("\n")
        .map((_, at) => at + 1),
    );
  }
});

test("data on one line is cut by its length, up to a limit that is said", async () => {
  const chunks = await chunksOf("a.json", JSON.stringify(Array.from({ length: 200_000 }, (_, at) => at)));
  expect(chunks.length).toBeLessThan(60);
});

test("quotes that nothing closes cost no more than their length", async () => {
  expect((await chunksOf("a.json", `["${'\\"'.repeat(90_000)}\n`.repeat(2))).length).toBeGreaterThan(1);
});
