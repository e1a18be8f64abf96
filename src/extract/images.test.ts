import { expect, test } from "vitest";
import { extracted, extract, reasonOf } from "../../test/fixtures/extraction.ts";
import {
  exifSegment,
  gifBytes,
  heifBytes,
  iptcBytes,
  iptcSegment,
  jpegBytes,
  pngBytes,
  tiffBytes,
  webpBytes,
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
  writtenIptc,
  writtenXmp,
} from "../../test/fixtures/samples/images.ts";
import type { FileContent } from "./extracted.ts";
import { extractFile, listFileTypes } from "./registry.ts";

const photo = (...tiff: Parameters<typeof tiffBytes>): Buffer =>
  jpegBytes({ segments: [exifSegment(tiffBytes(...tiff))] });

const sampleOf = async (ending: string): Promise<Buffer> => {
  const sample = imagesSamples.find(({ path }) => path.endsWith(ending));
  if (sample === undefined) throw new Error(`no sample ${ending}`);
  return Buffer.from(await sample.bytes());
};

test("a photo becomes one record with the sentence that a person would search for", async () => {
  const { parts, content } = await extracted(
    "2024-paris_trip/IMG_1.jpg",
    jpegBytes({
      width: 8192,
      height: 5464,
      segments: [exifSegment(photoTiff), xmpSegment(writtenXmp), iptcSegment(writtenIptc)],
    }),
  );
  expect(content).toMatchObject({ kind: "parts", unit: "record" });
  expect(parts).toMatchObject([{ kind: "record", symbol: "IMG_1.jpg", start: 1, end: 1 }]);
  expect(parts[0]?.text.split("\n")).toEqual([
    "Photo 2024-paris_trip/IMG_1.jpg: Canon EOS R5, RF24-70mm F2.8 L IS USM, 35 mm, f/2.8, 1/250 s, ISO 400, " +
      "2024-07-14 19:32, Sunday evening, July, in Paris, France, near 48.86 N 2.29 E, 35 m above sea, landscape, " +
      "8192 x 5464, JPEG.",
    "Title: Evening at the Seine.",
    "Caption: Boats pass below the Pont Neuf.",
    "Keywords: Paris, river & boats, Bateau-mouche.",
    "By: Zoë Lefèvre.",
    "Copyright: © 2024 Zoë Lefèvre.",
    "Made with: Firmware 1.8.",
    "Folders: 2024 paris trip.",
    "",
  ]);
});

test("a photo's facts are plain values under fixed names", async () => {
  const segments = [exifSegment(photoTiff), xmpSegment(writtenXmp), iptcSegment(writtenIptc)];
  expect((await extracted("a.jpg", jpegBytes({ segments }))).metadata).toEqual({
    format: "JPEG",
    width: 64,
    height: 48,
    aspect: "landscape",
    orientation: 1,
    camera: "Canon EOS R5",
    cameraMake: "Canon",
    cameraModel: "Canon EOS R5",
    lens: "RF24-70mm F2.8 L IS USM",
    focalLengthMm: 35,
    focalLength35Mm: 35,
    aperture: 2.8,
    exposureSeconds: 0.004,
    exposureText: "1/250 s",
    iso: 400,
    flash: false,
    takenAt: "2024-07-14T19:32:05.120+02:00",
    takenDate: "2024-07-14",
    latitude: 48.8582,
    longitude: 2.2945,
    altitudeMeters: 35.1,
    title: "Evening at the Seine",
    caption: "Boats pass below the Pont Neuf.",
    keywords: "Paris, river & boats, Bateau-mouche",
    creator: "Zoë Lefèvre",
    copyright: "© 2024 Zoë Lefèvre",
    rating: 4,
    software: "Firmware 1.8",
    city: "Paris",
    country: "France",
  });
});

test.each([
  ["screen.png", "PNG", 64, 48],
  ["page.webp", "WebP", 64, 48],
  ["scan.tiff", "TIFF", 2480, 3508],
  ["phone.heic", "HEIC", 48, 64],
  ["page.avif", "AVIF", 64, 48],
  ["poster.psd", "Photoshop", 3000, 2000],
  ["canon.cr2", "Canon CR2", 5472, 3648],
  ["canon.cr3", "Canon CR3", 8192, 5464],
  ["nikon.nef", "Nikon NEF", 4024, 6048],
  ["sony.arw", "Sony ARW", 4024, 6048],
  ["pixel.dng", "DNG", 4032, 3024],
  ["olympus.orf", "Olympus ORF", 4640, 3472],
  ["lumix.rw2", "Panasonic RW2", 4616, 3464],
  ["fuji.raf", "Fujifilm RAF", 6240, 4160],
])("%s is read as %s of %i x %i with its camera's facts", async (path, format, width, height) => {
  const { metadata, category } = await extracted(path, await sampleOf(path));
  expect(category).toBe("images");
  expect(metadata).toMatchObject({
    format,
    width,
    height,
    aperture: 2.8,
    exposureText: "1/250 s",
    takenDate: "2024-07-14",
  });
  expect(metadata).not.toHaveProperty("isDamaged");
});

