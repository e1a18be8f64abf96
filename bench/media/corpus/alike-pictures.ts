import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { randomNumbers, type Random } from "../../../test/fixtures/random.ts";
import { madeOnce } from "./made-once.ts";

const edition = 1;
const [width, height] = [900, 600];

/** What becomes of a picture and leaves it the same to people. `turned` ones are told by `rotated: true` alone. */
export const changes = {
  "25 % of its size": (picture: Sharp) => picture.resize(width / 4, height / 4).jpeg({ quality: 85 }),
  "50 % of its size": (picture: Sharp) => picture.resize(width / 2, height / 2).jpeg({ quality: 85 }),
  "JPEG quality 30": (picture: Sharp) => picture.jpeg({ quality: 30 }),
  "JPEG quality 60": (picture: Sharp) => picture.jpeg({ quality: 60 }),
  "JPEG quality 95": (picture: Sharp) => picture.jpeg({ quality: 95 }),
  WebP: (picture: Sharp) => picture.webp({ quality: 60 }),
  "brightness + 15 %": (picture: Sharp) => picture.modulate({ brightness: 1.15 }).jpeg({ quality: 85 }),
  "brightness - 15 %": (picture: Sharp) => picture.modulate({ brightness: 0.85 }).jpeg({ quality: 85 }),
  "grey only": (picture: Sharp) => picture.greyscale().jpeg({ quality: 85 }),
  "cropped by 2 %": (picture: Sharp) => cropped(picture, 0.02),
  "cropped by 5 %": (picture: Sharp) => cropped(picture, 0.05),
  "a line of text over it": (picture: Sharp) => picture.composite([{ input: caption() }]).jpeg({ quality: 85 }),
  "turned by 90 degrees": (picture: Sharp) => picture.rotate(90).jpeg({ quality: 85 }),
  "turned by 180 degrees": (picture: Sharp) => picture.rotate(180).jpeg({ quality: 85 }),
  mirrored: (picture: Sharp) => picture.flop().jpeg({ quality: 85 }),
} satisfies Record<string, (picture: Sharp) => Sharp>;

export type Change = keyof typeof changes;

/** Kinds of pictures, and how many of each; those of the last number are copied with each change. */
const kinds = {
  photo: { count: 160, copied: 30, draw: photo },
  night: { count: 40, copied: 10, draw: night },
  page: { count: 80, copied: 12, draw: page },
  screenshot: { count: 50, copied: 10, draw: screenshot },
  icon: { count: 80, copied: 0, draw: icon },
  flat: { count: 40, copied: 0, draw: flat },
} satisfies Record<
  string,
  { count: number; copied: number; draw: (random: Random, frame?: number) => Promise<Buffer> }
>;
const burstPhotos = 30;
const burstFrames = 3;

export interface AlikeFile {
  /** Relative to the directory. */
  readonly path: string;
  readonly kind: string;
  /** The picture that it is, or is a copy of. */
  readonly original: string;
  /** null: it is an original. */
  readonly change: Change | null;
  /** Photos taken one after the other have the same; else null. */
  readonly burst: string | null;
}

