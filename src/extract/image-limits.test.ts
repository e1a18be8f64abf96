import { expect, test } from "vitest";
import { extracted, reasonOf } from "../../test/fixtures/extraction.ts";
import {
  exifSegment,
  jpegBytes,
  pngBytes,
  tiffBytes,
  webpBytes,
  xmpPacket,
  xmpSegment,
} from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields, exposureFields, photoTiff } from "../../test/fixtures/samples/images.ts";
import { type FileContent } from "./extracted.ts";
import { extractFile } from "./registry.ts";

test("long texts and many keywords are bounded, and say so", async () => {
  const items = Array.from({ length: 60 }, (_, index) => `<rdf:li>word${index}</rdf:li>`).join("");
  const packet = xmpPacket(
    "",
    `<dc:title><rdf:Alt><rdf:li>${"t".repeat(900)}</rdf:li></rdf:Alt></dc:title>
     <dc:description><rdf:Alt><rdf:li>${"c".repeat(9_000)}</rdf:li></rdf:Alt></dc:description>
     <dc:subject><rdf:Bag>${items}</rdf:Bag></dc:subject>`,
  );
  const { metadata } = await extracted("a.jpg", jpegBytes({ segments: [xmpSegment(packet)] }));
  expect(String(metadata["title"])).toMatch(/^t{199}…$/);
  expect(String(metadata["caption"])).toMatch(/^c{1999}…$/);
  expect(String(metadata["keywords"])).toMatch(/word49, and 10 more$/);
});

test("a text of a PNG that is packed is read, and one that would unpack to a flood is not", async () => {
  const { deflateSync } = await import("node:zlib");
  const packed = (text: Buffer): Buffer => Buffer.concat([Buffer.from("Title\0\0"), deflateSync(text)]);
  const fine = await extracted("a.png", pngBytes({ before: [["zTXt", packed(Buffer.from("Harbour"))]] }));
  expect(fine.metadata).toMatchObject({ title: "Harbour" });
  const flood = await extracted("a.png", pngBytes({ before: [["zTXt", packed(Buffer.alloc(50_000_000, 65))]] }));
  expect(flood.metadata).toMatchObject({ isDamaged: true, width: 64 });
  expect(flood.metadata).not.toHaveProperty("title");
});

test("of a broken picture what can be read is kept, and it is said", async () => {
  const jpeg = jpegBytes({ segments: [exifSegment(photoTiff)] });
  const cut = await extracted("a.jpg", jpeg.subarray(0, jpeg.length - 20));
  expect(cut.metadata).toMatchObject({ camera: "Canon EOS R5", isDamaged: true });
  const png = await extracted("a.png", pngBytes({ width: 640 }).subarray(0, 60));
  expect(png.metadata).toMatchObject({ width: 640, isDamaged: true });
  const webp = await extracted("a.webp", webpBytes({ width: 640 }).subarray(0, 40));
  expect(webp.metadata).toMatchObject({ width: 640, isDamaged: true });
});

test("a size that no picture has is not believed", async () => {
  const { metadata } = await extracted(
    "a.png",
    pngBytes({ width: 4_000_000_000, height: 2, before: [["eXIf", photoTiff]] }),
  );
  expect(metadata).toMatchObject({ isDamaged: true, camera: "Canon EOS R5" });
  expect(metadata).not.toHaveProperty("width");
  expect(await reasonOf("a.png", pngBytes({ width: 4_000_000_000, height: 0 }))).toBe("damaged");
});

test("directories that lead in a circle end", async () => {
  const tiff = tiffBytes({ image: [[0x100, 4, 100], [0x101, 4, 50], ...cameraFields], exif: exposureFields });
  tiff.writeUInt32LE(8, 8 + 2 + tiff.readUInt16LE(8) * 12);
  expect((await extracted("a.tif", tiff)).metadata).toMatchObject({
    width: 100,
    isDamaged: true,
    camera: "Canon EOS R5",
  });
});

test("XMP that nests without end, or is no XML, ends soon and leaves the rest", async () => {
  for (const packet of [
    "<a>".repeat(15_000),
    `${xmpPacket('xmp:Rating="3"')}<<<<<<&&&&`.repeat(3),
    "&&&".repeat(15_000),
  ]) {
    const { metadata } = await extracted(
      "a.jpg",
      jpegBytes({ segments: [exifSegment(photoTiff), xmpSegment(packet)] }),
    );
    expect(metadata).toMatchObject({ camera: "Canon EOS R5", isDamaged: true });
  }
});

test("XMP that is made of zeros costs no time", async () => {
  const packet = `${"\0".repeat(60_000)}x`;
  const tiff = tiffBytes({ image: [...cameraFields, [0x2bc, 7, Buffer.from(packet.repeat(15))]] });
  expect((await extracted("a.tif", tiff)).metadata).toMatchObject({ camera: "Canon EOS R5", isDamaged: true });
});

