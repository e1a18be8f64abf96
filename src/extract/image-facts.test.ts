import { expect, test } from "vitest";
import { extracted } from "../../test/fixtures/extraction.ts";
import {
  exifSegment,
  iptcBytes,
  iptcSegment,
  jpegBytes,
  tiffBytes,
  xmpPacket,
  xmpSegment,
  type Field,
} from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields, exposureFields, placeFields, writtenIptc } from "../../test/fixtures/samples/images.ts";

const photo = (...tiff: Parameters<typeof tiffBytes>): Buffer =>
  jpegBytes({ segments: [exifSegment(tiffBytes(...tiff))] });

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
  expect(text).toMatch(new RegExp(`near (.+, )?48\\.50 ${north} 2\\.25 ${east}`));
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
