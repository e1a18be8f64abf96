import { expect, test } from "vitest";
import {
  exifSegment,
  heifBytes,
  iptcSegment,
  jpegBytes,
  pngBytes,
  resourceBytes,
  tiffBytes,
  xmpPacket,
  xmpSegment,
  type Field,
} from "../../test/fixtures/samples/image-bytes.ts";
import {
  cameraFields,
  exposureFields,
  imagesSamples,
  photoTiff,
  placeFields,
} from "../../test/fixtures/samples/images.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import type { Unread } from "./document-reader.ts";
import { runFileTask } from "./file-tasks.ts";

async function read(path: string, content: string | Buffer, isWhole = true): Promise<PhotoFacts | Unread> {
  await using tree = await makeTree({ [path]: content });
  return runFileTask("photo", { root: tree.path, path, isWhole });
}

async function photo(path: string, content: string | Buffer): Promise<PhotoFacts> {
  const result = await read(path, content);
  if (result.kind !== "photo") throw new Error(JSON.stringify(result));
  return result;
}

const valueOf = ({ tags }: PhotoFacts, block: string, name: string): unknown =>
  tags?.find((tag) => tag.block === block && tag.name === name)?.value;

const jpegOf = (tiff: Buffer): Buffer => jpegBytes({ segments: [exifSegment(tiff)] });

test.each(imagesSamples)("$path tells its format, and whether it has EXIF", async ({ path, bytes }) => {
  const result = await photo(path, Buffer.from(await bytes()));
  expect(result.format).toBe(result.facts["format"]);
  expect(result.hasExif).toBe(!/\.(gif|bmp|ico|svg)$/.test(path));
  expect((result.tags?.length ?? 0) > 5).toBe(result.hasExif);
});

test("a picture whose name says nothing is known by its bytes, and one under a wrong name is told by them", async () => {
  expect(await photo("IMG_0001", jpegOf(photoTiff))).toMatchObject({ format: "JPEG", hasExif: true });
  expect(await photo("phone.jpg", heifBytes({ brand: "heic", exif: photoTiff }))).toMatchObject({ format: "HEIC" });
});

test("what is no image is left alone, what is a broken one is damaged, and neither is an error", async () => {
  expect(await read("notes.md", "# Hi")).toMatchObject({ reason: "filtered" });
  expect(await read("LICENSE", "words")).toMatchObject({ reason: "filtered" });
  expect(await read("a.jpg", "words")).toMatchObject({ reason: "damaged" });
  expect(await read("a.jpg", "")).toMatchObject({ reason: "empty" });
});

test("a format that is known by its name only says so, unless the bytes are of another", async () => {
  expect(await photo("a.jxl", "\xff\x0a")).toMatchObject({ format: "JXL", hasExif: null, facts: { format: "JXL" } });
  expect(await photo("a.raw", tiffBytes({ image: cameraFields, exif: exposureFields }))).toMatchObject({
    format: "TIFF",
    hasExif: true,
  });
});

test("every block is told with its tags: directories, thumbnail, IPTC and XMP with lists, languages and structures", async () => {
  const xmp = xmpPacket(
    'xmp:Rating="4"',
    `<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>port</rdf:li></rdf:Bag></dc:subject>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea</rdf:li><rdf:li xml:lang="de">Meer</rdf:li></rdf:Alt></dc:title>
<photoshop:Contact rdf:parseType="Resource"><photoshop:Town>Rome</photoshop:Town></photoshop:Contact>`,
  );
  const tiff = tiffBytes({
    image: cameraFields,
    exif: [...exposureFields, [0x9000, 7, Buffer.from("0232")]],
    gps: placeFields,
    pages: [[[0x11a, 5, [[72, 1]]]]],
  });
  const iptc = Buffer.from("\x1c\x02\x19\0\x03sea\x1c\x02\x19\0\x04port", "latin1");
  const result = await photo("a.jpg", jpegBytes({ segments: [exifSegment(tiff), iptcSegment(iptc), xmpSegment(xmp)] }));
  expect(valueOf(result, "IFD0", "Model")).toBe("Canon EOS R5");
  expect(valueOf(result, "EXIF", "ExposureTime")).toBe(1 / 250);
  expect(valueOf(result, "EXIF", "ExifVersion")).toBe("0232");
  expect(valueOf(result, "GPS", "GPSLatitude")).toEqual([48, 51, 29.52]);
  expect(valueOf(result, "IFD1", "XResolution")).toBe(72);
  expect(valueOf(result, "IPTC", "Keywords")).toEqual(["sea", "port"]);
  expect(valueOf(result, "XMP", "dc:subject")).toEqual(["sea", "port"]);
  expect(valueOf(result, "XMP", "dc:title")).toBe("Sea");
  expect(valueOf(result, "XMP", "dc:title[de]")).toBe("Meer");
  expect(valueOf(result, "XMP", "photoshop:Contact/photoshop:Town")).toBe("Rome");
  expect(valueOf(result, "XMP", "xmp:Rating")).toBe("4");
});

