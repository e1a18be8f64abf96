import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gifBytes, pngBytes, tiffBytes } from "../../test/fixtures/samples/image-bytes.ts";
import { openCheckedFile } from "../workspace/checked-file.ts";
import { turns } from "./perceptual-hash.ts";
import { bitsBetween } from "./hash-bits.ts";
import { hashPixels, printPicture, type PicturePrint } from "./picture-print.ts";

let root: string;
let original: Buffer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "commons-pictures-"));
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="#468"/>
    <circle cx="70" cy="60" r="40" fill="#fd8"/><rect x="150" y="90" width="120" height="90" fill="#242"/>
    <path d="M0 200 L120 110 L200 200 Z" fill="#a53"/></svg>`;
  original = await sharp(Buffer.from(shapes)).removeAlpha().png().toBuffer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function put(name: string, picture: Sharp | Buffer | string): Promise<string> {
  writeFileSync(
    join(root, name),
    typeof picture === "object" && "toBuffer" in picture ? await picture.toBuffer() : picture,
  );
  return name;
}

async function looked(path: string, isTurned = false) {
  using file = openCheckedFile(path, root);
  return await printPicture(file, { path, isTurned });
}

async function printed(path: string, isTurned = false): Promise<PicturePrint> {
  const print = await looked(path, isTurned);
  if (print.kind !== "picture") throw new Error(`${path}: ${print.reason}, ${print.message}`);
  return print;
}

async function pixelsOf(path: string) {
  using file = openCheckedFile(path, root);
  return await hashPixels(file, { path });
}

test("a picture looks the same in every format and size", async () => {
  const first = await printed(await put("a.png", original));
  expect(first).toMatchObject({ width: 300, height: 200, turned: null });
  const copies = {
    "a.jpg": sharp(original).jpeg({ quality: 40 }),
    "a.webp": sharp(original).webp(),
    "a.gif": sharp(original).gif(),
    "a.tif": sharp(original).tiff(),
    "a.avif": sharp(original).avif({ effort: 0 }),
    "small.jpg": sharp(original).resize(100).jpeg(),
    "alpha.png": sharp(original).ensureAlpha().png(),
  };
  for (const [name, picture] of Object.entries(copies)) {
    const copy = await printed(await put(name, picture));
    const bits = bitsBetween(copy.hashes.frequency, first.hashes.frequency);
    const differenceBits = bitsBetween(copy.hashes.difference, first.hashes.difference);
    expect({ name, isAlike: bits <= 4 && differenceBits <= 6, bits, differenceBits }).toMatchObject({ isAlike: true });
  }
});

test("a photo is looked at as people see it: turned by its orientation", async () => {
  const lying = sharp(original).rotate(270).withMetadata({ orientation: 6 }).png();
  const print = await printed(await put("lying.png", lying));
  expect(print).toMatchObject({ width: 300, height: 200 });
  expect(print.hashes).toEqual((await printed(await put("upright.png", original))).hashes);
});

test("the hashes of all turns are those of the turned picture", async () => {
  const { hashes, turned } = await printed(await put("all.png", original), true);
  const made = [hashes, ...(turned ?? [])];
  for (const turn of turns) {
    const picture = sharp(original).withMetadata({ orientation: turn }).png();
    const own = (await printed(await put(`turn-${turn}.png`, picture))).hashes;
    const bits = bitsBetween(made[turn - 1]?.frequency ?? "", own.frequency);
    const differenceBits = bitsBetween(made[turn - 1]?.difference ?? "", own.difference);
    expect({ turn, isSame: bits <= 2 && differenceBits <= 2, bits, differenceBits }).toMatchObject({ isSame: true });
  }
});

test("pixels have one hash whatever stands around them, and another when one of them differs", async () => {
  const plain = await pixelsOf(await put("plain.png", original));
  expect(plain).toMatchObject({ kind: "pixels", width: 300, height: 200 });
  const told = sharp(original)
    .withMetadata({ exif: { IFD0: { Artist: "Ann" } } })
    .tiff({ compression: "lzw" });
  expect(await pixelsOf(await put("told.tif", told))).toEqual(plain);
  const lying = sharp(original).rotate(90).withMetadata({ orientation: 8 }).png();
  expect(await pixelsOf(await put("lying-8.png", lying))).toEqual(plain);
  const { data, info } = await sharp(original).raw().toBuffer({ resolveWithObject: true });
  data[5000] = (data[5000] ?? 0) ^ 1;
  const raw = { width: info.width, height: info.height, channels: info.channels };
  expect(await pixelsOf(await put("other.png", sharp(data, { raw }).png()))).not.toEqual(plain);
});

test("pictures that move differ when a later one of them differs", async () => {
  const frame = (colour: string) => sharp({ create: { width: 20, height: 20, channels: 3, background: colour } }).png();
  const moving = async (...colours: string[]) =>
    sharp(await Promise.all(colours.map((colour) => frame(colour).toBuffer())), { join: { animated: true } }).gif();
  const one = await pixelsOf(await put("one.gif", await moving("#f00", "#0f0")));
  expect(one).toMatchObject({ kind: "pixels", width: 20, height: 20 });
  expect(await pixelsOf(await put("two.gif", await moving("#f00", "#00f")))).not.toEqual(one);
});

test("a RAW photo looks like the largest preview in it, turned as the photo says; its own pixels are not compared", async () => {
  const preview = await sharp(original).rotate(270).jpeg({ quality: 90 }).toBuffer();
  const gap = Buffer.concat([preview, Buffer.alloc(preview.length % 2)]);
  const image = [
    [0x100, 4, 6000],
    [0x101, 4, 9000],
    [0x112, 3, 6],
    [0x201, 4, 8],
    [0x202, 4, preview.length],
  ] as const;
  const print = await printed(await put("photo.nef", tiffBytes({ image, gap })));
  expect(print).toMatchObject({ width: 9000, height: 6000 });
  const own = await printed(await put("same.png", original));
  expect(bitsBetween(print.hashes.frequency, own.hashes.frequency)).toBeLessThanOrEqual(4);
  expect(await pixelsOf("photo.nef")).toMatchObject({ kind: "skipped", reason: "no-decoder" });
  const without = tiffBytes({ image: image.slice(0, 3) });
  expect(await looked(await put("bare.nef", without))).toMatchObject({ kind: "skipped", reason: "no-decoder" });
});

test("a drawing is drawn small, whatever size it claims, and looks like its picture", async () => {
  const shape = '<rect width="50%" height="70%" fill="#c30"/><circle cx="70%" cy="60%" r="20%" fill="#036"/>';
  const drawing = (side: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${shape}</svg>`;
  const small = await printed(await put("small.svg", drawing("24")));
  const large = await printed(await put("large.svg", drawing("20000")));
  expect(large).toMatchObject({ width: 20_000, height: 20_000 });
  expect(bitsBetween(small.hashes.frequency, large.hashes.frequency)).toBeLessThanOrEqual(4);
});

