import { createHash } from "node:crypto";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeText } from "./decode.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

describe("texts", () => {
  test.each([
    "Gr\u00FC\u00DFe aus M\u00FCnchen",
    "Gr\u00F6\u00DFe",
    "\u00C4\u00F6\u00FC is fine",
    "caf\u00E9",
    "# R\u00E9sum\u00E9\n\nD\u00E9j\u00E0 \u00E9t\u00E9 \u00E0 No\u00EBl, \u00AB gar\u00E7on \u00BB ?\n",
    "el ni\u00F1o y la ni\u00F1a: \u00BFqu\u00E9 a\u00F1o?",
    "bl\u00E5b\u00E6rsyltet\u00F8y",
    "\u00C5\u00E9\u00EDslenska \u00FEj\u00F3\u00F0 \u00E1 \u00FEingi",
    "5 \u00B0C, \u00A7 12, \u00A9 1998",
  ])("one-byte %j is windows-1252, and says so", (text) => {
    expect(decodeText(latin1(text))).toEqual({ kind: "text", text, metadata: { encoding: "windows-1252" } });
  });

  test("typographic quotes of windows-1252 are read", () => {
    const bytes = Buffer.concat([
      Buffer.from("It"),
      Buffer.from([0x92]),
      Buffer.from("s "),
      Buffer.from([0x93, 0x61, 0x94]),
    ]);
    expect(decodeText(bytes)).toMatchObject({
      text: "It\u2019s \u201Ca\u201D",
      metadata: { encoding: "windows-1252" },
    });
  });

  test("UTF-8 with a few broken bytes stays UTF-8, and they are counted", () => {
    const words = Buffer.from("Größe, Übermut, naïve; ".repeat(4));
    const broken = Buffer.concat([words, Buffer.from([0xfc, 0x20, 0xff]), words]);
    expect(decodeText(broken)).toMatchObject({ kind: "text", metadata: { invalidCharacters: 2 } });
    expect(decodeText(broken)).toMatchObject({ text: expect.stringContaining("Größe") });
  });

  test("a character that is cut at the end is one broken character", () => {
    const text = "the only accent stands at the very end: café";
    expect(decodeText(Buffer.from(text).subarray(0, -1))).toMatchObject({ metadata: { invalidCharacters: 1 } });
    expect(decodeText(Buffer.from("the price is 5 €").subarray(0, -1))).toMatchObject({
      metadata: { invalidCharacters: 1 },
    });
  });

  test("plain text with stray bytes that are no letters keeps its text", () => {
    const bytes = Buffer.concat([Buffer.from("name = value\n".repeat(20)), Buffer.from([0x81, 0x8d])]);
    expect(decodeText(bytes)).toMatchObject({ kind: "text", metadata: { invalidCharacters: 2 } });
  });

  test("terminal colours, form feeds and Chinese are text", () => {
    expect(decodeText(Buffer.from("\u001b[31mred\u001b[0m\n\f\n"))).toMatchObject({ kind: "text", metadata: {} });
    expect(decodeText(Buffer.from("这是一个自述文件"))).toMatchObject({ kind: "text", metadata: {} });
  });
});

/** The same bytes in every run, as even as random ones. */
function noise(seed: number, length: number): Buffer {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash("sha256").update(`${seed}:${at}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, length);
}

describe("binaries", () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  // Without NULs, so that they alone do not decide.
  const withoutNul = (bytes: Buffer): Buffer => Buffer.from(bytes.filter((byte) => byte !== 0));
  const kinds = (samples: readonly Buffer[]): string[] => [...new Set(samples.map((bytes) => decodeText(bytes).kind))];

  test.each([64, 256, 4_096])("%d random bytes", (length) => {
    expect(kinds(seeds.map((seed) => withoutNul(noise(seed, length))))).toEqual(["binary"]);
  });

  test("compressed data", () => {
    const texts = seeds
      .slice(0, 50)
      .map((seed) => Buffer.from(`some words ${seed} `.repeat(3) + noise(seed, 200).toString("hex")));
    for (const compress of [gzipSync, deflateSync, zstdCompressSync])
      expect(kinds(texts.map((text) => withoutNul(compress(text))))).toEqual(["binary"]);
  });

  test.each([
    ["a PNG head", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")],
    ["a PNG signature alone", Buffer.from("89504e470d0a1a0a", "hex")],
    ["an ELF head", Buffer.from("7f454c46020101000000000000000000", "hex")],
    ["an ELF head without its NULs", Buffer.from("7f454c46020101", "hex")],
    ["UTF-16 without a mark", Buffer.from("plain words", "utf16le")],
    ["Chinese UTF-16 without a mark", Buffer.from("这是一个自述文件没有标记", "utf16le")],
    ["bytes of which few are letters", Buffer.from([0x80, 0x81, 0x82, 0x61])],
    ["a text with a NUL far in", Buffer.from(`${"a".repeat(10_000)}\0`)],
  ])("%s", (_name, bytes) => expect(decodeText(bytes)).toEqual({ kind: "binary" }));
});