test("fractions over zero are named as such, and unnamed fields go by their numbers", async () => {
  const lens: Field = [
    0xa432,
    5,
    [
      [24, 1],
      [70, 1],
      [0, 0],
      [1, 0],
    ],
  ];
  const result = await photo("a.jpg", jpegOf(tiffBytes({ image: cameraFields, exif: [lens, [0xfff0, 3, 7]] })));
  expect(valueOf(result, "EXIF", "LensSpecification")).toEqual([24, 70, "undef", "inf"]);
  expect(valueOf(result, "EXIF", "0xfff0")).toBe(7);
});

test("a comment in Unicode is read, whichever byte order its program used, and is a caption", async () => {
  const text = Buffer.from("Grüße, 夕暮れ", "utf16le");
  for (const letters of [text, Buffer.from(text).swap16()]) {
    const exif: Field[] = [[0x9286, 7, Buffer.concat([Buffer.from("UNICODE\0"), letters])]];
    const result = await photo("a.jpg", jpegOf(tiffBytes({ image: cameraFields, exif })));
    expect(valueOf(result, "EXIF", "UserComment")).toBe("Grüße, 夕暮れ");
    expect(result.facts["caption"]).toBe("Grüße, 夕暮れ");
  }
});

test("blocks that ImageMagick writes into a PNG as hex are read like its own", async () => {
  const raw = (kind: string, bytes: Buffer): [string, Buffer] => [
    "tEXt",
    Buffer.from(
      `Raw profile type ${kind}\0\n${kind} profile\n${String(bytes.length).padStart(8)}\n${bytes.toString("hex")}\n`,
    ),
  ];
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), photoTiff]);
  const iptc = resourceBytes(0x0404, Buffer.from("\x1c\x02\x19\0\x03sea", "latin1"));
  const png = pngBytes({
    before: [raw("exif", exif), raw("iptc", iptc), raw("xmp", Buffer.from(xmpPacket('xmp:Rating="4"')))],
  });
  const result = await photo("a.png", png);
  expect(result.facts).toMatchObject({ camera: "Canon EOS R5", keywords: "sea", rating: 4 });
  expect(valueOf(result, "EXIF", "FNumber")).toBe(2.8);
  expect(result.facts).not.toHaveProperty("isDamaged");
});

test("a maker note that nobody takes apart is told by its size", async () => {
  const tiff = tiffBytes({ image: [[0x10f, 2, "NIKON"]], exif: [[0x927c, 7, Buffer.alloc(1_234)]] });
  const { tags } = await photo("a.jpg", jpegOf(tiff));
  expect(tags).toContainEqual({
    block: "MakerNote",
    name: "MakerNote",
    text: "1,234 bytes, not taken apart",
    value: null,
  });
});

test("maker notes of Canon and Pentax are told as far as the library knows them", async () => {
  const canon = canonNoteTiff();
  const result = await photo("a.jpg", jpegOf(canon));
  expect(valueOf(result, "MakerNote", "LensModel")).toBe("EF24-105mm f/4L IS USM");
  const note = Buffer.concat([
    Buffer.from("PENTAX \0II"),
    Buffer.from([1, 0, 0x05, 0, 4, 0, 1, 0, 0, 0, 0x54, 0x32, 1, 0, 0, 0, 0, 0]),
  ]);
  const pentax = tiffBytes({ image: [[0x10f, 2, "RICOH"]], exif: [[0x927c, 7, note]] });
  expect(valueOf(await photo("b.jpg", jpegOf(pentax)), "MakerNote", "PentaxModelID")).toBe(0x13254);
});

/** Canon's directory counts from the start of the TIFF, and begins without a header. */
function canonNoteTiff(): Buffer {
  const text = Buffer.from("EF24-105mm f/4L IS USM\0");
  const note = Buffer.alloc(2 + 12 + 4 + text.length);
  const tiff = tiffBytes({ image: [[0x10f, 2, "Canon"]], exif: [[0x927c, 7, note]] });
  const noteAt = tiff.length - note.length;
  note.writeUInt16LE(1, 0);
  note.writeUInt16LE(0x95, 2);
  note.writeUInt16LE(2, 4);
  note.writeUInt32LE(text.length, 6);
  note.writeUInt32LE(noteAt + 18, 10);
  text.copy(note, 18);
  note.copy(tiff, noteAt);
  return tiff;
}