test("a drawing that holds or names pictures, or could hide them, is not drawn", async () => {
  const drawing = (content: string, before = "") =>
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg" width="30" height="20">${content}</svg>`;
  const cases = [
    drawing('<image href="secret.png" width="30" height="20"/>'),
    drawing('<s:image href="data:image/png;base64,AAAA"/>'),
    drawing('<filter id="f"><feImage href="secret.png"/></filter>'),
    drawing("&x;", '<!DOCTYPE svg [<!ENTITY x "&#60;image/>">]>'),
    drawing("<rect/>", '<?xml version="1.0" encoding="UTF-16"?>'),
    Buffer.from(`\ufeff${drawing("<rect/>")}`, "utf16le"),
  ];
  for (const [index, bytes] of cases.entries())
    expect({ index, ...(await looked(await put("held.svg", bytes))) }).toMatchObject({ index, reason: "too-complex" });
  const usual = drawing('<rect width="9" height="9"/>', '<?xml version="1.0" encoding="utf-8"?>');
  expect(await looked(await put("usual.svg", usual))).toMatchObject({ kind: "picture" });
});

test("what claims more pixels than memory takes is left out by its header, and the files around it are not", async () => {
  const claims = {
    "bomb.png": pngBytes({ width: 60_000, height: 60_000 }),
    "bomb.gif": gifBytes({ width: 65_535, height: 65_535 }),
    "endless.svg":
      '<svg xmlns="http://www.w3.org/2000/svg" width="900000000" height="900000000"><rect width="5" height="5"/></svg>',
  };
  for (const [name, bytes] of Object.entries(claims))
    expect({ name, ...(await looked(await put(name, bytes))) }).toMatchObject({ name, reason: "too-complex" });
});

test("a picture that unpacks to more than its header says is bounded by the decoder", async () => {
  // A chunk of pixels for 20,000 x 20,000 behind a header of 8 x 8.
  const pixels = deflateSync(Buffer.alloc(30_000_000));
  expect(pixels.length).toBeLessThan(100_000);
  const lying = pngBytes({ width: 8, height: 8, before: [["IDAT", pixels]] });
  const answer = await looked(await put("lying-size.png", lying));
  expect(["picture", "skipped"]).toContain(answer.kind);
});

test("cut, empty and strange files are left out for what they are", async () => {
  const jpeg = await sharp(original).jpeg().toBuffer();
  const cases = [
    ["half.jpg", jpeg.subarray(0, jpeg.length / 2), "damaged"],
    ["half.png", original.subarray(0, original.length / 2), "damaged"],
    ["text.jpg", "This is no picture.", "damaged"],
    ["none.png", "", "empty"],
    ["a.heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0heicmif1", "latin1"), "no-decoder"],
    [
      "a.bmp",
      Buffer.concat([Buffer.from("BM"), Buffer.alloc(12), Buffer.from([40, 0, 0, 0]), Buffer.alloc(50)]),
      "no-decoder",
    ],
    ["huge.svg", `<svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(2_100_000)}</svg>`, "too-large"],
  ] as const;
  for (const [name, bytes, reason] of cases)
    expect({ name, ...(await looked(await put(name, bytes))) }).toMatchObject({ name, kind: "skipped", reason });
});
