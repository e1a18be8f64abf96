import { expect, test } from "vitest";
import { extract, extracted, reasonOf } from "../../test/fixtures/extraction.ts";
import { notebookSample } from "../../test/fixtures/samples/documents.ts";

test("a notebook is read cell by cell under the headings so far", async () => {
  const { parts, content, metadata, category } = await extracted("a.ipynb", JSON.stringify(notebookSample));
  expect(content).toMatchObject({ unit: "cell" });
  expect(parts.map(({ start, kind, symbol, doc }) => ({ start, kind, symbol, doc }))).toEqual([
    { start: 1, kind: "section", symbol: "Analysis", doc: "Analysis" },
    { start: 1, kind: "section", symbol: "Loading", doc: "Analysis > Loading" },
    { start: 2, kind: "block", symbol: "load", doc: "Analysis > Loading" },
    { start: 3, kind: "block", symbol: null, doc: "Analysis > Loading" },
  ]);
  expect(metadata).toEqual({ documentLanguage: "python", kernel: "Python 3", cells: 3 });
  expect(category).toBe("code");
});

test("short text outputs are kept, pictures and long outputs are not", async () => {
  const { parts } = await extracted("a.ipynb", JSON.stringify(notebookSample));
  expect(parts[2]?.text).toBe("import pandas\ndef load():\n    return 1\n\nOutput:\nloaded 3 rows\n");
  expect(parts[3]?.text).toBe("1 / 0\n\nOutput:\nZeroDivisionError: by zero\n");
  const cell = { cell_type: "code", source: "x", outputs: [{ output_type: "stream", text: "log\n".repeat(1_000) }] };
  expect((await extracted("a.ipynb", JSON.stringify({ nbformat: 4, cells: [cell] }))).text).toBe("x\n");
});

test("the third format has its cells in worksheets, and headings as cells", async () => {
  const cells = [
    { cell_type: "heading", level: 2, source: ["Part"] },
    {
      cell_type: "code",
      language: "python",
      input: ["a = 1\n", "b = 2"],
      outputs: [{ output_type: "pyout", text: ["2"] }],
    },
  ];
  const { parts } = await extracted("a.ipynb", JSON.stringify({ nbformat: 3, metadata: {}, worksheets: [{ cells }] }));
  expect(parts).toMatchObject([{ symbol: "Part" }, { text: "a = 1\nb = 2\n\nOutput:\n2\n", doc: "Part", start: 2 }]);
});

test("a comment in a fenced block is no heading", async () => {
  const cell = { cell_type: "markdown", source: "# Top\n```\n# not one\n```\n" };
  const { parts } = await extracted("a.ipynb", JSON.stringify({ nbformat: 4, cells: [cell] }));
  expect(parts.map(({ symbol }) => symbol)).toEqual(["Top"]);
});

test("files that are no notebook are damaged, and cells of other shapes are passed over", async () => {
  expect(await extract("a.ipynb", "{")).toEqual({ kind: "skipped", reason: "damaged", message: "is no JSON" });
  expect(await reasonOf("a.ipynb", "[]")).toBe("damaged");
  expect(await reasonOf("a.ipynb", '{"nbformat":4}')).toBe("empty");
  expect(await reasonOf("a.ipynb", '{"cells":[1,null,"x",{"cell_type":"code","source":{},"outputs":[3,{}]}]}')).toBe(
    "empty",
  );
});