test.each(["camera.jpg", "screen.png", "page.webp", "scan.tiff", "phone.heic", "page.avif", "poster.psd"])(
  "XMP in %s gives title, keywords and rating, and nothing of its history",
  async (path) => {
    const { metadata } = await extracted(path, await sampleOf(path));
    expect(metadata).toMatchObject({ title: "Evening at the Seine", rating: 4, city: "Paris" });
    expect(metadata["keywords"]).toMatch(/^Paris, river & boats/);
  },
);

test.each([
  ["moving.gif", { format: "GIF", width: 64, height: 48, caption: "A cat turns around.", isAnimated: true }],
  ["old.bmp", { format: "BMP", width: 64, height: 48 }],
  ["site.ico", { format: "Icon", width: 256, height: 256, pictures: 3 }],
  ["logo.svg", { format: "SVG", width: 120, height: 80, title: "Harbour plan", caption: "Piers and depths." }],
])("%s gives what its header says", async (path, facts) => {
  expect((await extracted(path, await sampleOf(path))).metadata).toMatchObject(facts);
});

test("a picture without a camera says its format, size and path", async () => {
  const { text } = await extracted("docs/Screenshot 2024.png", pngBytes({ width: 1920, height: 1080 }));
  expect(text).toBe("Screenshot docs/Screenshot 2024.png: landscape, 1920 x 1080, PNG.\nFolders: docs.\n");
  expect((await extracted("a.gif", gifBytes())).text).toBe("Picture a.gif: landscape, 64 x 48, GIF.\n");
});

test("the texts of a drawing are found, also those between tags", async () => {
  const { text } = await extracted("plans/logo.svg", await sampleOf("logo.svg"));
  expect(text).toBe(
    "Drawing plans/logo.svg: landscape, 120 x 80, SVG.\nTitle: Harbour plan.\nCaption: Piers and depths.\nFolders: plans.\n" +
      "Texts:\nNorth pier\nCrane 7\n",
  );
});

test.each([
  [1, 64, 48],
  [3, 64, 48],
  [6, 48, 64],
  [8, 48, 64],
])("EXIF orientation %i shows a picture of 64 x 48 as %i x %i", async (orientation, width, height) => {
  const { metadata } = await extracted("a.jpg", photo({ image: [[0x112, 3, orientation]] }));
  expect(metadata).toMatchObject({ orientation, width, height });
});

test("a HEIC is turned by its own property, not a second time by EXIF", async () => {
  const exif = tiffBytes({ image: [[0x112, 3, 6]] });
  const turned = await extracted("a.heic", heifBytes({ brand: "heic", quarterTurns: 1, exif }));
  expect(turned.metadata).toMatchObject({ width: 48, height: 64 });
  const upright = await extracted("a.heic", heifBytes({ brand: "heic", quarterTurns: 0, exif }));
  expect(upright.metadata).toMatchObject({ width: 64, height: 48 });
});

test("what the bytes are counts, not the name", async () => {
  expect((await extracted("IMG_1.heic", jpegBytes())).metadata).toMatchObject({ format: "JPEG" });
  expect(await reasonOf("a.png", "This is a text.")).toBe("damaged");
});

test.each([
  ["Canon", "Canon EOS R5", "Canon EOS R5"],
  ["NIKON CORPORATION", "NIKON Z 6", "NIKON Z 6"],
  ["OLYMPUS IMAGING CORP.", "E-M5", "OLYMPUS E-M5"],
  ["SONY", "ILCE-7M3", "SONY ILCE-7M3"],
  ["EASTMAN KODAK COMPANY", "DX4900", "EASTMAN KODAK DX4900"],
])("the camera of %s and %s is %s", async (make, model, camera) => {
  const image: Field[] = [
    [0x10f, 2, make],
    [0x110, 2, `${model}   `],
  ];
  expect((await extracted("a.jpg", photo({ image }))).metadata).toMatchObject({ camera });
});

