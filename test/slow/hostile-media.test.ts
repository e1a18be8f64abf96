import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileImages } from "../fixtures/samples/hostile-images.ts";
import { exifSegment, jpegBytes, pngBytes } from "../fixtures/samples/image-bytes.ts";
import { cameraRaw, photoTiff } from "../fixtures/samples/images.ts";
import { type Agent, World } from "../fixtures/world.ts";

// A call that goes on in the background is asked again, but not for ever.
const mostAsked = 10;
const photo = jpegBytes({ width: 640, height: 480, segments: [exifSegment(photoTiff)] });

let world: World;
let root: string;
let agent: Agent;

beforeAll(async () => {
  world = await World.open();
  root = await world.workspace("media", {});
  for (const [name, bytes] of Object.entries(hostileImages())) put(`bad/${name}`, bytes);
  put("good/first.jpg", photo);
  put("zz/last.jpg", photo);
  agent = await world.agent(root);
}, 120_000);
afterAll(() => world.close());

function put(path: string, bytes: Buffer | string): string {
  const absolute = join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, bytes);
  return absolute;
}

/** A file of zeros behind what it begins with, which takes no room on the disk. */
function putLarge(path: string, bytes: Buffer | string, sizeBytes: number): void {
  truncateSync(put(path, bytes), sizeBytes);
}

/** The end of a call that may go on in the background. */
async function ended(tool: string, args: Record<string, unknown>): Promise<string> {
  for (let asked = 0; asked < mostAsked; asked++) {
    const answer = await agent.call(tool, args);
    if (!answer.startsWith("Still running")) return answer;
  }
  throw new Error(`${tool} ${JSON.stringify(args)} is still running.`);
}

/** All that is asked of a folder of images; each answer tells of the good ones. */
async function askAll(path: string): Promise<Record<string, string>> {
  const images = { path, categories: ["images"] };
  const answers = {
    ingest: await ended("batch_ingest", { ...images, collection: "all" }),
    load: await ended("quick_load", { ...images, collection: "loaded" }),
    exif: await agent.call("extract_exif", { path }),
    alike: await agent.call("find_duplicates", { path, hash_method: "perceptual" }),
    equal: await agent.call("find_duplicates", { path }),
  };
  for (const answer of Object.values(answers)) expect(answer.length).toBeLessThan(60_000);
  return answers;
}

test("images that lie, are broken or are made to cost are read in bounds, named, and keep none of the others out", async () => {
  const { ingest = "", exif = "", equal = "" } = await askAll(".");
  expect(ingest).toContain("damaged");
  expect(ingest).not.toContain("failed");
  expect(ingest).not.toContain("timed-out");
  expect(exif).toContain("Canon EOS R5");
  expect(exif).toContain("bad/a-text.jpg");
  expect(equal).toContain("zz/last.jpg");
  const found = await agent.call("search_context", { query: "Canon photos", collection: "loaded" });
  expect(found).toContain("good/first.jpg");
  expect(found).toContain("zz/last.jpg");
}, 240_000);

test("a picture that unpacks to more than memory should hold is left out of a comparison, and it is said why", async () => {
  // A few kilobytes of zeros for each.
  put("bombs/a.png", execFileSync(process.execPath, ["-e", bomb(20_000, 20_000)], { maxBuffer: 64_000_000 }));
  put("bombs/b.png", pngBytes({ width: 60_000, height: 60_000 }));
  const answer = await agent.call("find_duplicates", { path: "bombs", hash_method: "perceptual" });
  expect(answer).toMatch(/too-complex 2\./);
  expect(await agent.call("compare_files", { file1: "bombs/a.png", file2: "bombs/b.png" })).toContain("Different");
}, 240_000);

/** Writes a real PNG of black, row by row: what it unpacks to is never in memory. */
function bomb(width: number, height: number): string {
  return `const { createDeflate, crc32 } = require("node:zlib");
    const chunk = (type, content) => { const named = Buffer.concat([Buffer.from(type), content]); const ends = Buffer.alloc(8);
      ends.writeUInt32BE(content.length, 0); ends.writeUInt32BE(crc32(named), 4);
      return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]); };
    const head = Buffer.from([0,0,0,0, 0,0,0,0, 8,0,0,0,0]); head.writeUInt32BE(${width}, 0); head.writeUInt32BE(${height}, 4);
    const pieces = []; const packer = createDeflate(); packer.on("data", (piece) => pieces.push(piece));
    packer.on("end", () => process.stdout.write(Buffer.concat([Buffer.from("\\x89PNG\\r\\n\\x1a\\n", "latin1"),
      chunk("IHDR", head), chunk("IDAT", Buffer.concat(pieces)), chunk("IEND", Buffer.alloc(0))])));
    const row = Buffer.alloc(${width} + 1);
    const write = (left) => left === 0 ? packer.end() : packer.write(row, () => write(left - 1)); write(${height});`;
}