/** Pictures of several kinds, copies of some, and bursts of photos, with what is what. */
export async function alikePictures(): Promise<{ directory: string; files: readonly AlikeFile[] }> {
  const files: AlikeFile[] = [];
  const makers: (() => Promise<Sharp>)[] = [];
  const add = (file: AlikeFile, make: () => Promise<Sharp>): void => {
    files.push(file);
    makers.push(make);
  };
  for (const [kind, { count, copied, draw }] of Object.entries(kinds)) {
    for (let number = 0; number < count; number++) {
      const original = `${kind}-${number}`;
      let drawing: Promise<Buffer> | null = null;
      const once = () =>
        number < copied ? (drawing ??= draw(randomNumbers(7_000 + number))) : draw(randomNumbers(7_000 + number));
      const plain = { kind, original, burst: null };
      const ending = kind === "photo" || kind === "night" ? "jpg" : "png";
      add({ ...plain, path: `${original}.${ending}`, change: null }, async () =>
        ending === "jpg" ? sharp(await once()).jpeg({ quality: 90 }) : sharp(await once()).png(),
      );
      if (number >= copied) continue;
      for (const [index, change] of Object.keys(changes).entries()) {
        // Safe: the names are those of `changes`.
        const name = change as Change;
        add(
          { ...plain, path: `${original}-copy${index}.${name === "WebP" ? "webp" : "jpg"}`, change: name },
          async () => changes[name](sharp(await once())),
        );
      }
    }
  }
  for (let number = 0; number < burstPhotos; number++) {
    for (let frame = 0; frame < burstFrames; frame++) {
      const original = `burst-${number}-${frame}`;
      add({ path: `${original}.jpg`, kind: "burst", original, change: null, burst: `${number}` }, async () =>
        sharp(await photo(randomNumbers(90_000 + number), frame)).jpeg({ quality: 90 }),
      );
    }
  }
  const directory = await madeOnce(`alike-pictures-${edition}`, async (scratch) => {
    mkdirSync(scratch, { recursive: true });
    for (const [index, { path }] of files.entries())
      writeFileSync(join(scratch, path), (await (await makers[index]?.())?.toBuffer()) ?? "");
  });
  return { directory, files };
}

/** A picture of what the world looks like to a hash: detail of all sizes, the larger the stronger (1/f), and things with edges. */
async function photo(random: Random, frame = 0): Promise<Buffer> {
  const margin = 60;
  const [wide, high] = [width + margin, height + margin];
  const layers = [];
  for (const [cells, strength] of [
    [3, 1],
    [6, 0.55],
    [12, 0.35],
    [24, 0.22],
    [48, 0.14],
  ] as const)
    layers.push({
      cells,
      alpha: strength,
      grid: Buffer.from(Array.from({ length: cells * cells * 3 }, () => random(256))),
    });
  const [first, ...others] = await Promise.all(
    layers.map(async ({ cells, alpha, grid }) =>
      sharp(grid, { raw: { width: cells, height: cells, channels: 3 } })
        .resize(wide, high, { kernel: "cubic", fit: "fill" })
        .ensureAlpha(alpha)
        .png({ compressionLevel: 0 })
        .toBuffer(),
    ),
  );
  const [moveX, moveY] = [random(40), random(40)];
  const things = ellipses(random, 3 + random(6), { wide, high });
  const subject = `<circle cx="${250 + random(400) + frame * 20}" cy="${200 + random(250)}" r="${50 + random(80)}" fill="${colour(random)}"/>`;
  const drawing = Buffer.from(svg(wide, high, things + subject));
  const whole = await sharp(first)
    .composite([...others.map((input) => ({ input })), { input: drawing }])
    .removeAlpha()
    .png({ compressionLevel: 0 })
    .toBuffer();
  // From frame to frame the hand moves a little.
  const left = Math.min(margin, Math.round(20 + (frame * moveX) / 2));
  const top = Math.min(margin, Math.round(20 + (frame * moveY) / 2));
  return sharp(whole).extract({ left, top, width, height }).png({ compressionLevel: 0 }).toBuffer();
}

/** Mostly black: some lights. */
async function night(random: Random): Promise<Buffer> {
  const lights = Array.from(
    { length: 4 + random(12) },
    () => `<circle cx="${random(width)}" cy="${random(height)}" r="${4 + random(40)}" fill="${colour(random)}"/>`,
  );
  return drawn(svg(width, height, `<rect width="100%" height="100%" fill="#06070a"/>${lights.join("")}`));
}

