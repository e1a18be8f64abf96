import { expect, test } from "vitest";
import { fileTypeOf } from "../extract/registry.ts";
import { companionPath, companionsOf, findPhotoItems, photoEndings, withCompanions } from "./companions.ts";

const itemsOf = (...names: string[]): Record<string, readonly string[]> =>
  Object.fromEntries(findPhotoItems(names).companions);

test("a RAW and XMP belong to the JPEG of their name, whatever the case of their endings", () => {
  expect(itemsOf("IMG_1.CR2", "IMG_1.JPG", "IMG_1.xmp")).toEqual({ "IMG_1.JPG": [".CR2", ".xmp"] });
  expect(itemsOf("a/x.heic", "a/x.dng", "a/x.DNG.xmp")).toEqual({ "a/x.heic": [".DNG.xmp", ".dng"] });
  expect(itemsOf("x.jpg", "x.jpg.xmp")).toEqual({ "x.jpg": [".jpg.xmp"] });
  expect(itemsOf("x.jpg", "x.crw", "x.crw.xmp")).toEqual({ "x.jpg": [".crw", ".crw.xmp"] });
});

test("XMP without a JPEG belongs to the RAW, and two RAWs stay two", () => {
  expect(itemsOf("x.nef", "x.xmp")).toEqual({ "x.nef": [".xmp"] });
  expect(itemsOf("x.cr2", "x.dng", "x.xmp", "x.dng.xmp")).toEqual({ "x.cr2": [".xmp"], "x.dng": [".dng.xmp"] });
});

test("what has another name, another folder or no photo stays by itself", () => {
  expect(itemsOf("x.jpg", "y.cr2", "a/x.cr2", "X.nef")).toEqual({});
  expect(itemsOf("x.xmp", "x.md", "y.mp4", "y.xmp")).toEqual({});
  expect(itemsOf("x.jpg", "x.png", "x.tif")).toEqual({});
  expect(itemsOf("x.jpg", "x.cr2.xmp")).toEqual({});
  expect(itemsOf("x.crw", "x.xmp", ".xmp", ".jpg")).toEqual({});
});

test("XMP belongs to one of several pictures of its name, the one that people open", () => {
  expect(itemsOf("x.png", "x.jpg", "x.heic", "x.xmp")).toEqual({ "x.jpg": [".xmp"] });
  expect(itemsOf("x.xmp", "x.tif", "x.png", "x.png.xmp")).toEqual({ "x.tif": [".xmp"], "x.png": [".png.xmp"] });
});

test("a photo has six companions at most; more of them stand for themselves", () => {
  const raws = ["cr2", "nef", "arw", "dng", "orf", "rw2", "raf", "pef"].map((ending) => `x.${ending}`);
  const { companions, photoOf } = findPhotoItems(["x.jpg", ...raws, "x.xmp"]);
  expect(companions.get("x.jpg")).toHaveLength(6);
  expect(companions.get("x.jpg")).toContain(".xmp");
  expect(photoOf.size).toBe(6);
});

test("every picture that others may belong to is one whose bytes are read", () => {
  for (const ending of photoEndings)
    expect([ending, fileTypeOf(`x.${ending}`)?.extractor.reads]).toEqual([ending, "ranges"]);
  expect(fileTypeOf("x.xmp")).toBeNull();
});

test("a stat names the companions, changes with any of them, and stays short enough to be stored", () => {
  const own = {
    sizeBytes: 1,
    mtimeMs: 1,
    signature: "1234567890:1700000000000000000:1700000000000000000:12345678:racy",
  };
  const of = (...endings: string[]) =>
    withCompanions(
      own,
      endings.map((ending) => ({ ending, signature: `s${ending}` })),
    );
  expect(of()).toBe(own);
  expect(companionsOf(own)).toEqual([]);
  expect(companionsOf(of(".xmp", ".CR2"))).toEqual([".CR2", ".xmp"]);
  expect(of(".xmp", ".CR2")).toEqual(of(".CR2", ".xmp"));
  const changed = withCompanions(own, [{ ending: ".xmp", signature: "other" }]);
  expect(changed.signature).not.toBe(of(".xmp").signature);
  const most = of(".jpeg.xmp", ".heic.xmp", ".tiff.xmp", ".cr2.xmp", ".cr3.xmp", ".webp.xmp");
  expect(most.signature.length).toBeLessThanOrEqual(200);
});

test("a companion's path is that of the photo with its ending", () => {
  expect(companionPath("a.b/IMG.1.jpg", ".CR2.xmp")).toBe("a.b/IMG.1.CR2.xmp");
});
