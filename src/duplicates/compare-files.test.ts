import { link } from "node:fs/promises";
import { join } from "node:path";
import { zipSync, strToU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { makeTree } from "../../test/fixtures/tree.ts";
import { createDirectReader } from "../reader/read-document.ts";
import { compareFiles, type CompareWork } from "./compare-files.ts";
import type { FileComparison } from "./file-comparison.ts";

const work: CompareWork = {
  reader: createDirectReader(),
  limits: { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 },
  signal: new AbortController().signal,
};

async function compared(first: string | Buffer, second: string | Buffer, name = "a.txt"): Promise<FileComparison> {
  await using tree = await makeTree({ [`old/${name}`]: first, [`new/${name}`]: second });
  return await comparedIn(tree.path, `old/${name}`, `new/${name}`);
}

function comparedIn(root: string, first: string, second: string, how = work): Promise<FileComparison> {
  return compareFiles({ root, path: first, shown: first }, { root, path: second, shown: second }, how);
}

const poem = Array.from({ length: 40 }, (_, line) => `Line ${line + 1} of a poem about nothing in particular.\n`).join(
  "",
);

describe("files with the same bytes", () => {
  test("are the same, and how many bytes is said", async () => {
    const { verdict, findings, first } = await compared(poem, poem);
    expect([verdict, findings]).toEqual(["same", [`All ${poem.length.toLocaleString("en-US")} bytes are the same.`]]);
    expect(first).toMatchObject({ path: "old/a.txt", sizeBytes: poem.length, type: "text" });
  });

  test("are the same when both are empty", async () => {
    expect(await compared("", "")).toMatchObject({ verdict: "same", findings: ["Both are empty."] });
  });

  test("one file by the same path, and by a second name, is told as such", async () => {
    await using tree = await makeTree({ "a.txt": poem });
    await link(join(tree.path, "a.txt"), join(tree.path, "b.txt"));
    const twice = await comparedIn(tree.path, "a.txt", "a.txt");
    expect([twice.verdict, twice.findings[0]]).toEqual(["same", expect.stringContaining("nothing to compare")]);
    const linked = await comparedIn(tree.path, "a.txt", "b.txt");
    expect([linked.verdict, linked.findings[0]]).toEqual(["same", expect.stringContaining("hard link")]);
  });
});

describe("texts that say the same", () => {
  const cases: readonly (readonly [name: string, first: string | Buffer, second: string | Buffer, said: string])[] = [
    ["line ends", poem, poem.replaceAll("\n", "\r\n"), "line ends (LF; CRLF)."],
    ["a byte order mark", poem, `\ufeff${poem}`, "byte order mark (second only)."],
    [
      "the encoding",
      "le caf\u00e9 noir\n",
      Buffer.from("le caf\u00e9 noir\n", "latin1"),
      "encoding (UTF-8; windows-1252).",
    ],
    [
      "UTF-16",
      poem,
      Buffer.from(`\ufeff${poem}`, "utf16le"),
      "encoding (UTF-8; UTF-16le) and byte order mark (second only).",
    ],
    ["the last line break", poem, poem.trimEnd(), "line breaks at the end."],
    ["blanks at line ends", poem, poem.replaceAll("\n", "  \n"), "blanks at the ends of lines."],
    ["blank lines", poem, poem.replaceAll("\n", "\n\n"), "blank lines."],
    [
      "indentation",
      "if (a) {\nb();\n}\n",
      "if (a) {\n    b();\n}\n",
      "white space (indentation, line breaks, blanks).",
    ],
    ["letter case", poem, poem.toUpperCase(), "letter case."],
    ["composed letters", "caf\u00e9\n", "cafe\u0301\n", "Unicode forms of letters (composed; decomposed)."],
  ];

  test.each(cases)("are near, and %s is named as the difference", async (_, first, second, said) => {
    const { verdict, findings } = await compared(first, second);
    expect(verdict).toBe("near");
    expect(findings[0]).toBe(`The same text; they differ in ${said}`);
  });

  test("are near as JSON with another layout, and with other keys first", async () => {
    const value = { name: "lamp", price: 12.5, tags: ["a", "b"] };
    const turned = { tags: value.tags, price: value.price, name: value.name };
    const byLayout = await compared(JSON.stringify(value), JSON.stringify(turned, null, 2), "a.json");
    expect([byLayout.verdict, byLayout.findings[0]]).toEqual([
      "near",
      "The same JSON value; the keys stand in another order.",
    ]);
    const byNumber = await compared('{"price": 12.50, "n": 1e2}', '{\n"price": 12.5,\n"n": 100 }', "a.json");
    expect(byNumber.findings[0]).toBe("The same JSON value in another layout.");
    const other = await compared("[12345678901234567890]", "[ 12345678901234567891 ]", "a.json");
    expect(other.findings.join(" ")).not.toContain("same JSON");
  });

  test("words that only white space parts are other words without it", async () => {
    const { findings } = await compared("1\t23\n", "12\t3\n");
    expect(findings.join(" ")).not.toMatch(/same (?:text|words)/);
  });

  test("where white space has a meaning, that is said", async () => {
    const { verdict, findings } = await compared("while a:\n    b()\n    c()\n", "while a:\n    b()\nc()\n", "a.py");
    expect([verdict, findings[0]]).toEqual([
      "near",
      "The same words; they differ in white space (indentation, line breaks, blanks), and in files of this kind white space may change the meaning.",
    ]);
  });
});

describe("texts that differ", () => {
  test("of which too much was changed to be told apart are not told as lines that the other has not", async () => {
    const rows = (own: string) => Array.from({ length: 210_001 }, (_, row) => (row % 2 === 0 ? "row\n" : own));
    const { findings } = await compared(rows("a\n").join(""), rows("b\n").join(""));
    expect(findings[0]).toMatch(
      /^The changes are too many to be told apart: from line 2 on 209,999 lines of the first and/,
    );
    expect(findings.join(" ")).not.toContain("not in the other");
  });

  test("give the changed lines as a unified diff, and are near when most lines stayed", async () => {
    const { verdict, findings, diff } = await compared(poem, poem.replace("Line 20", "Row 20"));
    expect(verdict).toBe("near");
    expect(diff).toMatchObject({ added: 1, removed: 1, leftOut: 0, isExact: true });
    expect(diff?.text).toMatch(/^@@ -17,7 \+17,7 @@\n Line 17.*\n Line 18.*\n Line 19.*\n-Line 20 .*\n\+Row 20 /);
    expect(findings[0]).toBe(
      "1 line of the first and 1 line of the second are not in the other (40 lines each); the first change is in line 20.",
    );
  });

  test("are different when they share nothing", async () => {
    const { verdict, findings } = await compared(
      poem,
      "Something else entirely stands here, and it has some more words in its only line.\n",
    );
    expect(verdict).toBe("different");
    expect(findings.join(" ")).toContain("some 0 % are the same");
  });

  test("of bytes that are no text the first that differs is told", async () => {
    const bytes = Buffer.from(Array.from({ length: 2_000_000 }, (_, index) => index % 251));
    const other = Buffer.from(bytes);
    other[1_500_000] = 255;
    const { verdict, findings, diff } = await compared(bytes, other, "a.dat");
    expect([verdict, findings, diff]).toEqual([
      "different",
      ["The first byte that differs is number 1,500,001; both have 2,000,000 bytes."],
      null,
    ]);
  });

  test("a text of a single long line shows what lies around the change", async () => {
    const line = Array.from({ length: 9_000 }, (_, index) => `word${index}`).join(" ");
    const { diff } = await compared(line, line.replace("word5000", "WORD"));
    expect(diff?.text.length).toBeLessThan(1_500);
    expect(diff?.text).toContain("WORD");
    expect(diff?.text).toContain("word5000");
  });

  test("a file that was cut is told as the beginning of the other", async () => {
    const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 31) % 256));
    const { verdict, findings } = await compared(bytes, bytes.subarray(0, 4_000), "a.dat");
    expect(verdict).toBe("near");
    expect(findings[0]).toBe(
      "The second is the beginning of the first: 1.0 kB more follow there; 5,000 and 4,000 bytes.",
    );
  });

  test("an empty file is told", async () => {
    expect(await compared("", poem)).toMatchObject({
      verdict: "different",
      findings: ["The first is empty.", expect.stringContaining("bytes")],
    });
  });
});

