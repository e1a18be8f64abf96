import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { DamagedFile } from "./extracted.ts";
import { openZip, UnreadableArchive, type ZipArchive } from "./zip-archive.ts";

const zipOf = (files: Record<string, string>): Buffer =>
  Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))));

async function textOf(zip: ZipArchive, name: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of zip.stream(name)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test("entries are found without case and with either slash", async () => {
  const zip = openZip(zipOf({ "Word\\Document.xml": "text", "b.txt": "b".repeat(200_000) }));
  expect(zip.names).toEqual(["Word/Document.xml", "b.txt"]);
  expect(await textOf(zip, "word/document.XML")).toBe("text");
  expect(await textOf(zip, "b.txt")).toHaveLength(200_000);
  expect(await textOf(zip, "missing")).toBe("");
});

test("an archive behind other bytes is read", async () => {
  const prefix = Buffer.from("PK a program that unpacks itself");
  expect(await textOf(openZip(Buffer.concat([prefix, zipOf({ a: "text" })])), "a")).toBe("text");
});

test("files that are none, and those cut short, are damaged", async () => {
  expect(() => openZip(Buffer.from("plain text"))).toThrow(new DamagedFile("is no ZIP file"));
  const zip = zipOf({ a: "text" });
  for (let end = 0; end < zip.length; end++) expect(() => openZip(zip.subarray(0, end))).toThrow(DamagedFile);
});

test("an entry whose bytes are broken or elsewhere is damaged", async () => {
  const broken = zipOf({ a: "text that is long enough to be packed ".repeat(20) });
  broken.fill(0xff, 40, 60);
  await expect(textOf(openZip(broken), "a")).rejects.toThrow(DamagedFile);
  const moved = zipOf({ a: "text" });
  moved.writeUInt32LE(0x7fffffff, moved.indexOf("PK\u0001\u0002") + 42);
  await expect(textOf(openZip(moved), "a")).rejects.toThrow("has no entry where its directory says");
});

test("what an entry unpacks to is counted as it comes, not as its header says", async () => {
  // A directory of the same packed entry a hundred times over, each of which says that it is empty.
  const packed = zipOf({ a: "\0".repeat(20_000_000) });
  const directory = packed.subarray(packed.indexOf("PK\u0001\u0002"), packed.length - 22);
  directory.writeUInt32LE(0, 24);
  const rows = Array.from({ length: 100 }, (_, index) => {
    const row = Buffer.from(directory);
    row.write(String.fromCharCode(0x30 + index), 46, "latin1");
    return row;
  });
  const end = Buffer.from(packed.subarray(packed.length - 22));
  const all = Buffer.concat(rows);
  end.writeUInt32LE(all.length, 12);
  const zip = openZip(Buffer.concat([packed.subarray(0, packed.length - 22 - directory.length), all, end]));
  const readAll = async (): Promise<void> => {
    for (const name of zip.names)
      for await (const piece of zip.stream(name)) expect(piece.length).toBeLessThanOrEqual(65_536);
  };
  await expect(readAll()).rejects.toThrow(UnreadableArchive);
});

test("an encrypted entry is locked", async () => {
  const zip = zipOf({ a: "text" });
  const at = zip.indexOf("PK\u0001\u0002") + 8;
  zip.writeUInt16LE(zip.readUInt16LE(at) | 1, at);
  await expect(textOf(openZip(zip), "a")).rejects.toMatchObject({ reason: "locked" });
});
