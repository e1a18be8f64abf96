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
  expect(findings[0]).toBe("The same pixels (320 x 240); the files differ in what stands around them.");
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