/** A scanned page: all have margins, lines and paragraphs, and other words. */
async function page(random: Random): Promise<Buffer> {
  const words: string[] = [];
  for (let y = 60; y < height - 50; y += 16) {
    const end = random(5) === 0 ? 200 + random(600) : width - 120;
    if (random(12) === 0) continue;
    for (let x = 120; x < end;) {
      const length = 12 + random(60);
      words.push(`<rect x="${x}" y="${y}" width="${Math.min(length, end - x)}" height="8" fill="#222"/>`);
      x += length + 8;
    }
  }
  return drawn(svg(width, height, `<rect width="100%" height="100%" fill="#fdfdfb"/>${words.join("")}`));
}

/** The same program's window with other content. */
async function screenshot(random: Random): Promise<Buffer> {
  const rows = Array.from({ length: 14 }, (_, row) => {
    const bars = `<rect x="260" y="${60 + row * 38}" width="${100 + random(500)}" height="14" fill="#bbb"/>`;
    return `${bars}<rect x="260" y="${78 + row * 38}" width="${50 + random(400)}" height="10" fill="#777"/>`;
  });
  const panel = `<rect x="${400 + random(200)}" y="${100 + random(250)}" width="${100 + random(250)}" height="${80 + random(200)}" fill="${colour(random)}"/>`;
  const frame = `<rect width="100%" height="100%" fill="#1e1e22"/><rect width="220" height="100%" fill="#2b2b33"/><rect width="100%" height="40" fill="#3c3c48"/>`;
  return drawn(svg(width, height, frame + rows.join("") + panel));
}

/** Some shapes in many colours, 64 x 64. */
async function icon(random: Random): Promise<Buffer> {
  const shapes = [
    `<circle cx="32" cy="32" r="24" fill="${colour(random)}"/>`,
    `<rect x="10" y="10" width="44" height="44" rx="6" fill="${colour(random)}"/>`,
    `<path d="M32 6 L58 56 L6 56 Z" fill="${colour(random)}"/>`,
    `<path d="M8 32 L28 52 L56 12" stroke="${colour(random)}" stroke-width="8" fill="none"/>`,
  ];
  const dot = random(2) === 0 ? "" : `<circle cx="${random(64)}" cy="${random(64)}" r="8" fill="${colour(random)}"/>`;
  return drawn(svg(64, 64, `${shapes[random(shapes.length)]}${dot}`));
}

/** One colour, or nearly: caps left on, fades, empty slides. */
async function flat(random: Random): Promise<Buffer> {
  const level = [0, 4, 250, 255, random(256)][random(5)] ?? 0;
  const mark =
    random(2) === 0 ? "" : `<rect x="${random(width)}" y="${random(height)}" width="6" height="6" fill="#888"/>`;
  return drawn(svg(width, height, `<rect width="100%" height="100%" fill="rgb(${level},${level},${level})"/>${mark}`));
}

function cropped(picture: Sharp, share: number): Sharp {
  const [left, top] = [Math.round((width * share) / 2), Math.round((height * share) / 2)];
  return picture.extract({ left, top, width: width - 2 * left, height: height - 2 * top }).jpeg({ quality: 85 });
}

function caption(): Buffer {
  const text = `<rect x="520" y="550" width="350" height="30" fill="#fff" opacity="0.85"/><rect x="530" y="558" width="330" height="13" fill="#111"/>`;
  return Buffer.from(svg(width, height, text));
}

function ellipses(random: Random, count: number, { wide, high }: { wide: number; high: number }): string {
  return Array.from({ length: count }, () => {
    const at = `cx="${random(wide)}" cy="${random(high)}" rx="${40 + random(260)}" ry="${40 + random(200)}"`;
    return `<ellipse ${at} fill="${colour(random)}" opacity="0.8"/>`;
  }).join("");
}

function colour(random: Random): string {
  return `rgb(${random(256)},${random(256)},${random(256)})`;
}

function svg(wide: number, high: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}">${content}</svg>`;
}

function drawn(drawing: string): Promise<Buffer> {
  return sharp(Buffer.from(drawing)).png({ compressionLevel: 0 }).toBuffer();
}
