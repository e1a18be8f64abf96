import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { chunksOf, extract, extracted, reasonOf } from "../../../test/fixtures/extraction.ts";
import { pdfBytes, pdfStream } from "../../../test/fixtures/samples/pdf-bytes.ts";

const long = "The engine weaves algebraical patterns just as the loom weaves flowers and leaves.";

test("each page is a part of its own, with its lines and paragraphs", async () => {
  const pdf = pdfBytes({
    pages: [
      { lines: ["First line", "second line", "third line", null, "Next paragraph"] },
      { lines: ["Page two"], isPacked: true },
    ],
  });
  const { parts, content, metadata } = await extracted("a.pdf", pdf);
  expect(content).toMatchObject({ kind: "parts", unit: "page" });
  expect(parts.map(({ text, start, end }) => ({ text, start, end }))).toEqual([
    { text: "First line\nsecond line\nthird line\n\nNext paragraph\n", start: 1, end: 1 },
    { text: "Page two\n", start: 2, end: 2 },
  ]);
  expect(metadata).toEqual({ pages: 2 });
});

test("a word that the end of a line divides is found whole", async () => {
  const { text } = await extracted(
    "a.pdf",
    pdfBytes({ pages: [{ lines: ["an exam-", "ple of words", "UTF-", "8 stays"] }] }),
  );
  expect(text).toBe("an example\nof words\nUTF-\n8 stays\n");
});

test("the outline's path stands above the pages of each section", async () => {
  const pages = [1, 2, 3, 4].map((page) => ({ lines: [`text of page ${page}`] }));
  const outline = [
    { title: "Report", page: 0, below: [{ title: "Methods", page: 1 }] },
    { title: "Results (all)", page: 3 },
  ];
  const { parts } = await extracted("a.pdf", pdfBytes({ pages, outline }));
  expect(parts.map(({ doc }) => doc)).toEqual(["Report", "Report > Methods", "Report > Methods", "Results (all)"]);
  expect(parts.map(({ symbol }) => symbol)).toEqual(["Report", "Methods", "Methods", "Results (all)"]);
  expect(parts[1]?.scope).toEqual(["Report"]);
});

test("an outline that is a loop ends", async () => {
  const loop = Buffer.from(
    "<< /Title (A) /Parent 500 0 R /Dest [10 0 R /Fit] /Next 501 0 R /First 501 0 R /Last 501 0 R >>",
  );
  const pdf = pdfBytes({ pages: [{ lines: ["text"] }], outline: [{ title: "A", page: 0 }], objects: { 501: loop } });
  expect((await extracted("a.pdf", pdf)).parts[0]?.doc).toBe("A");
});

