import { expect, test } from "vitest";
import { extracted } from "../../test/fixtures/extraction.ts";
import {
  exifSegment,
  heifBytes,
  jpegBytes,
  pngBytes,
  tiffBytes,
  webpBytes,
  xmpPacket,
} from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields, photoTiff } from "../../test/fixtures/samples/images.ts";

const head = jpegBytes({ segments: [exifSegment(photoTiff)] }).subarray(0, -2);
/** As the pixels of a JPEG are: an 0xff has a zero behind it. */
const scan = Buffer.from(
  Array.from({ length: 40_000 }, (_, at) => (at % 97 === 0 ? 0xff : at % 97 === 1 ? 0 : at % 251)),
);
const end = Buffer.from([0xff, 0xd9]);
const cutShort = { isDamaged: true, damage: "cut short" };

test("a JPEG whose header is whole and whose pixels are not is cut short, and tells what it says all the same", async () => {
  for (const bytes of [head, 3_000, 39_990].map((part) =>
    part === head ? head : Buffer.concat([head, scan.subarray(0, Number(part))]),
  )) {
    const { metadata } = await extracted("a.jpg", bytes);
    expect(metadata).toMatchObject({ camera: "Canon EOS R5", width: 64, ...cutShort });
  }
});

test("what stands behind the end of a JPEG makes it no half one", async () => {
  const video = Buffer.from(Array.from({ length: 60_000 }, (_, at) => (at * 131) % 256));
  for (const behind of [Buffer.alloc(0), Buffer.alloc(60_000), video, Buffer.from("SEFT")]) {
    const { metadata } = await extracted("a.jpg", Buffer.concat([head, scan, end, behind]));
    expect(metadata).not.toHaveProperty("isDamaged");
  }
});

test("a half PNG, WebP, HEIC and TIFF are cut short, whole ones are not", async () => {
  const strips = (offset: number) =>
    tiffBytes({
      image: [...cameraFields, [0x100, 4, 640], [0x101, 4, 480], [0x111, 4, [8, offset]], [0x117, 4, [8, 100]]],
    });
  const whole: Readonly<Record<string, Buffer>> = {
    "a.png": pngBytes(),
    "a.webp": webpBytes({}),
    "a.heic": heifBytes({ brand: "heic", exif: photoTiff, xmp: xmpPacket("") }),
    "a.tif": Buffer.concat([strips(1_000), Buffer.alloc(1_100)]),
  };
  for (const [name, bytes] of Object.entries(whole)) {
    expect((await extracted(name, bytes)).metadata).not.toHaveProperty("isDamaged");
    const half = name === "a.tif" ? bytes.subarray(0, 1_050) : bytes.subarray(0, -6);
    expect((await extracted(name, half)).metadata).toMatchObject(cutShort);
  }
});
