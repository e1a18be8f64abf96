import { describe, expect, test } from "vitest";
import { gunzipSync, gzipSync } from "node:zlib";
import { forged, partsOf, smallExport, type Line } from "../../test/fixtures/exported-file.ts";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { CommonsError } from "../core/errors.ts";

const seed = Number(process.env["COMMONS_TEST_SEED"] ?? 5);

async function errorOf(file: Buffer): Promise<CommonsError> {
  const thrown: unknown = await partsOf(file).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof CommonsError) return thrown;
  throw new Error(`It was not refused, but gave ${String(thrown)}`);
}

/** What the reader says of the file; it must be refused. */
async function refusal(file: Buffer): Promise<string> {
  const error = await errorOf(file);
  expect(error).toMatchObject({ code: "EXPORT_UNUSABLE" });
  return error.message;
}

const field = (line: Line | undefined, key: string): Line => {
  // Safe: the tests below name lines whose value is an object.
  return line?.[key] as Line;
};
const replaced = (lines: readonly Line[], key: string, change: Line): Line[] => {
  const at = lines.findIndex((line) => key in line);
  return lines.with(at, { [key]: { ...field(lines[at], key), ...change } });
};

describe("a file that is not whole", () => {
  test("is refused wherever it is cut", async () => {
    const file = await smallExport();
    for (let length = 0; length < file.byteLength; length++)
      expect(await refusal(file.subarray(0, length)), `${length} bytes`).not.toBe("");
  });

  test("is refused when it was cut before it was compressed", async () => {
    const text = gunzipSync(await smallExport());
    for (let length = 0; length < text.byteLength - 1; length += 7)
      expect(await refusal(gzipSync(text.subarray(0, length))), `${length} bytes`).not.toBe("");
  });

  test("is refused when a byte of it is another one", async () => {
    const file = await smallExport();
    const random = randomNumbers(seed);
    for (let at = 0; at < file.byteLength; at++) {
      // Of the ten bytes in front of the compressed ones, some say only when and where it was made.
      if (at >= 3 && at < 10) continue;
      const altered = Buffer.from(file);
      altered[at] = (altered[at] ?? 0) ^ (1 + random(255));
      await expect(refusal(altered), `byte ${at}, COMMONS_TEST_SEED=${seed}`).resolves.toBeTypeOf("string");
    }
  });

  test("is refused when a letter was changed and it was compressed again", async () => {
    const text = gunzipSync(await smallExport()).toString("utf8");
    expect(await refusal(gzipSync(text.replace("login.ts", "l0gin.ts")))).toBe(
      "The file was altered: its sha256 is another one.",
    );
  });

  test("is refused when something stands behind its end", async () => {
    const file = await smallExport();
    expect(await refusal(Buffer.concat([file, Buffer.from("more")]))).toMatch(/damaged, or something stands behind/);
    expect(await refusal(Buffer.concat([file, file]))).toMatch(/behind the end/);
  });
});

describe("a file that is something else", () => {
  test.each([
    ["is empty", Buffer.alloc(0), /cut short/],
    ["is no gzip", Buffer.from("plain words"), /not compressed by gzip/],
    ["is gzip of text", gzipSync("plain words\n"), /no export of a collection/],
    ["is gzip of other JSON", gzipSync('{"documents":[]}\n'), /no export of a collection/],
    ["is gzip of nothing", gzipSync(""), /cut short/],
    ["is no UTF-8", gzipSync(Buffer.from([0x22, 0xff, 0x22, 0x0a])), /no export of a collection/],
  ])("is refused when it %s", async (_what, file, message) => {
    expect(await refusal(file)).toMatch(message);
  });

  test("is told to be of a newer version", async () => {
    const file = forged(await smallExport(), (lines) => replaced(lines, "header", { version: 2, future: true }));
    const error = await errorOf(file);
    expect(error.message).toContain("version 2");
    expect(error.hint).toContain("Update chroma-commons");
  });
});

const stat = (change: Line): Line => ({ stat: { sizeBytes: 1, mtimeMs: 1, signature: "", ...change } });

