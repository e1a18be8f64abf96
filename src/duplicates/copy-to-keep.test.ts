import { expect, test } from "vitest";
import { plainWorth } from "./copy-worth.ts";
import { chooseCopyToKeep, type KeepRules } from "./copy-to-keep.ts";

const bare = { names: 1, sizeBytes: 1, mtimeMs: 1_000, worth: plainWorth, companions: 0 };

function kept(paths: readonly string[], of: KeepRules = "same"): string {
  const copies = paths.map((path) => ({ ...bare, path }));
  return paths[chooseCopyToKeep(copies, of).index] ?? "";
}

test.each([
  ["a/deep/path/photo.jpg", "backup/photo.jpg"],
  ["a/deep/path/photo.jpg", "Backup 2019-05-01/photo.jpg"],
  ["a/deep/path/photo.jpg", "photos_backup/photo.jpg"],
  ["a/deep/path/photo.jpg", "Downloads/photo.jpg"],
  ["a/deep/path/photo.jpg", "Sicherungen/photo.jpg"],
  ["a/deep/path/photo.jpg", ".Trash-1000/photo.jpg"],
  ["a/deep/path/photo.jpg", "tmp/photo.jpg"],
  ["backup/photo.jpg", "$RECYCLE.BIN/photo.jpg"],
  ["photo-of-the-sea.jpg", "photo (1).jpg"],
  ["photo-of-the-sea.jpg", "photo copy 2.jpg"],
  ["photo-of-the-sea.jpg", "photo - Copy.jpg"],
  ["photo-of-the-sea.jpg", "photo - Kopie (2).jpg"],
  ["photo-of-the-sea.jpg", "Copy of photo.jpg"],
  ["notes-of-march.md", "notes.md~"],
  ["notes-of-march.md", "notes.md.bak"],
  ["report-of-the-year.odt", "report (conflicted copy).odt"],
])("%s stays rather than %s", (better, worse) => {
  expect(kept([worse, better])).toBe(better);
  expect(kept([better, worse])).toBe(better);
});

test.each(["Report (2019).pdf", "copywriting.md", "photocopy.jpg", "Old Town/a.jpg", "golden.txt", "backupper.c"])(
  "%s is no copy by its name",
  (path) => {
    expect(kept([path, `another/${path.replace(/[^/]*$/, "x")}/${path}`])).toBe(path);
  },
);

test("the reasons that decided are said, the strongest first", () => {
  const copies = [
    { ...bare, path: "b/new.txt", mtimeMs: 9_000 },
    { ...bare, path: "a/far/away/old-one.txt", mtimeMs: 1_000 },
    { ...bare, path: "backup/x.txt", mtimeMs: 0 },
  ];
  expect(chooseCopyToKeep(copies, "same")).toEqual({
    index: 1,
    because: "the oldest, and outside of folders for copies and downloads",
  });
});

test("of the same bytes the file with more names stays, of pictures the one with most pixels, of texts the newest", () => {
  const linked = { ...bare, path: "linked", names: 3, mtimeMs: 5_000 };
  expect(chooseCopyToKeep([{ ...bare, path: "a" }, linked], "same").index).toBe(1);
  const picture = { ...bare, path: "backup/large.jpg", worth: { ...plainWorth, pixels: 100 } };
  expect(
    chooseCopyToKeep([{ ...bare, path: "small.jpg", worth: { ...plainWorth, pixels: 50 } }, picture], "pictures").index,
  ).toBe(1);
  const text = { ...bare, path: "long-name.txt", mtimeMs: 2_000 };
  expect(chooseCopyToKeep([{ ...bare, path: "a.txt" }, text], "texts").index).toBe(1);
});

test("the choice does not hang on the order of the copies", () => {
  const names = ["b", "a", "c/a", "copy/a", "a (1)", "tmp/a"];
  for (let turn = 0; turn < names.length; turn++) {
    const turned = [...names.slice(turn), ...names.slice(0, turn)];
    expect(kept(turned)).toBe("a");
  }
});
