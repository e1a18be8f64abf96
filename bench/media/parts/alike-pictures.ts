import { groupAlikePictures, type PrintedPicture } from "../../../src/duplicates/alike-pictures.ts";
import { areAlike, copyLikeness, distanceBetween } from "../../../src/pictures/picture-likeness.ts";
import type { PicturePrint } from "../../../src/pictures/picture-print.ts";
import { runFileTask } from "../../../src/reader/file-tasks.ts";
import { randomNumbers, type Random } from "../../../test/fixtures/random.ts";
import { rounded } from "../../ingest/process-memory.ts";
import { alikePictures, changes, type AlikeFile } from "../corpus/alike-pictures.ts";

const thresholds = [0.95, 0.9, copyLikeness, 0.8, 0.75, 0.7];
const manyPictures = 100_000;
// As many as a reader has in hand.
const atOnce = 3;

/**
 * Pictures that look alike: how many copies of each kind join their original, how many others join it wrongly, pictures decoded and
 * printed a second in one process, and the time to group 100,000 prints.
 */
export async function measureAlikePictures() {
  const { directory, files } = await alikePictures();
  const startMs = performance.now();
  const printed: (PrintedPicture & { readonly file: AlikeFile })[] = [];
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const print = await runFileTask("picture", { root: directory, path: file.path, isTurned: true });
      if (print.kind === "picture") printed.push({ path: file.path, file, print });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const printSeconds = (performance.now() - startMs) / 1_000;
  return {
    pictures: files.length,
    picturesPerSecond: Math.round(printed.length / printSeconds),
    byThreshold: Object.fromEntries(thresholds.map((threshold) => [threshold, outcome(printed, threshold)])),
    grouping: {
      prints: manyPictures,
      upright: secondsOf(manyPrints(printed), false),
      turned: secondsOf(manyPrints(printed), true),
    },
  };
}

/** Percent of the copies, by what was done to them, that are alike to their original; members of groups that are other pictures, by kind. */
function outcome(printed: readonly (PrintedPicture & { readonly file: AlikeFile })[], threshold: number) {
  const byPath = new Map(printed.map((each) => [each.path, each]));
  const wrong: Record<string, number> = {};
  for (const { center, others } of groupAlikePictures(printed, { isTurned: true, threshold }).groups) {
    for (const { path } of others) {
      const [first, second] = [byPath.get(center)?.file, byPath.get(path)?.file];
      if (first === undefined || second === undefined || first.original === second.original) continue;
      const kind = first.burst !== null && first.burst === second.burst ? "burst" : second.kind;
      wrong[kind] = (wrong[kind] ?? 0) + 1;
    }
  }
  const plain = printed.filter(({ file }) => file.change === null);
  const originals = new Map(plain.map(({ file, print }) => [file.original, print]));
  const recall = Object.keys(changes).map((change) => {
    const copies = printed.filter(({ file }) => file.change === change);
    const found = copies.filter(({ print, file }) => {
      const second = originals.get(file.original);
      return second !== undefined && areAlike({ first: print, second }, distanceBetween(print, second), threshold);
    });
    return [change, Math.round((100 * found.length) / copies.length)] as const;
  });
  return { wrong, recall: Object.fromEntries<number>(recall) };
}

function secondsOf(prints: readonly PrintedPicture[], isTurned: boolean): number {
  const startMs = performance.now();
  groupAlikePictures(prints, { isTurned });
  return rounded((performance.now() - startMs) / 1_000);
}

/** Prints with random hashes, every tenth the same as the one before. */
function manyPrints(printed: readonly PrintedPicture[]): PrintedPicture[] {
  const random = randomNumbers(5);
  const photos = printed.filter(({ path }) => path.startsWith("photo"));
  const made: PrintedPicture[] = [];
  for (let number = 0; number < manyPictures; number++) {
    const before = made.at(-1);
    const photo = photos[number % photos.length];
    if (photo === undefined) return made;
    const print = number % 10 === 9 && before !== undefined ? before.print : withHashes(photo.print, random);
    made.push({ path: `${number}.jpg`, print });
  }
  return made;
}

function withHashes(print: PicturePrint, random: Random): PicturePrint {
  const digits = () => Array.from({ length: 16 }, () => random(16).toString(16)).join("");
  const hashes = () => ({ difference: digits(), frequency: digits() });
  return { ...print, hashes: hashes(), turned: Array.from({ length: 7 }, hashes) };
}
