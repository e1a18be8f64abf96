import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { randomNumbers, type Random } from "../../../test/fixtures/random.ts";
import { madeOnce } from "./made-once.ts";

const edition = 1;
const [width, height] = [1600, 1200];

/** What becomes of each original; the directory of the copies has the name. */
const copies = {
  smaller: (picture: Sharp) => picture.resize(640, 480).jpeg({ quality: 80 }),
  recompressed: (picture: Sharp) => picture.jpeg({ quality: 45 }),
  brighter: (picture: Sharp) => picture.modulate({ brightness: 1.08 }).jpeg({ quality: 85 }),
  // Turned by its flag alone: shown as the original is.
  flagged: (picture: Sharp) => picture.rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 85 }),
  turned: (picture: Sharp) => picture.rotate(90).jpeg({ quality: 85 }),
  "as-webp": (picture: Sharp) => picture.webp({ quality: 75 }),
} satisfies Record<string, (picture: Sharp) => Sharp>;

export const copyNames = Object.keys(copies);

/**
 * Pictures with pixels, 1600 x 1200: `original/N.jpg`, and copies of the first `copied` of them in directories named after what was done
 * to them (`copyNames`), with the same number. Pictures of other numbers are others: skies, shapes and grain drawn at random.
 */
export function realPictures({ count, copied }: { readonly count: number; readonly copied: number }): Promise<string> {
  return madeOnce(`real-pictures-${edition}-${count}-${copied}`, async (directory) => {
    for (const name of ["original", ...copyNames]) mkdirSync(join(directory, name), { recursive: true });
    for (let number = 0; number < count; number++) {
      const pixels = await drawn(randomNumbers(1_000 + number));
      const raw = () => sharp(pixels, { raw: { width, height, channels: 3 } });
      await raw()
        .jpeg({ quality: 90 })
        .toFile(join(directory, "original", `${number}.jpg`));
      if (number >= copied) continue;
      for (const [name, copy] of Object.entries(copies))
        await copy(raw()).toFile(join(directory, name, `${number}.${name === "as-webp" ? "webp" : "jpg"}`));
    }
  });
}

/** Soft colours over the whole, sharp shapes over them, and grain. */
async function drawn(random: Random): Promise<Buffer> {
  const coarse = { width: 8, height: 6, channels: 3 } as const;
  const sky = Buffer.from(Array.from({ length: coarse.width * coarse.height * 3 }, () => random(256)));
  const pixels = await sharp(sky, { raw: coarse })
    .resize(width, height, { kernel: "cubic" })
    .composite([{ input: Buffer.from(shapes(random)) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = Math.min(255, Math.max(0, (pixels[at] ?? 0) + random(13) - 6));
  return pixels;
}

function shapes(random: Random): string {
  const drawnShapes = Array.from({ length: 6 + random(8) }, () => {
    const colour = `rgb(${random(256)},${random(256)},${random(256)})`;
    const at = `cx="${random(width)}" cy="${random(height)}" rx="${40 + random(300)}" ry="${40 + random(300)}"`;
    return `<ellipse ${at} fill="${colour}" transform="rotate(${random(90)} ${width / 2} ${height / 2})"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawnShapes.join("")}</svg>`;
}
