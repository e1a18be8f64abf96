import { expect, test } from "vitest";
import { extract, extracted, reasonOf } from "../../test/fixtures/extraction.ts";
import { rtfSample } from "../../test/fixtures/samples/documents.ts";

const rtf = (body: string): Promise<string> =>
  extracted("a.rtf", Buffer.from(`{\\rtf1\\ansi ${body}}`, "latin1")).then(({ text }) => text);

test("headings, characters of several code pages, notes, fields, tables and lists are text", async () => {
  const { text, parts, metadata } = await extracted("a.rtf", Buffer.from(rtfSample, "latin1"));
  expect(text).toBe(
    "Chapter one\n\nCafé and €uro, bold, Привет, 日本.[1]\n\n[1] A note below.\n\na link\n\nRegion | Sales\n- An item\n",
  );
  expect(parts[0]).toMatchObject({ symbol: "Chapter one", doc: "Chapter one", kind: "section" });
  expect(metadata).toEqual({ title: "Annual report", author: "Ada Lovelace", created: "2024-07-14T10:15:00" });
});

test("what stands for a character in older programs is passed over", async () => {
  expect(await rtf(String.raw`{\uc2\u26085\'93\'fa}\u233?\uc0\u233 x\par`)).toBe("日ééx\n");
  expect(await rtf(String.raw`\u-3987 ?a`)).toBe("\uF06Da\n");
});

test("pictures, binary data, hidden text and unknown groups are left out", async () => {
  expect(await rtf(`a{\\pict 8950}{\\*\\unknown x}{\\v hidden}{\\object{\\objdata 01}}\\bin4 }}{{b`)).toBe("ab\n");
});

test("escaped braces, hard spaces and marks are characters", async () => {
  expect(await rtf(String.raw`\{a\}\\\~b\emdash c\_d`)).toBe("{a}\\\u00A0b—c-d\n");
});

test("a style's outline level makes a heading, and its text is no text", async () => {
  const { parts } = await extracted(
    "a.rtf",
    String.raw`{\rtf1{\stylesheet{\s5\outlinelevel1 Own;}}\pard\s5 Head\par\pard text\par}`,
  );
  expect(parts).toMatchObject([{ symbol: "Head", text: "Head\n\ntext\n" }]);
});

test("a file that is none is damaged, and so is one that nests too deep; one cut short is read", async () => {
  expect(await extract("a.rtf", "text")).toEqual({ kind: "skipped", reason: "damaged", message: "is no RTF file" });
  expect(await reasonOf("a.rtf", `{\\rtf1 ${"{".repeat(100_000)}`)).toBe("damaged");
  expect((await extracted("a.rtf", String.raw`{\rtf1 {\b half a wo`)).text).toBe("half a wo\n");
  expect((await extracted("a.rtf", String.raw`{\rtf1 a}}}} b\'`)).text).toBe("a b\n");
});
