import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readJsonExport, type JsonExportHead } from "./json-export.ts";
import type { EarlierPage } from "./earlier-place.ts";

/** Reads a text in pieces of a size, as a disk or a pipe may give it. */
async function read(
  text: string | Buffer,
  pieceBytes = 1 << 16,
): Promise<{ head: JsonExportHead | null; pages: EarlierPage[] }> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, at) =>
    bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  );
  const result: { head: JsonExportHead | null; pages: EarlierPage[] } = { head: null, pages: [] };
  for await (const part of readJsonExport(Readable.from(pieces, { objectMode: true })))
    if (part.kind === "head") result.head = part.head;
    else if (part.kind === "page") result.pages.push(part.page);
  return result;
}

const records = [
  {
    id: "doc_1",
    content: 'brackets ] } , and "quotes" and \\ in a text',
    metadata: { full_path: "/workspace/a.ts", chunk_index: 0, tags: ["x", "y"] },
  },
  { id: "doc_2", content: "Zürich, 東京, 😀", metadata: null },
  { id: "doc_3", content: null, metadata: { nested: { a: 1 } } },
];
const exported = { name: "app_code", exported_at: "2026-01-13T21:45:18.000Z", count: 3, documents: records };
const expected = [
  {
    id: "doc_1",
    document: records[0]?.content,
    metadata: { full_path: "/workspace/a.ts", chunk_index: 0, tags: "x, y" },
  },
  { id: "doc_2", document: "Zürich, 東京, 😀", metadata: {} },
  { id: "doc_3", document: null, metadata: { nested: '{"a":1}' } },
];

describe("the JSON of the earlier server", () => {
  it.each([1, 2, 3, 7, 1 << 16])(
    "is read in pieces of %d bytes, pretty or not, with and without a mark at its beginning",
    async (bytes) => {
      for (const text of [
        JSON.stringify(exported),
        JSON.stringify(exported, null, 2),
        `\u{feff}${JSON.stringify(exported)}\n`,
      ]) {
        const { head, pages } = await read(text, text.startsWith("\u{feff}") ? 1 << 16 : bytes);
        expect(head).toEqual({ name: "app_code", exportedAtMs: Date.parse(exported.exported_at), records: 3 });
        expect(pages.flatMap((page) => page.records)).toEqual(expected);
      }
    },
  );

  it("is taken as a bare list of records too, which has no name", async () => {
    const list = [{ id: 7, document: "seven" }, { id: "8", text: "eight", metadata: { a: 1 } }, { content: "no id" }];
    const { head, pages } = await read(JSON.stringify(list));
    expect(head?.name).toBeNull();
    expect(pages).toEqual([
      {
        records: [
          { id: "7", document: "seven", metadata: {} },
          { id: "8", document: "eight", metadata: { a: 1 } },
        ],
        tooLarge: 0,
        withoutId: 1,
      },
    ]);
  });

  it("comes in pages, so that a file of any size needs little memory", async () => {
    const documents = Array.from({ length: 1_000 }, (_, at) => ({
      id: `d${at}`,
      content: "x".repeat(100),
      metadata: {},
    }));
    const { pages } = await read(JSON.stringify({ name: "many", documents }), 4_096);
    expect(pages.map((page) => page.records.length)).toEqual([200, 200, 200, 200, 200]);
  });

  it("leaves out a record that is larger than any that is taken, and goes on", async () => {
    const documents = [
      { id: "huge", content: "x".repeat(9_000_000) },
      { id: "monster", content: "y".repeat(25_000_000) },
      { id: "small", content: "z" },
    ];
    const { pages } = await read(JSON.stringify({ name: "big", documents }));
    expect(pages).toEqual([{ records: [{ id: "small", document: "z", metadata: {} }], tooLarge: 2, withoutId: 0 }]);
  });

  it("is taken as the columns that Chroma's own get() gives", async () => {
    const columns = {
      ids: ["a", 2, "c", {}],
      embeddings: null,
      documents: ["x", null, "z", "w"],
      metadatas: [{ a: 1 }, null, {}, null],
      included: ["documents", "metadatas"],
    };
    const { head, pages } = await read(JSON.stringify(columns), 5);
    expect(head).toEqual({ name: null, exportedAtMs: null, records: null });
    expect(pages).toEqual([
      {
        records: [
          { id: "a", document: "x", metadata: { a: 1 } },
          { id: "2", document: null, metadata: {} },
          { id: "c", document: "z", metadata: {} },
        ],
        tooLarge: 0,
        withoutId: 1,
      },
    ]);
  });

  it("is unpacked where it is compressed", async () => {
    const { head, pages } = await read(gzipSync(JSON.stringify(exported)), 1);
    expect(head?.name).toBe("app_code");
    expect(pages.flatMap((page) => page.records)).toEqual(expected);
  });

  it.each([
    ["cut short", gzipSync(JSON.stringify(exported)).subarray(0, -12)],
    ["damaged", Buffer.concat([gzipSync("[]").subarray(0, 12), Buffer.alloc(40, 7)])],
    ["unpacks to far more", gzipSync(Buffer.alloc(90_000_000, " "))],
  ])("compressed is refused where it is not as such files are: %s", async (message, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      message: expect.stringContaining(message),
    });
  });

  it("leaves out a record whose facts are nested without end", async () => {
    const nested = "[".repeat(200_000) + "]".repeat(200_000);
    const objects = '{"a":'.repeat(200_000) + "1" + "}".repeat(200_000);
    const record = (id: number, fact: string) => `{"id": ${id}, "text": "x", "metadata": {"fact": ${fact}}}`;
    const { pages } = await read(`[${record(1, nested)}, ${record(2, "[[1], [2]]")}, ${record(3, objects)}]`);
    expect(pages).toEqual([
      { records: [{ id: "2", document: "x", metadata: { fact: "1, 2" } }], tooLarge: 0, withoutId: 2 },
    ]);
  });

  it.each([
    ["", "empty"],
    ["   ", "cut short"],
    [JSON.stringify(exported).slice(0, -1), "cut short"],
    [JSON.stringify(exported).slice(0, 150), "cut short"],
    [`${JSON.stringify(exported)} more`, "breaks at byte"],
    ["<html></html>", "breaks at byte 0"],
    ['{"name": "x", "documents": [{"id": }]}', "is broken"],
    ['{"name" "x"}', "breaks at byte 8"],
    ['[{"id": 1, "text": "x"},]', "breaks at byte 24"],
    ['{"documents": [{"id": 1, "text": "x"}],}', "breaks at byte 39"],
    ['{"documents": [{"id": 1, "text": "x"}, {"note": "none"}], "x": 1,,}', "breaks at byte 65"],
    ['{"ids": ["a", "b"], "documents": ["x"]}', "not of one length"],
    ['{"ids": [["a"]], "documents": [["x"]]}', "no records with an id"],
    ['{"documents": ["x"], "metadatas": [{}]}', "no records with an id"],
    ['[{"text": "no id"}]', "no records with an id"],
    ['{"name": "x"}', "no list of documents"],
    [JSON.stringify({ documents: Array.from({ length: 30 }, () => "text only") }), "no records with an id"],
    [Buffer.from([0x5b, 0x7b, 0x22, 0xff, 0x22, 0x7d, 0x5d]), "breaks at byte"],
  ])("that is none is refused: %j", async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      message: expect.stringContaining(message),
    });
  });
});
