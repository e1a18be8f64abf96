import { expect, test } from "vitest";
import { chunksOf, extract, extracted, reasonOf } from "../../../test/fixtures/extraction.ts";
import {
  docxBytes,
  epubBytes,
  openDocumentBytes,
  wordParagraph,
  zipBytes,
} from "../../../test/fixtures/samples/office-bytes.ts";

const long = "The engine weaves algebraical patterns just as the loom weaves flowers. ".repeat(6);

test("a Word document is cut by its headings, whatever its styles are called", async () => {
  const body = [
    wordParagraph("Kapitel", "berschrift1"),
    wordParagraph(long),
    wordParagraph("Own style", "Eigene"),
    wordParagraph(long),
    wordParagraph("Inherited style", "Erbe"),
    wordParagraph(long),
    `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Direct level</w:t></w:r></w:p>`,
    wordParagraph(long),
  ].join("");
  const { parts, content, metadata } = await extracted("a.docx", docxBytes(body));
  expect(content).toMatchObject({ kind: "parts", unit: "section" });
  expect(parts.map(({ doc }) => doc)).toEqual([
    "Kapitel",
    "Kapitel > Own style",
    "Kapitel > Inherited style",
    "Direct level",
  ]);
  expect(parts[1]).toMatchObject({ start: 2, end: 2, symbol: "Own style", scope: ["Kapitel"] });
  expect(metadata).toEqual({
    title: "Annual report",
    author: "Ada Lovelace",
    keywords: "engines, numbers",
    created: "2024-07-14T10:15:00Z",
    modified: "2024-07-15T08:00:00Z",
  });
});

test("lists, tables in tables, notes and comments of a Word document are text", async () => {
  const cell = (content: string): string => `<w:tc>${content}</w:tc>`;
  const row = (...cells: readonly string[]): string => `<w:tbl><w:tr>${cells.map(cell).join("")}</w:tr></w:tbl>`;
  const item = `<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>Item</w:t></w:r></w:p>`;
  const called = `<w:p><w:r><w:t>See</w:t><w:tab/><w:footnoteReference w:id="2"/></w:r></w:p>`;
  const body =
    item +
    row(wordParagraph("a"), wordParagraph("b") + wordParagraph("c"), row(wordParagraph("d"), wordParagraph("e"))) +
    called;
  const comments = `<w:comments xmlns:w="w"><w:comment w:id="0" w:author="Bob"><w:p><w:r><w:t>Is it so?</w:t></w:r></w:p></w:comment></w:comments>`;
  const { text } = await extracted("a.docx", docxBytes(body, { "word/comments.xml": comments }));
  expect(text).toBe("  - Item\na | b c | d | e\n\nSee\t[2]\n\n[2] A note below.\n\nComments\n\nBob: Is it so?\n");
});

test("deleted and moved text, fields, contents and older drawings are left out of a Word document", async () => {
  const body = `<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>kept</w:t></w:r><mc:AlternateContent><mc:Choice><w:txbxContent>${wordParagraph("box")}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>${wordParagraph("box")}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>${wordParagraph("Kapitel 1", "Verzeichnis1")}`;
  expect((await extracted("a.docx", docxBytes(body))).text).toBe("box\n\nkept\n");
});

test("a long section of a document is cut into chunks that share its position and path", async () => {
  const body = wordParagraph("Kapitel", "berschrift1") + wordParagraph(long).repeat(30);
  const chunks = await chunksOf("a.docx", docxBytes(body));
  expect(chunks.length).toBeGreaterThan(2);
  expect(chunks.every(({ startLine, doc }) => startLine === 1 && doc === "Kapitel")).toBe(true);
});

test("an OpenDocument text is cut by its headings, with lists, tables and notes", async () => {
  const body = `<office:text><text:table-of-content><text:p>Contents</text:p></text:table-of-content><text:h text:outline-level="1">One</text:h><text:p>${long}</text:p><text:h text:outline-level="2">Two</text:h><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d</text:p><text:list><text:list-item><text:p>item</text:p></text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table></office:text>`;
  const { parts, metadata } = await extracted("a.odt", openDocumentBytes(body));
  expect(parts.map(({ doc }) => doc)).toEqual(["One", "One > Two"]);
  expect(parts[1]?.text).toBe("Two\n\na   b\tc\nd\n\n- item\nx | y\n");
  expect(metadata).toEqual({
    title: "Jahresbericht",
    author: "Ada",
    keywords: "eins, zwei",
    created: "2024-07-14T10:15:00",
  });
});