test("blanks that a program left at the end of its packet are no fault", async () => {
  const packet = xmpPacket('xmp:Rating="3"').replace("<?xpacket end", `${" \n".repeat(10_000)}<?xpacket end`);
  const { metadata } = await extracted("a.jpg", jpegBytes({ segments: [xmpSegment(`${packet}\n\0\0`)] }));
  expect(metadata).toMatchObject({ rating: 3 });
  expect(metadata).not.toHaveProperty("isDamaged");
});

test("an SVG that is no drawing is damaged; one that is cut keeps what stands before the cut", async () => {
  expect(await reasonOf("a.svg", "<html><title>x</title></html>")).toBe("damaged");
  expect(await reasonOf("a.svg", "hello")).toBe("damaged");
  const cut = await extracted("a.svg", '<svg width="10mm" height="1in"><title>Plan</title><text>open');
  expect(cut.metadata).toMatchObject({ title: "Plan", width: 37.8, height: 96, isDamaged: true });
});

test("an SVG of many megabytes is read at its beginning, and it is said", async () => {
  const text = `<svg><title>Map</title>${'<path d="M0 0"/>'.repeat(200_000)}</svg>`;
  expect((await extracted("a.svg", text)).metadata).toMatchObject({ title: "Map", isPartlyRead: true });
});

/** Counts the bytes that are asked for. */

function counted(file: FileContent): { file: FileContent; readBytes: () => number } {
  let sum = 0;
  const read: FileContent["read"] = async (offset, length) => {
    sum += length;
    return file.read(offset, length);
  };
  return { file: { ...file, read }, readBytes: () => sum };
}

test("a TIFF of 2 GB costs as much as a small one", async () => {
  const sizeBytes = 2_000_000_000;
  const head = Buffer.from("II*\0\0\0\0\0", "latin1");
  const at = sizeBytes - 4_096;
  head.writeUInt32LE(at, 4);
  const tail = Buffer.alloc(4_096);
  // A directory at the very end, as scanners write it; its values stand in it.
  tail.writeUInt16LE(2, 0);
  for (const [index, [tag, value]] of [
    [0x100, 40_000],
    [0x101, 30_000],
  ].entries()) {
    tail.writeUInt16LE(tag ?? 0, 2 + index * 12);
    tail.writeUInt16LE(4, 4 + index * 12);
    tail.writeUInt32LE(1, 6 + index * 12);
    tail.writeUInt32LE(value ?? 0, 10 + index * 12);
  }
  const { file, readBytes } = counted({
    path: "scan.tif",
    sizeBytes,
    read: async (offset, length) => {
      const bytes = Buffer.alloc(Math.min(length, sizeBytes - offset));
      if (offset < head.length) head.copy(bytes, 0, offset);
      if (offset + bytes.length > at) tail.copy(bytes, Math.max(0, at - offset), Math.max(0, offset - at));
      return bytes;
    },
  });
  const extraction = await extractFile(file);
  expect(extraction).toMatchObject({ document: { content: { metadata: { width: 40_000, height: 30_000 } } } });
  expect(readBytes()).toBeLessThan(200_000);
});

test("a file that points everywhere is read up to 8 MiB", async () => {
  // A JPEG of nothing but empty comments, each as long as can be.
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(65_533, 0x20)]);
  const bytes = Buffer.concat([Buffer.from([0xff, 0xd8]), ...Array.from({ length: 400 }, () => segment)]);
  const { file, readBytes } = counted({
    path: "a.jpg",
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  });
  expect(await extractFile(file)).toMatchObject({ kind: "skipped", reason: "damaged" });
  expect(readBytes()).toBeLessThanOrEqual(8 * 1024 * 1024);
});

test("a picture of a thousand packed texts is unpacked up to a limit", async () => {
  const { deflateSync } = await import("node:zlib");
  const flood = deflateSync(Buffer.alloc(1_000_000, 65));
  const before = Array.from({ length: 900 }, () => {
    return ["iTXt", Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\x01\0\0\0"), flood])] as const;
  });
  expect((await extracted("a.png", pngBytes({ before }))).metadata).toMatchObject({ width: 64, isDamaged: true });
});

test("a number of megabytes in a drawing is no size", async () => {
  const { metadata } = await extracted("a.svg", `<svg width="${"1".repeat(1_900_000)}x" viewBox="0 0 3 2"/>`);
  expect(metadata).toEqual({ format: "SVG" });
});

test("a drawing with more text than is kept keeps the beginning, and it is said", async () => {
  const { text, metadata } = await extracted("a.svg", `<svg><text>${"word ".repeat(100_000)}</text></svg>`);
  expect(metadata).toMatchObject({ isPartlyRead: true });
  expect(text.length).toBeGreaterThan(19_000);
  expect(text.length).toBeLessThan(21_000);
});
