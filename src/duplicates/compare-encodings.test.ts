import { expect, test } from "vitest";
import { compareTexts } from "./compare-texts.ts";
import { looksLikeText, readWritten } from "./text-layout.ts";

const poem = Array.from({ length: 40 }, (_, line) => `Line ${line + 1} of a poem about nothing, f\u00fcr Ann.\n`).join(
  "",
);

async function findings(first: Buffer, second: Buffer): Promise<readonly string[] | null> {
  const [a, b] = [readWritten(first), readWritten(second)];
  return a === null || b === null ? null : (await compareTexts(a, b)).findings;
}

test("UTF-16 and UTF-32 are read without a mark, and UTF-32 with one", async () => {
  const plain = Buffer.from(poem);
  const wide = Buffer.from(poem, "utf16le");
  const four = Buffer.from(Uint32Array.from(Array.from(poem), (letter) => letter.codePointAt(0) ?? 0).buffer);
  const mark = Buffer.from([0xff, 0xfe, 0, 0]);
  const told = (encoding: string) => [`The same text; they differ in encoding (UTF-8; ${encoding}).`];
  expect(await findings(plain, wide)).toEqual(told("UTF-16le"));
  expect(await findings(plain, Buffer.from(wide).swap16())).toEqual(told("UTF-16be"));
  expect(await findings(plain, four)).toEqual(told("UTF-32le"));
  expect(await findings(plain, Buffer.concat([mark, four]).swap32())).toEqual([
    "The same text; they differ in encoding (UTF-8; UTF-32be) and byte order mark (second only).",
  ]);
});

test("numbers of two bytes are no text", () => {
  const samples = Buffer.from(
    Uint16Array.from({ length: 4_000 }, (_, at) => Math.round(120 * Math.sin(at / 9) + 128)).buffer,
  );
  expect(readWritten(samples)).toBeNull();
  expect(looksLikeText(samples)).toBe(false);
});

test("a text in Shift-JIS is none that can be read, and looks like one", () => {
  const japanese = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x82, 0xc5, 0x82, 0xb7, 0x0a]);
  expect(readWritten(japanese)).toBeNull();
  expect(looksLikeText(japanese)).toBe(true);
});
