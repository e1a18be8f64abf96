import { expect, test } from "vitest";
import { chunkDocument } from "../chunk/registry.ts";
import { extract } from "../../test/fixtures/extraction.ts";
import { threeMf } from "../../test/fixtures/samples/cad.ts";

const bytes = 200_000;
const characters = "\"'\\([{<&;:,-#= \t\n9|".split("");
const words = [
  '\\"',
  "</a>",
  "<a ",
  '{"a":',
  "[[",
  "- ",
  "a: ",
  "a = [",
  "'''",
  '"""',
  "<!--",
  "<![CDATA[",
  "/*",
  "//",
];
const lines = [
  "%%d\\P{",
  "\\S",
  "1H",
  "99999H",
  "0\n",
  "  0\nTEXT\n  1\n",
  "#1=PRODUCT('",
  "vertex 1 ",
  "v 1 1",
  "facet ",
  "ERROR 1 ",
];
const marks = [...characters, ...words, ...lines];
const heads = new Map([
  ["a.stl", "solid x\n"],
  ["a.obj", "v 1 2 3\n"],
  [
    "a.ply",
    "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header\n",
  ],
  ["a.step", "ISO-10303-21;\nHEADER;\nFILE_NAME("],
  ["a.ifc", "ISO-10303-21;\nDATA;\n#1=IFCPROJECT("],
  ["a.igs", `${"1H,,1H;,".padEnd(72)}G      1\n`],
  ["a.dxf", "  0\nSECTION\n  2\nENTITIES\n  0\nMTEXT\n  1\n"],
  ["a.gltf", '{"asset":{"version":"2.0"},"nodes":'],
  ["a.csv", "a,b\n"],
  ["a.jsonl", '{"a":1}\n'],
  ["a.log", "2024-01-01 00:00:00 ERROR "],
  ["a.json", "{\n"],
  ["a.yaml", "a:\n"],
  ["a.toml", "[a]\n"],
  ["a.xml", "<a>\n"],
  ["a.ini", "[a]\n"],
  ["a.unknown", ""],
]);

// Each would take hours where a pattern or a search goes back over what it has seen.
test.each([...heads])(
  "%s of one mark over and over, on one line and on many, ends soon",
  async (path, head) => {
    for (const mark of marks) {
      for (const ending of ["", "\n"]) {
        const unit = mark.repeat(ending === "" ? 1 : 50) + ending;
        const extraction = await extract(path, head + unit.repeat(Math.floor(bytes / unit.length)));
        if (extraction.kind === "skipped") continue;
        const { fileType, language, content } = extraction.document;
        const chunks = await chunkDocument({ fileType, language, content });
        expect(chunks.reduce((sum, chunk) => sum + chunk.text.length, 0)).toBeLessThan(2 * bytes);
      }
    }
  },
  120_000,
);

test("the XML inside of a 3MF file may be anything", async () => {
  for (const mark of [...marks, "a", "a ", "a='"]) {
    for (const before of ["", '<metadata name="Title">', "<model "]) {
      const content = mark.repeat(Math.floor(bytes / mark.length));
      const extraction = await extract("a.3mf", threeMf(`<model unit="inch">${before}${content}>`));
      expect(["document", "skipped"]).toContain(extraction.kind);
    }
  }
}, 180_000);