describe("secrets", () => {
  test("files that hold secrets by their name are refused, whichever comes first", async () => {
    await using tree = await makeTree({ ".env": "A=1\n", "a.txt": "A=1\n" });
    for (const [first, second] of [
      [".env", "a.txt"],
      ["a.txt", ".env"],
    ] as const) {
      await expect(comparedIn(tree.path, first, second)).rejects.toMatchObject({
        code: "FILE_NOT_READABLE",
        message: ".env cannot be compared: secret.",
      });
    }
  });

  test("a key that changed is not shown, and that something was hidden is said", async () => {
    const key = (seed: string) => `token = "ghp_${seed.repeat(36).slice(0, 36)}"\n`;
    const [first, second] = [key("A1b2C3d4E5"), key("Z9y8X7w6V5")];
    const { diff, findings, verdict } = await compared(poem + first, poem + second);
    expect(JSON.stringify({ diff, findings })).not.toMatch(/A1b2C3|Z9y8X7/);
    expect(verdict).toBe("near");
    expect(findings.join(" ")).toContain("All that differs is what looks like secrets");
    const more = await compared(poem + first, `${poem.replace("Line 3 ", "Row 3 ")}${first}`);
    expect(more.diff?.text).toContain("+Row 3 ");
    expect(JSON.stringify(more)).not.toContain("A1b2C3");
  });
});

