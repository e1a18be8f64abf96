import { expect, test } from "vitest";
import { extracted, extract, reasonOf } from "../../test/fixtures/extraction.ts";
import {
  exifSegment,
  gifBytes,
  heifBytes,
  iptcSegment,
  jpegBytes,
  pngBytes,
  tiffBytes,
  xmpSegment,
  type Field,
} from "../../test/fixtures/samples/image-bytes.ts";
import { imagesSamples, photoTiff, writtenIptc, writtenXmp } from "../../test/fixtures/samples/images.ts";
import { listFileTypes } from "./registry.ts";

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
    takenYear: 2024,
    takenMonth: 7,
    takenHour: 19,
    daylight: "day",
    latitude: 48.8582,
    longitude: 2.2945,
    nearPlace: "Paris",
    nearCountry: "FR",
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
  expect(text).toBe(
    "Screenshot docs/Screenshot 2024.png: 2024 by its name, landscape, 1920 x 1080, PNG.\nFolders: docs.\n",
  );
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

test("where a picture says no time, its name or its folder does, and that is said", async () => {
  const scan = jpegBytes({ width: 800, height: 600 });
  const shot = await extracted("Screenshot 2024-07-03 at 10.11.12.png", scan);
  expect(shot.metadata).toMatchObject({
    takenAt: "2024-07-03T10:11:12",
    takenDate: "2024-07-03",
    takenYear: 2024,
    takenHour: 10,
    takenFrom: "name",
  });
  expect(shot.text).toContain("2024-07-03 10:11 by its name, Wednesday morning, July");
  const old = await extracted("scans/1985 Grandma in Paris/3.jpg", scan);
  expect(old.metadata).toMatchObject({ takenYear: 1985, takenFrom: "name" });
  expect(old.metadata).not.toHaveProperty("takenDate");
  expect(old.text).toContain("1985 by its name");
  const own = await extracted(
    "scans/1985/3.jpg",
    jpegBytes({ width: 800, height: 600, segments: [exifSegment(photoTiff)] }),
  );
  expect(own.metadata).toMatchObject({ takenYear: 2024 });
  expect(own.metadata).not.toHaveProperty("takenFrom");
});