test.each([
  [[1, 8000], "1/8000 s", 0.000125],
  [[10, 600], "1/60 s", 0.016667],
  [[5, 10], "0.5 s", 0.5],
  [[30, 1], "30 s", 30],
] as const)("an exposure of %j is %s", async (fraction, exposureText, seconds) => {
  const { metadata } = await extracted("a.jpg", photo({ exif: [[0x829a, 5, [fraction]]] }));
  expect(metadata["exposureText"]).toBe(exposureText);
  expect(metadata["exposureSeconds"]).toBeCloseTo(seconds, 6);
});

test.each([
  ["S", "W", -48.5, -2.25],
  ["N", "E", 48.5, 2.25],
])("references %s and %s give the signs of a position", async (north, east, latitude, longitude) => {
  const gps: Field[] = [
    [1, 2, north],
    [
      2,
      5,
      [
        [48, 1],
        [30, 1],
        [0, 1],
      ],
    ],
    [3, 2, east],
    [
      4,
      5,
      [
        [2, 1],
        [15, 1],
        [0, 0],
      ],
    ],
    [5, 1, 1],
    [6, 5, [[4305, 10]]],
  ];
  const { metadata, text } = await extracted("a.jpg", photo({ gps }));
  expect(metadata).toMatchObject({ latitude, longitude, altitudeMeters: -430.5 });
  expect(text).toContain(`near 48.50 ${north} 2.25 ${east}`);
  expect(text).toContain("431 m below sea");
});

test.each([
  [
    "zeros of a receiver without a signal",
    [
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    [
      [0, 1],
      [0, 1],
      [0, 1],
    ],
  ],
  [
    "fractions without a denominator",
    [
      [48, 0],
      [0, 0],
      [0, 0],
    ],
    [
      [2, 0],
      [0, 0],
      [0, 0],
    ],
  ],
  [
    "degrees that no place has",
    [
      [480, 1],
      [0, 1],
      [0, 1],
    ],
    [
      [2, 1],
      [0, 1],
      [0, 1],
    ],
  ],
] as const)("%s are no position", async (_name, latitude, longitude) => {
  const gps: Field[] = [
    [1, 2, "N"],
    [2, 5, latitude],
    [3, 2, "E"],
    [4, 5, longitude],
    [6, 5, [[1, 0]]],
  ];
  const { metadata } = await extracted("a.jpg", photo({ image: cameraFields, gps }));
  expect(Object.keys(metadata)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/latitude|longitude|altitude/)]),
  );
});

test.each([
  ["2024:02:30 10:00:00", undefined],
  ["0000:00:00 00:00:00", undefined],
  ["    :  :     :  :  ", undefined],
  ["2024:02:29 25:00:00", "2024-02-29"],
  ["2024:02:29 23:59:59", "2024-02-29T23:59:59"],
  ["2024-02-29 23:59", "2024-02-29T23:59:00"],
])("the time %j is %s", async (written, takenAt) => {
  const { metadata } = await extracted("a.jpg", photo({ exif: [[0x9003, 2, written]] }));
  expect(metadata["takenAt"]).toBe(takenAt);
});

test("the last change of a file is when it was taken only where a camera wrote it", async () => {
  const changed: Field = [0x132, 2, "2020:01:02 03:04:05"];
  expect((await extracted("a.jpg", photo({ image: [changed] }))).metadata).not.toHaveProperty("takenAt");
  const byCamera = await extracted("a.jpg", photo({ image: [[0x10f, 2, "Apple"], changed] }));
  expect(byCamera.metadata).toMatchObject({ takenAt: "2020-01-02T03:04:05" });
});

test("a caption that the camera writes into every picture is none", async () => {
  const { metadata } = await extracted("a.jpg", photo({ image: [[0x10e, 2, "OLYMPUS DIGITAL CAMERA         "]] }));
  expect(metadata).not.toHaveProperty("caption");
});

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

test("every image type but the last has a sample that is read", async () => {
  const types = listFileTypes().filter(
    ({ category, extractor }) => category === "images" && extractor.reads !== "name",
  );
  const read = new Set<string>();
  for (const { path, bytes } of imagesSamples) {
    const extraction = await extract(path, await bytes());
    if (extraction.kind === "document") read.add(extraction.document.fileType);
  }
  expect(types.map(({ id }) => id).filter((id) => !read.has(id))).toEqual([]);
});