test("directories that lead to one another end, and all that stands in them is told once", async () => {
  const tiff = tiffBytes({ image: cameraFields, exif: exposureFields, gps: placeFields });
  const fields = tiff.readUInt16LE(8);
  // The next directory is the first one again, and GPS stands where EXIF does.
  tiff.writeUInt32LE(8, 10 + fields * 12);
  const entry = (tag: number): number =>
    Array.from({ length: fields }, (_, index) => 10 + index * 12).find((at) => tiff.readUInt16LE(at) === tag) ?? 0;
  tiff.writeUInt32LE(tiff.readUInt32LE(entry(0x8769) + 8), entry(0x8825) + 8);
  const result = await photo("a.jpg", jpegOf(tiff));
  expect(result.facts).toMatchObject({ camera: "Canon EOS R5", isDamaged: true });
  expect(result.tags?.filter(({ name }) => name === "Make")).toHaveLength(1);
  expect(result.tags?.filter(({ name }) => name === "FNumber")).toHaveLength(1);
});

test("lengths that lie cost nothing: what lies outside of the file is left out and counted, the rest is told", async () => {
  const tiff = tiffBytes({ image: [...cameraFields, [0x10e, 2, "a caption of some length"]], exif: exposureFields });
  const caption = 10 + 12 * [0x10e, 0x10f].indexOf(0x10e);
  tiff.writeUInt32LE(0xff_ff_ff_f0, caption + 4);
  const result = await photo("a.jpg", jpegOf(tiff));
  expect(result.facts).toMatchObject({ camera: "Canon EOS R5", isDamaged: true });
  expect(valueOf(result, "EXIF", "FNumber")).toBe(2.8);
  expect(valueOf(result, "IFD0", "ImageDescription")).toBeUndefined();
});

test("a field of a million numbers is told by its first, and how many there are", async () => {
  const offsets: Field = [0x111, 4, Array.from({ length: 10_000 }, (_, index) => index)];
  const result = await photo("a.tif", tiffBytes({ image: [[0x100, 4, 9], [0x101, 4, 9], ...cameraFields, offsets] }));
  const tag = result.tags?.find(({ name }) => name === "StripOffsets");
  expect(tag?.value).toBeNull();
  expect(tag?.text).toMatch(/^0, 1, 2, .*\(the first of 10,000\)$/s);
  expect(tag?.text.length).toBeLessThan(2_100);
});

test("thousands of unknown fields that share one place are bounded, and what is left out is counted", async () => {
  const fields = Array.from({ length: 3_000 }, (_, index): Field => [0x2000 + index, 2, "x".repeat(6)]);
  const result = await photo("a.tif", tiffBytes({ image: [[0x100, 4, 9], [0x101, 4, 9], ...fields] }));
  expect(result.tags).toHaveLength(2_000);
});

test("XMP that never ends, nests or repeats is bounded", async () => {
  const many = xmpPacket("", Array.from({ length: 2_000 }, (_, index) => `<dc:a${index}>x</dc:a${index}>`).join(""));
  for (const packet of ["<a>".repeat(15_000), many, "&&&".repeat(10_000)]) {
    const result = await photo("a.jpg", jpegBytes({ segments: [exifSegment(photoTiff), xmpSegment(packet)] }));
    expect(result.facts["camera"]).toBe("Canon EOS R5");
    expect(result.tags?.length).toBeLessThanOrEqual(2_000);
  }
});

test.each(imagesSamples)("half of $path tells what stands in that half, or is damaged", async ({ path, bytes }) => {
  const whole = Buffer.from(await bytes());
  for (const share of [0.1, 0.3, 0.5, 0.8, 0.97]) {
    const result = await read(path, whole.subarray(0, Math.ceil(whole.length * share)));
    expect(["photo", "damaged"]).toContain(result.kind === "skipped" ? result.reason : result.kind);
  }
});

test("a clock without a zone gets one from the GPS time, as likely and not as a fact", async () => {
  const time: Field = [
    7,
    5,
    [
      [17, 1],
      [32, 1],
      [5, 1],
    ],
  ];
  const gps: Field[] = [...placeFields, time, [0x1d, 2, "2024:07:14"]];
  const exif = exposureFields.filter(([tag]) => tag !== 0x9011);
  const result = await photo("a.jpg", jpegOf(tiffBytes({ image: cameraFields, exif, gps })));
  expect(result).toMatchObject({ gpsTime: "2024-07-14T17:32:05Z", inferredZone: "+02:00" });
  expect(result.facts["takenAt"]).toBe("2024-07-14T19:32:05.120");
});