describe("a file that was made to do harm", () => {
  const bomb = (text: string, times: number) => gzipSync(text.repeat(times), { level: 1 });

  test("is refused when one line never ends", async () => {
    expect(await refusal(bomb("x".repeat(1_000_000), 20))).toMatch(/longer than any/);
  });

  test("is refused when it unpacks to far more than it may", async () => {
    const [header, source] = gunzipSync(await smallExport())
      .toString("utf8")
      .split("\n");
    const scope = { directory: "", recursive: true, categories: null, extensions: null, maxFiles: null };
    const line = JSON.stringify({ scope: { source: 0, scope: { ...scope, includeContent: true } } });
    const lines = [header, source, ...Array.from({ length: 12 }, () => line + " ".repeat(7_000_000)), ""];
    expect(await refusal(gzipSync(lines.join("\n")))).toMatch(/unpacks to far more/);
  });

  test.each<[string, (lines: Line[]) => Line[], RegExp]>([
    ["has no header", (lines) => lines.slice(1), /no export of a collection/],
    ["has two headers", (lines) => [...lines, ...lines.slice(0, 1)], /two headers/],
    ["names a source that has not come", (lines) => lines.filter((line) => !("source" in line)), /names source 0/],
    ["names an author that has not come", (lines) => lines.filter((line) => !("author" in line)), /names author 0/],
    ["names a text that has not come", (lines) => lines.filter((line) => !("text" in line)), /names text 0/],
    [
      "has a passage without a document",
      (lines) => lines.filter((line) => !("document" in line)),
      /without its document/,
    ],
    [
      "has a document twice",
      (lines) => [...lines, ...lines.filter((line) => "document" in line)],
      /stands in the file twice/,
    ],
    [
      "has a text twice",
      (lines) => [...lines, ...lines.filter((line) => "text" in line)],
      /text stands in the file twice/,
    ],
    [
      "has a source twice",
      (lines) => [...lines, ...lines.filter((line) => "source" in line)],
      /source stands in the file twice/,
    ],
    ["has a path with a zero character", (lines) => replaced(lines, "document", { path: "a\0b" }), /zero character/],
    ["has a path without end", (lines) => replaced(lines, "document", { path: "a".repeat(5_000) }), /document.path/],
    [
      "has a source key that would make ids ambiguous",
      (lines) => replaced(lines, "source", { key: "a/b" }),
      /source.key/,
    ],
    ["has a field that is not known", (lines) => replaced(lines, "chunk", { isAdmin: true }), /chunk/],
    ["has a line that is not known", (lines) => [...lines, { command: "rm" }], /none that such a file has/],
    [
      "has a line with a name of JavaScript's own",
      (lines) => [...lines, { constructor: 1 }],
      /none that such a file has/,
    ],
    [
      "has a vector of another length",
      (lines) => replaced(lines, "text", { vector: { scale: 1, data: "AAAA" } }),
      /has 3 numbers/,
    ],
    [
      "has a vector that is no base64",
      (lines) => replaced(lines, "text", { vector: { scale: 1, data: "§§" } }),
      /no base64/,
    ],
    ["has a place that is no number", (lines) => replaced(lines, "chunk", { text: "__proto__" }), /chunk.text/],
    [
      "has a size that no sum has room for",
      (lines) => replaced(lines, "document", stat({ sizeBytes: 1e308 })),
      /sizeBytes/,
    ],
    ["has a time that no date has", (lines) => replaced(lines, "document", stat({ mtimeMs: -1e300 })), /mtimeMs/],
    ["has a line number that no file has", (lines) => replaced(lines, "chunk", { endLine: 9e15 }), /chunk.endLine/],
    [
      "has a passage that ends before it begins",
      (lines) => replaced(lines, "chunk", { startLine: 9 }),
      /before it begins/,
    ],
    ["has a place below 0", (lines) => replaced(lines, "chunk", { text: -1 }), /chunk.text/],
  ])("is refused when it %s", async (_what, change, message) => {
    expect(await refusal(forged(await smallExport(), change))).toMatch(message);
  });

  test.each(["..", "src/../..", "/etc", "C:\\x", "src//a", "./src"])(
    "is refused when it has a scope that leads out of its source: %s",
    async (directory) => {
      const kinds = { categories: null, extensions: null, maxFiles: null };
      const line = { scope: { source: 0, scope: { directory, recursive: true, includeContent: true, ...kinds } } };
      expect(await refusal(forged(await smallExport(), (lines) => [...lines, line]))).toMatch(
        /leads out of its source/,
      );
    },
  );

  test("is refused when its end counts more than there is", async () => {
    const counts = { sources: 1, authors: 1, texts: 2, vectors: 2, documents: 3, chunks: 3, scopes: 0, receipts: 0 };
    expect(await refusal(forged(await smallExport(), (lines) => lines, { counts }))).toBe(
      "The file has 2 documents; its end says 3.",
    );
  });
});
