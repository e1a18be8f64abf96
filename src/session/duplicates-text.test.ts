import { expect, test } from "vitest";
import type { DuplicateFile, DuplicateGroup, DuplicateReport } from "../duplicates/duplicate-report.ts";
import { duplicatesText } from "./duplicates-text.ts";
import { answerTokens } from "./token-count.ts";

const file = (path: string, rest: Partial<DuplicateFile> = {}): DuplicateFile => {
  return { path, sizeBytes: 1_200_000, mtimeMs: 0, otherNames: [], likeness: 1, note: null, ...rest };
};

const group = (files: readonly DuplicateFile[], rest: Partial<DuplicateGroup> = {}): DuplicateGroup => ({
  files,
  moreFiles: 0,
  keepBecause: "It is the oldest.",
  wastedBytes: 1_200_000,
  isProven: true,
  ...rest,
});

const report = (rest: Partial<DuplicateReport> = {}): DuplicateReport => ({
  method: "full",
  files: 1_204,
  sizeBytes: 12e9,
  groups: [],
  groupCount: 0,
  copies: 0,
  wastedBytes: 0,
  folders: [],
  readBytes: 0,
  emptyFiles: 0,
  hardLinks: 0,
  flatPictures: 0,
  rawsBeside: 0,
  changed: { count: 0, samples: [] },
  left: null,
  skipped: 0,
  skippedBy: {},
  skippedSamples: [],
  isTruncated: false,
  ms: 2_100,
  ...rest,
});

test("groups stand with the copy to keep first, why, and what the others waste", () => {
  const groups = [group([file("a/b.mp4", { otherNames: ["link.mp4"] }), file("copies/b.mp4")])];
  const folders = [{ keep: "a", other: "copies", files: 2, wastedBytes: 1_200_000 }];
  expect(duplicatesText(".", report({ groups, groupCount: 1, copies: 1, wastedBytes: 1_200_000, folders }))).toBe(
    [
      ".: 1 group of equal files, 1 copy beside those to keep, 1.2 MB to free; compared 1,204 files (12 GB) in 2.1 s, by sha256 of all bytes. Nothing was deleted.",
      "copies has 2 copies of files in a (1.2 MB).",
      "",
      "[1] 1.2 MB to free: 2 x 1.2 MB",
      "  keep a/b.mp4 (the same file as link.mp4). It is the oldest.",
      "  copy copies/b.mp4",
    ].join("\n"),
  );
});

test("what is only alike says so, and how much", () => {
  const files = [file("a.jpg", { note: "4000 x 3000" }), file("b.jpg", { likeness: 0.957, note: "800 x 600" })];
  const text = duplicatesText(".", report({ method: "perceptual", groups: [group(files)], groupCount: 1, copies: 1 }));
  expect(text).toContain("look before deleting");
  expect(text).toContain("  copy b.jpg (1.2 MB; 95 % alike; 800 x 600)");
  const partial = report({ method: "partial", groups: [group(files, { isProven: false })], groupCount: 1, copies: 1 });
  expect(duplicatesText(".", partial)).toMatch(/NOT proven equal[^]*, not proven\n/);
});

test("what was not compared, left out or changed is counted", () => {
  const text = duplicatesText(
    "src",
    report({
      left: { files: 3, sizeBytes: 5_000 },
      changed: { count: 7, samples: ["a", "b", "c", "d", "e", "f", "g"] },
      hardLinks: 1,
      emptyFiles: 2,
      skippedBy: { secret: 2, ignored: 1_200 },
      skippedSamples: [{ path: "x.jpg", reason: "failed", message: "sharp does not load" }],
    }),
  );
  expect(text.split("\n")).toEqual([
    "src: no equal files so far; compared 1,204 files (12 GB) in 2.1 s, by sha256 of all bytes.",
    "Not compared for want of time: 3 files (5.0 kB). Narrow it by path, categories or extensions; commons duplicates in a terminal takes its time.",
    "Changed or went meanwhile, in no group: 7 files (a, b, c, d, e, and 2 more).",
    "1 further name of the same files (hard links): no copies, nothing to free.",
    "2 empty files: in no group.",
    "Left out: ignored 1,200, secret 2.",
    "Not read: x.jpg (failed: sharp does not load).",
  ]);
});

test("an answer keeps to its budget, and counts what is cut", () => {
  const many = Array.from({ length: 200 }, (_, index) =>
    group(Array.from({ length: 50 }, (__, copy) => file(`photos/2019/summer ${index}/image ${copy}.jpg`))),
  );
  const text = duplicatesText(".", report({ groups: many, groupCount: 5_000, copies: 245_000 }));
  expect(answerTokens(text)).toBeLessThan(5_200);
  const shown = text.match(/^\[\d+\]/gm)?.length ?? 0;
  expect(text).toContain(`${(5_000 - shown).toLocaleString("en-US")} further groups not shown`);
  expect(text).toContain("  and 37 more copies");
});

test("a file's name cannot pass for a line of the answer", () => {
  const text = duplicatesText(
    ".",
    report({ groups: [group([file("a\n[2] x"), file("b\u2028[3] y")])], groupCount: 1 }),
  );
  expect(text.match(/^\[\d\]/gm)).toEqual(["[1]"]);
});