test("GPS in XMP counts where EXIF has none", async () => {
  const packet = xmpPacket(
    'exif:GPSLatitude="33,51.4S" exif:GPSLongitude="151,12,54E" exif:GPSAltitude="25/2" exif:GPSAltitudeRef="0"',
  );
  const { metadata } = await extracted("a.jpg", jpegBytes({ segments: [xmpSegment(packet)] }));
  expect(metadata).toMatchObject({ latitude: -33.856667, longitude: 151.215, altitudeMeters: 12.5 });
  const both = await extracted(
    "a.jpg",
    jpegBytes({ segments: [exifSegment(tiffBytes({ gps: placeFields })), xmpSegment(packet)] }),
  );
  expect(both.metadata).toMatchObject({ latitude: 48.8582, longitude: 2.2945 });
});

test("IPTC that is cut gives its whole records", async () => {
  const cut = writtenIptc.subarray(0, writtenIptc.length - 5);
  const { metadata } = await extracted("a.jpg", jpegBytes({ segments: [iptcSegment(cut)] }));
  expect(metadata).toMatchObject({ title: "An older title", creator: "Zoë Lefèvre" });
  expect(metadata).not.toHaveProperty("caption");
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

test("a CR2 has the size of its picture, not of the preview that stands first", async () => {
  const tiff = tiffBytes({
    image: [[0x100, 4, 1536], [0x101, 4, 1024], ...cameraFields],
    exif: [...exposureFields, [0xa002, 4, 3456], [0xa003, 4, 2304]],
    gap: Buffer.from("CR\x02\0\0\0\0\0", "latin1"),
  });
  expect((await extracted("a.cr2", tiff)).metadata).toMatchObject({ format: "Canon CR2", width: 3456, height: 2304 });
});

test("an RW2 says what the JPEG inside of it says", async () => {
  const preview = jpegBytes({ segments: [exifSegment(tiffBytes({ exif: exposureFields, gps: placeFields }))] });
  const image: Field[] = [
    [4, 3, 0],
    [5, 3, 0],
    [6, 3, 300],
    [7, 3, 400],
    [0x2e, 7, preview],
    [0x10f, 2, "Panasonic"],
  ];
  const { metadata } = await extracted("a.rw2", tiffBytes({ image, magic: 0x55 }));
  expect(metadata).toMatchObject({ width: 400, height: 300, lens: "RF24-70mm F2.8 L IS USM", latitude: 48.8582 });
});

test("the lens of an older Canon is found where the maker keeps it", async () => {
  const lens = Buffer.from("EF16-35mm f/2.8L II USM\0");
  const note = Buffer.alloc(2 + 12 + 4);
  note.writeUInt16LE(1, 0);
  note.writeUInt16LE(0x95, 2);
  note.writeUInt16LE(2, 4);
  note.writeUInt32LE(lens.length, 6);
  note.writeUInt32LE(8, 10);
  const { metadata } = await extracted("a.jpg", photo({ image: cameraFields, exif: [[0x927c, 7, note]], gap: lens }));
  expect(metadata).toMatchObject({ lens: "EF16-35mm f/2.8L II USM" });
});

test("a lens without a name is told by its range", async () => {
  const exif: Field[] = [
    [
      0xa432,
      5,
      [
        [24, 1],
        [70, 1],
        [28, 10],
        [40, 10],
      ],
    ],
  ];
  expect((await extracted("a.jpg", photo({ exif }))).metadata).toMatchObject({ lens: "24-70 mm f/2.8" });
});

test("XMP in UTF-16 is read in both orders", async () => {
  const little = Buffer.from(xmpPacket('xmp:Rating="2"').replace(/^.*?\?>/, ""), "utf16le");
  for (const packet of [little, Buffer.from(little).swap16()]) {
    const tiff = tiffBytes({
      image: [
        [0x100, 4, 9],
        [0x101, 4, 9],
        [0x2bc, 1, packet],
      ],
    });
    expect((await extracted("a.tif", tiff)).metadata).toMatchObject({ rating: 2 });
  }
});

test("a block that knows the hour is believed before one that knows the day", async () => {
  const day = xmpSegment(xmpPacket('photoshop:DateCreated="2006-10-29"'));
  const hour = iptcSegment(
    iptcBytes([
      [55, "20061029"],
      [60, "062751-0500"],
    ]),
  );
  const { metadata } = await extracted("a.jpg", jpegBytes({ segments: [day, hour] }));
  expect(metadata).toMatchObject({ takenAt: "2006-10-29T06:27:51-05:00", takenDate: "2006-10-29" });
});