test("the document's properties become metadata, times as ISO text", async () => {
  const info = {
    Title: "Annual report",
    Author: "Ada Lovelace",
    Subject: "Engines",
    Keywords: "loom, numbers",
    CreationDate: "D:20240714101500+02'00'",
    ModDate: "D:20240715",
  };
  expect((await extracted("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }], info }))).metadata).toEqual({
    title: "Annual report",
    author: "Ada Lovelace",
    subject: "Engines",
    keywords: "loom, numbers",
    created: "2024-07-14T10:15:00+02:00",
    modified: "2024-07-15",
    pages: 1,
  });
});

test("a scan says that it has no text, and is found by its properties", async () => {
  const scan = await extracted(
    "a.pdf",
    pdfBytes({ pages: [{ lines: [] }, { lines: [] }], info: { Title: "Deed of 1911" } }),
  );
  expect(scan.metadata).toEqual({ title: "Deed of 1911", pages: 2, hasText: false });
  expect(scan.text).toBe("scanned, no text: 2 pages\ntitle: Deed of 1911\npages: 2\n");
  const mixed = await extracted("a.pdf", pdfBytes({ pages: [{ lines: [] }, { lines: ["text"] }] }));
  expect(mixed.metadata).toEqual({ pages: 2, pagesWithoutText: 1 });
  expect(mixed.parts.map(({ start }) => start)).toEqual([2]);
});

test("what is typed into a form is found", async () => {
  const field = Buffer.from(
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (surname) /V (Lovelace) /Rect [0 0 10 10] /P 10 0 R >>",
  );
  const pdf = pdfBytes({
    pages: [{ lines: ["Please fill in"] }],
    catalogExtra: "/AcroForm << /Fields [900 0 R] >>",
    pageExtra: "/Annots [900 0 R]",
    objects: { 900: field },
  });
  expect((await extracted("a.pdf", pdf)).parts.at(-1)?.text).toBe("Form fields:\nsurname: Lovelace\n");
});

test("a long page is cut into chunks that share its number", async () => {
  const lines = Array.from({ length: 140 }, (_, line) => `${line} ${long}`);
  // Text outside of the page is not seen, and not read.
  const pdf = pdfBytes({ pages: [{ lines }, { lines }], pageExtra: "/MediaBox [0 -2000 2000 800]" });
  const chunks = await chunksOf("a.pdf", pdf);
  expect(chunks.length).toBeGreaterThan(4);
  expect([...new Set(chunks.map(({ startLine, endLine }) => `${startLine}-${endLine}`))]).toEqual(["1-1", "2-2"]);
  expect(chunks.map(({ text }) => text).join("\n")).toContain(`139 ${long}`);
});

test("text in a font whose table of characters is not in the file is said to be missing", async () => {
  const inner =
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Mincho /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>";
  const font = `<< /Type /Font /Subtype /Type0 /BaseFont /Mincho /Encoding /90ms-RKSJ-H /DescendantFonts [${inner}] >>`;
  const objects = { 3: Buffer.from(font) };
  const { text, metadata } = await extracted("a.pdf", pdfBytes({ pages: [{ lines: ["abc"] }], objects }));
  expect(metadata).toEqual({ pages: 1, hasText: false, missingCharacterMaps: "90ms-RKSJ-H" });
  expect(text).toContain("no readable text: 1 page\n");
});

test("a file that needs a password is locked", async () => {
  const key = "00".repeat(32);
  const encrypt = `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${key}> /U <${key}> >>`;
  expect(await extract("a.pdf", pdfBytes({ pages: [{ lines: ["secret"] }], encrypt }))).toEqual({
    kind: "skipped",
    reason: "locked",
    message: "needs a password",
  });
});

test("files that are no PDF, or broken ones, are damaged", async () => {
  expect(await extract("a.pdf", "just text")).toEqual({
    kind: "skipped",
    reason: "damaged",
    message: "is no PDF file",
  });
  expect(await reasonOf("a.pdf", "%PDF-1.7\nnothing follows")).toBe("damaged");
  const loop = { 2: Buffer.from("<< /Type /Pages /Count 1000000 /Kids [2 0 R 2 0 R] >>") };
  expect(await reasonOf("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }], objects: loop }))).toBe("damaged");
});

test("a file cut anywhere is read as far as it goes, or damaged", async () => {
  const pdf = pdfBytes({ pages: Array.from({ length: 5 }, () => ({ lines: [long], isPacked: true })) });
  const reasons = new Set<string>();
  for (let end = 50; end < pdf.length; end += 97) reasons.add(await reasonOf("a.pdf", pdf.subarray(0, end)));
  expect([...reasons].toSorted()).toEqual(["damaged", "none"]);
});

// In a process of its own: the runner of these tests counts what this is about as its own failure.
test("rejections that pdf.js leaves behind on a broken file end no process", async () => {
  const objects = {
    2: Buffer.from("<< /Type /Pages /Count 2 /Kids [900 0 R 901 0 R 10 0 R] >>"),
    901: Buffer.from("[ [ ["),
  };
  const bytes = pdfBytes({ pages: [{ lines: ["x"] }], objects: { ...objects, 900: Buffer.from("[ [ [") } });
  const script = `
    import { extractPdf } from ${JSON.stringify(new URL("pdf-document.ts", import.meta.url).href)};
    const bytes = Buffer.from("${bytes.toString("base64")}", "base64");
    await extractPdf(bytes).catch((error) => process.stdout.write(error.name));
    setImmediate(() => process.stdout.write(", alive"));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  expect(stdout).toBe("DamagedFile, alive");
});

test("more pages than are read are counted, and a lying count is not believed", async () => {
  const kids = { 2: Buffer.from(`<< /Type /Pages /Count 2100 /Kids [${"10 0 R ".repeat(2_100)}] >>`) };
  const many = await extracted("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }], objects: kids }));
  expect(many.metadata["pages"]).toBe(2_100);
  expect(many.metadata["pagesLeftOut"]).toBe(2_100 - many.parts.length);
  const lying = { 2: Buffer.from("<< /Type /Pages /Count 100000000 /Kids [10 0 R] >>") };
  expect((await extracted("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }], objects: lying }))).parts).toHaveLength(1);
});

test("streams that unpack to too much are refused before they are unpacked", async () => {
  const bomb = pdfStream(Buffer.alloc(40_000_000), true);
  const nested = deflateSync(deflateSync(Buffer.alloc(40_000_000)));
  const twice = Buffer.concat([
    Buffer.from(`<< /Length ${nested.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`),
    nested,
    Buffer.from("\nendstream"),
  ]);
  for (const content of [bomb, twice])
    expect(await reasonOf("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }], objects: { 11: content } }))).toBe(
      "too-complex",
    );
  const picture = pdfStream(Buffer.alloc(40_000_000), true, "/Type /XObject /Subtype /Image");
  expect(await reasonOf("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }], objects: { 900: picture } }))).toBe("none");
});

test("a stream that lies about its length is read to its end", async () => {
  const content = Buffer.from(
    "<< /Length 4000000000 >>\nstream\nBT /F1 12 Tf 1 0 0 1 72 700 Tm (still here) Tj ET\nendstream",
  );
  expect((await extracted("a.pdf", pdfBytes({ pages: [{ lines: [] }], objects: { 11: content } }))).text).toBe(
    "still here\n",
  );
});

test("nothing is printed", async () => {
  const spies = (["log", "info", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
  await extract("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }] }).subarray(0, 400));
  await extract("a.pdf", pdfBytes({ pages: [{ lines: ["x"] }] }));
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});
