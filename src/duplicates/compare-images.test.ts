import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { createDirectReader } from "../reader/read-document.ts";
import { compareImages } from "./compare-images.ts";

const side = { width: 320, height: 240 };
const reader = createDirectReader();

/** A picture of soft patches: what a hash of low frequencies sees. */
async function picture(seed: number): Promise<Sharp> {
  const random = randomNumbers(seed);
  const patches = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => random(256)));
  const soft = sharp(patches, { raw: { width: 12, height: 9, channels: 3 } }).resize(320, 240, { fit: "fill" });
  return sharp(await soft.png().toBuffer());
}

async function compared(first: Sharp, second: Sharp, names = ["a.png", "b.png"]) {
  const [a = "", b = ""] = names;
  await using tree = await makeTree({ [a]: await first.toBuffer(), [b]: await second.toBuffer() });
  return await compareImages({ root: tree.path, path: a }, { root: tree.path, path: b }, reader);
}

test("the same pixels in other files are near, and the tags that differ are listed", async () => {
  const exif = (artist: string) => ({ IFD0: { Artist: artist, Software: "gimp" } });
  const {
    isNear,
    findings,
    tags,
    picture: looks,
  } = await compared(
    (await picture(1)).png().withExif(exif("Ann")),
    (await picture(1)).png({ compressionLevel: 1 }).withExif(exif("Bob")),
  );
  expect([isNear, looks]).toEqual([true, { distance: 0, turn: null }]);
  expect(findings[0]).toBe(
    "The same pixels (320 x 240, 8 bits a channel); the files differ in what stands around them.",
  );
  const rows = tags?.rows.filter(({ first, second }) => first === "Ann" && second === "Bob");
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(tags?.rows)).not.toContain("gimp");
});

test("a smaller copy in another format looks the same", async () => {
  const { isNear, findings } = await compared(
    (await picture(1)).png(),
    (await picture(1)).resize(160).jpeg({ quality: 60 }),
    ["a.png", "b.jpg"],
  );
  expect(isNear).toBe(true);
  expect(findings[0]).toMatch(
    /^They look the same: \d of 64 bits of their hashes differ; 320 x 240 and 160 x 120 pixels\.$/,
  );
  expect(findings).toContain("The first is PNG, the second JPEG.");
});

test("a copy that was turned is told with its turn", async () => {
  const turned = sharp(await (await picture(1)).png().toBuffer())
    .rotate(90)
    .png();
  const { isNear, picture: looks } = await compared((await picture(1)).png(), turned);
  expect([isNear, looks?.turn]).toEqual([true, "turned by 90 degrees"]);
});

test("other pictures are different, with their distance", async () => {
  const { isNear, findings, picture: looks } = await compared((await picture(1)).png(), (await picture(7)).png());
  expect(isNear).toBe(false);
  expect(looks?.distance).toBeGreaterThan(18);
  expect(findings[0]).toMatch(/^They look different: /);
});

test("plain surfaces are no copies of one another", async () => {
  const plain = (value: number) =>
    sharp({ create: { ...side, channels: 3, background: { r: value, g: value, b: value } } }).png();
  const { isNear, findings } = await compared(plain(10), plain(200));
  expect([isNear, findings[0]]).toEqual([false, expect.stringMatching(/^Too little is seen/)]);
});

test("an image that cannot be decoded is said, and what it says of itself is compared all the same", async () => {
  const whole = await (
    await picture(1)
  )
    .jpeg()
    .withExif({ IFD0: { Artist: "Ann" } })
    .toBuffer();
  await using tree = await makeTree({ "a.jpg": whole, "b.jpg": whole.subarray(0, 400) });
  const {
    isNear,
    findings,
    picture: looks,
  } = await compareImages({ root: tree.path, path: "a.jpg" }, { root: tree.path, path: "b.jpg" }, reader);
  expect([isNear, looks]).toEqual([false, null]);
  expect(findings[0]).toMatch(/^The pixels of the second cannot be compared: /);
});

test("pixels of 16 bits that differ in their lower halves are not the same, and those that do not are", async () => {
  const deep = (add: number): Sharp => {
    const pixels = Uint16Array.from({ length: 64 * 64 * 3 }, (_, at) => ((at * 97) % 64_000) + add);
    return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .toColourspace("rgb16")
      .png();
  };
  const same = await compared(deep(0), deep(0).png({ compressionLevel: 1 }));
  expect(same.findings[0]).toBe(
    "The same pixels (64 x 64, 16 bits a channel); the files differ in what stands around them.",
  );
  const other = await compared(deep(0), deep(3));
  expect(other.findings.join(" ")).not.toContain("same pixels");
});

test("what moves is compared by all of its pictures, and how many they are is said", async () => {
  const moving = async (seeds: readonly number[]): Promise<Sharp> => {
    const frames = await Promise.all(seeds.map(async (seed) => (await picture(seed)).png().toBuffer()));
    return sharp(frames, { join: { animated: true } });
  };
  const [same, other] = [await moving([1, 2, 3]), await moving([1, 7, 8])];
  const names = ["a.webp", "b.webp"];
  const whole = { lossless: true, effort: 0 };
  const [told] = (await compared(same.clone().webp(whole), same.clone().webp({ ...whole, loop: 3 }), names)).findings;
  expect(told).toMatch(/^The same pixels \(320 x 240, 8 bits a channel, in 3 pictures\)/);
  const { isNear, findings } = await compared(same.clone().webp(whole), other.webp(whole), names);
  expect([isNear, findings[0]]).toEqual([
    false,
    expect.stringMatching(/^Their first pictures look alike, and the others do not, .*, 3 pictures each\.$/),
  ]);
});

test("tags of an image that has some are not told as facts that the other lacks", async () => {
  const { tags } = await compared(
    (await picture(1)).jpeg().withExif({ IFD0: { Artist: "Ann" } }),
    (await picture(1)).jpeg({ quality: 60 }),
    ["a.jpg", "b.jpg"],
  );
  const names = tags?.rows.map(({ name }) => name) ?? [];
  expect(names.join(" ")).toContain("Artist");
  expect(names).not.toContain("width");
  expect(names).not.toContain("format");
});

test("small pictures that differ in nothing that is looked at are told as too small to tell", async () => {
  const icon = (value: number) =>
    sharp(Buffer.from(Array.from({ length: 32 * 32 }, (_, at) => (at % 32 < 16 === at < 512 ? value : 250))), {
      raw: { width: 32, height: 32, channels: 1 },
    }).png();
  const { isNear, findings } = await compared(icon(60), icon(100));
  expect(isNear).toBe(false);
  expect(findings[0]).not.toMatch(/^They look different: 0 of/);
});