test("files of 200 MB and more are read at their ends only, whatever they are called", async () => {
  const large = 200_000_000;
  putLarge("large/scan.tif", photoTiff, large);
  putLarge("large/scan.jpg", photo, large);
  putLarge("large/scan.png", pngBytes(), large);
  putLarge("large/raw.nef", photoTiff, 5_000_000_000);
  putLarge("large/zeros.heic", "", large);
  putLarge("large/unknown.thing", "text", large);
  put("large/beside.jpg", photo);
  putLarge("large/beside.xmp", "<x:xmpmeta>", large);
  putLarge("large/beside.cr2", cameraRaw, large);
  put("large/good.jpg", photo);
  const { ingest = "", exif = "", alike = "" } = await askAll("large");
  expect(ingest).not.toContain("failed");
  expect(ingest).not.toContain("timed-out");
  expect(exif).toContain("large/raw.nef");
  expect(alike).toMatch(/too-large 3,/);
  const found = await agent.call("search_context", { query: "Canon", collection: "loaded", limit: 50 });
  expect(found).toContain("with beside.cr2, beside.xmp");
}, 240_000);

test("a photo that is written all the while does not hold up the others, and is whole when it is done", async () => {
  const growing = put("growing/grows.jpg", photo.subarray(0, 40));
  for (let index = 0; index < 50; index++) put(`growing/still${index}.jpg`, photo);
  const script = `const { appendFileSync } = require("node:fs");
    setInterval(() => appendFileSync(process.argv[1], Buffer.alloc(4_096)), 1); process.on("disconnect", () => process.exit());`;
  const writer = spawn(process.execPath, ["-e", script, growing], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  try {
    const { exif = "" } = await askAll("growing");
    expect(exif).toMatch(/\b5[01] (?:images|photos)/);
  } finally {
    const gone = new Promise((resolve) => writer.once("exit", resolve));
    writer.disconnect();
    await gone;
  }
  writeFileSync(growing, photo);
  expect(await ended("batch_ingest", { path: "growing", collection: "grown" })).toContain("51 files up to date");
}, 240_000);

test("links in circles, pipes and devices are skipped with a reason", async () => {
  put("links/a/photo.jpg", photo);
  symlinkSync("..", join(root, "links/a/up.jpg"));
  symlinkSync("two.jpg", join(root, "links/one.jpg"));
  symlinkSync("one.jpg", join(root, "links/two.jpg"));
  symlinkSync("/dev/zero", join(root, "links/zero.jpg"));
  symlinkSync("a/photo.jpg", join(root, "links/photo.xmp"));
  execFileSync("mkfifo", [join(root, "links/pipe.jpg"), join(root, "links/a/photo.xmp")]);
  const { ingest = "", exif = "" } = await askAll("links");
  expect(ingest).toMatch(/1 file up to date/);
  for (const answer of [ingest, exif]) {
    expect(answer).toMatch(/symlink: 4/);
    expect(answer).toMatch(/symlink-outside: 1/);
    expect(answer).toMatch(/special-file: 2/);
  }
}, 120_000);

test("a directory of 200,000 photos is gone through in bounds, and the session goes on", async () => {
  const count = 200_000;
  const perInode = 50_000;
  mkdirSync(join(root, "many"));
  for (let index = 0; index < count; index++) {
    const first = index - (index % perInode);
    const path = join(root, `many/IMG_${index}.jpg`);
    if (index === first) writeFileSync(path, Buffer.concat([photo, Buffer.alloc(index / perInode)]));
    else linkSync(join(root, `many/IMG_${first}.jpg`), path);
  }
  appendFileSync(put("many/IMG_7.xmp", "<x:xmpmeta>"), " ");
  const loaded = await ended("quick_load", { path: "many", collection: "many", max_files: 500 });
  expect(loaded).toMatch(/500 files up to date/);
  expect(loaded).toMatch(/companion: 1/);
  expect(await agent.call("extract_exif", { path: "many", max_files: 500 })).toContain("Canon EOS R5");
  const equal = await agent.call("find_duplicates", { path: "many" });
  expect(equal).toContain("199,996 further names of the same files");
  expect(await agent.call("search_context", { query: "Canon", collection: "many" })).toContain("many/IMG_");
}, 240_000);