describe("archives and documents", () => {
  const entries = { "a.txt": strToU8(poem), "b/c.txt": strToU8("other\n") };

  test("ZIP files with the same entries are near, however they are packed", async () => {
    const packed = Buffer.from(zipSync(entries, { level: 9 }));
    const stored = Buffer.from(zipSync(entries, { level: 0 }));
    expect(await compared(packed, stored, "a.zip")).toMatchObject({
      verdict: "near",
      findings: ["The same 2 entries, packed otherwise.", expect.any(String)],
    });
  });

  test("of ZIP files that differ, the entries that do are named", async () => {
    const other = Buffer.from(zipSync({ ...entries, "a.txt": strToU8("new\n"), "d.txt": strToU8("d") }));
    const { findings } = await compared(Buffer.from(zipSync(entries)), other, "a.zip");
    expect(findings[0]).toBe(
      "Of the archives' entries, 1 entry is the same; 1 differ: a.txt; 1 only in the second: d.txt.",
    );
  });

  test("ZIP files are near by the bytes that they share, not by the number of entries", async () => {
    const small = { "1.txt": strToU8("one"), "2.txt": strToU8("two"), "3.txt": strToU8("three") };
    const archive = (large: string) => Buffer.from(zipSync({ ...small, "large.txt": strToU8(large) }));
    expect(await compared(archive(poem), archive(poem.toUpperCase()), "a.zip")).toMatchObject({ verdict: "different" });
    const other = Buffer.from(zipSync({ "large.txt": strToU8(poem), "4.txt": strToU8("four") }));
    expect(await compared(archive(poem), other, "a.zip")).toMatchObject({ verdict: "near" });
  });

  test("a notebook and a text that hold the same words are near", async () => {
    const notebook = JSON.stringify({
      cells: [{ cell_type: "markdown", metadata: {}, source: ["# Prices\n", "All lamps cost twenty.\n"] }],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
    await using tree = await makeTree({ "a.ipynb": notebook, "b.md": "# Prices\n\nAll lamps cost twenty.\n" });
    const { verdict, findings } = await comparedIn(tree.path, "a.ipynb", "b.md");
    expect([verdict, findings.join(" ")]).toEqual(["near", expect.stringContaining("They hold the same text")]);
  });
});

describe("office files", () => {
  const office = (text: string, level: 0 | 9 = 9, more: Record<string, Uint8Array> = {}) =>
    Buffer.from(
      zipSync(
        {
          "[Content_Types].xml": strToU8("<Types/>"),
          "_rels/.rels": strToU8(
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
          ),
          "word/document.xml": strToU8(
            `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
          ),
          "word/styles.xml": strToU8(poem),
          "word/settings.xml": strToU8(poem.toUpperCase()),
          ...more,
        },
        { level },
      ),
    );
  const letter =
    "Dear Ann, the lamps that you asked for are on their way, and they will be there on Monday. Yours, Bob.";

  test("with the same text are told as such, and what else differs", async () => {
    const { verdict, findings } = await compared(
      office(letter),
      office(letter, 9, { "docProps/core.xml": strToU8("<a/>") }),
      "a.docx",
    );
    expect(verdict).toBe("near");
    expect(findings[0]).toMatch(/^They hold the same text/);
    expect(findings[1]).toContain("1 only in the second: docProps/core.xml");
  });

  test("with other texts are different, though all else that they are packed of is the same", async () => {
    const { verdict, findings } = await compared(office(letter), office(poem.slice(0, 300)), "a.docx");
    expect([verdict, findings[0]]).toEqual(["different", expect.stringContaining("some 0 % are the same")]);
  });
});