test("a book is read in the order of its spine, and a chapter without a heading is named by the contents", async () => {
  const chapters = [`<p>${long}</p>`, `<h1>Own <i>name</i></h1><p>${long}</p><h2>Below</h2><p>${long}</p>`];
  const { parts, metadata } = await extracted("a.epub", epubBytes(chapters));
  expect(parts.map(({ doc }) => doc)).toEqual(["Part 1", "Own name", "Own name > Below"]);
  expect(metadata).toEqual({ title: "The Book", author: "Jane Doe", documentLanguage: "en", created: "2020-01-02" });
});

test("a chapter's blocks, lists, tables, breaks and named characters are text", async () => {
  const body = `<h1>A</h1><script>no()</script><p>a&nbsp;&mdash;\n  b<br/>c &copy;</p><ul><li>one</li><li><p>two</p></li></ul><pre>x\n  y</pre><table><tr><td>k</td><td><p>v</p></td></tr></table><img alt="A map" src="m.png"/>`;
  const { text } = await extracted("a.epub", epubBytes([body]));
  expect(text).toBe("A\n\na — b\nc ©\n\n- one\n- two\n\nx\n  y\n\nk | v\n\n[A map]\n");
});

test("a chapter that is no XML is read as browsers do", async () => {
  const body = `<h1>A<p>one & two &nbsp; 1 &lt; 2<br>three<ul><li>x<li>y</ul></i><table><tr><td>k<td>v</table><p>end`;
  const { text, parts } = await extracted("a.epub", epubBytes([body, `<p>${"<div>".repeat(5_000)}deep`]));
  expect(text).toBe("A\n\none & two 1 < 2\nthree\n\n- x\n- y\nk | v\n\nend\n\nPart 2\n\ndeep\n");
  expect(parts[0]?.symbol).toBe("A");
});

test("documents with a password or protection are locked", async () => {
  const ole = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from("EncryptedPackage", "utf16le")]);
  for (const path of ["a.docx", "a.xlsx", "a.pptm"])
    expect(await extract(path, ole)).toEqual({ kind: "skipped", reason: "locked", message: "needs a password" });
  const manifest = `<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`;
  expect(await reasonOf("a.odt", openDocumentBytes("", { "META-INF/manifest.xml": manifest }))).toBe("locked");
  const drm = (uri: string): Record<string, string> => ({
    "META-INF/encryption.xml": `<encryption><CipherReference URI="${uri}"/></encryption>`,
  });
  expect(await reasonOf("a.epub", epubBytes(["<p>x</p>"], drm("OEBPS/chapter%201.xhtml")))).toBe("locked");
  expect(await reasonOf("a.epub", epubBytes(["<p>x</p>"], drm("OEBPS/font.otf")))).toBe("none");
});

test.each([
  ["a.docx", "plain text", "is no ZIP file"],
  ["a.docx", zipBytes({ "a.txt": "text" }), "is a ZIP file, but no office document"],
  ["a.odt", zipBytes({ "a.txt": "text" }), "is a ZIP file, but no OpenDocument file"],
  ["a.epub", zipBytes({ "a.txt": "text" }), "is a ZIP file, but no EPUB book"],
  ["a.docx", Buffer.from("d0cf11e0a1b11ae1", "hex"), "is an old binary office file with a new ending"],
  ["a.docx", docxBytes("<w:p>"), "has broken XML in word/document.xml"],
  ["a.docx", docxBytes("<w:p>".repeat(5_000)), "nests its XML too deep"],
  ["a.docx", docxBytes("<w:p/>").subarray(0, 400), "is a ZIP file without an end: cut short"],
])("%s that is something else is damaged, and says why", async (path, content, message) =>
  expect(await extract(path, content)).toEqual({ kind: "skipped", reason: "damaged", message }),
);

test("a document that unpacks to too much is refused, and one without text is empty", async () => {
  const bomb = docxBytes(`<w:p><w:r><w:t>${"a".repeat(20_000_000)}</w:t></w:r></w:p>`);
  expect(await reasonOf("a.docx", bomb)).toBe("too-complex");
  expect(await reasonOf("a.docx", docxBytes("<w:p/>"))).toBe("empty");
});

test("entities of its own are no text", async () => {
  const document = `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="w"><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>`;
  expect(await reasonOf("a.docx", docxBytes("", { "word/document.xml": document }))).toBe("damaged");
});

test("text beyond the limit is cut, and said", async () => {
  const { metadata, text } = await extracted("a.docx", docxBytes(wordParagraph("x".repeat(999)).repeat(9_000)));
  expect(metadata["textCutAtCharacters"]).toBe(8_000_000);
  expect(text.length).toBeLessThan(8_000_100);
});
