import { afterEach, beforeEach, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeChunk,
  makeDirectory,
  makeDocument,
  makeSearch,
  openTestCatalog,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import type { DocumentInput, Metadata } from "../core/document.ts";
import type { Catalog } from "./api.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let id: string;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  id = catalog.ensureCollection({ ...viewer, name: "app", kind: "permanent", author }).collection.id;
});
afterEach(() => {
  catalog.close();
  place.remove();
});

const store = (...documents: readonly DocumentInput[]) => catalog.write(makeBatch(id, { documents }));
const ask = (query: string, limit = 10) =>
  catalog.search({ ...makeSearch(id, query, { mode: "hybrid", limit }), nowMs: Date.parse("2026-11-23T08:00:00Z") });
const pathsOf = (query: string, limit?: number) => ask(query, limit).hits.map(({ path }) => path);

function image(path: string, metadata: Metadata, words = ""): DocumentInput {
  const text = `Picture ${path}: ${Object.values(metadata).join(", ")}. ${words}`;
  const chunk = makeChunk(text, { kind: "record", symbol: path, startLine: 1, endLine: 1 });
  return { ...makeDocument(path, [chunk]), category: "images", metadata: { unit: "record", ...metadata } };
}

const icons = Array.from({ length: 40 }, (_, index) =>
  image(`assets/icon${index}.png`, { format: "PNG", aspect: index % 2 === 0 ? "portrait" : "square" }),
);
const photos = Array.from({ length: 40 }, (_, index) =>
  image(`trip/DSC_${1000 + index}.jpg`, {
    format: "JPEG",
    camera: "Canon EOS R5",
    aspect: "landscape",
    takenAt: `2023-07-14T10:${String(index).padStart(2, "0")}:00`,
    takenDate: "2023-07-14",
  }),
);

test("a program with many icons is no collection of photos: its code and documents are found", () => {
  store(
    ...icons,
    makeDocument("src/png.ts", [makeChunk("/** Encoder for png images. */ export class Encoder {}")]),
    makeDocument("README.md", [makeChunk("Version 2 was released in July 2023.")]),
    makeDocument("docs/layout.md", [makeChunk("The layout flips in portrait mode.")]),
  );
  expect(pathsOf("where is the png encoder")[0]).toBe("src/png.ts");
  expect(pathsOf("class Encoder for png")[0]).toBe("src/png.ts");
  expect(pathsOf("what was released in July 2023")[0]).toBe("README.md");
  expect(pathsOf("how does the layout flip in portrait mode")[0]).toBe("docs/layout.md");
});

test("among photos of cameras a document that has all words of the question comes first, and code is asked for as ever", () => {
  store(
    ...photos,
    makeDocument("README.md", [makeChunk("Version 2 was released in July 2023.")]),
    makeDocument("src/load.ts", [makeChunk("export function lazyLoadJpgPhotos() { /* jpg */ }")]),
  );
  expect(pathsOf("what was released in July 2023")[0]).toBe("README.md");
  expect(pathsOf("lazyLoadJpgPhotos jpg")[0]).toBe("src/load.ts");
  expect(pathsOf("July 2023 Canon")[0]).toBe("trip/DSC_1039.jpg");
  expect(pathsOf("photos in July").every((path) => path.startsWith("trip/"))).toBe(true);
});

test.each([
  ["compress PNG pictures", "src/compress.ts"],
  ["crop landscape photos to a square", "src/crop.ts"],
  ["lazily load JPG photos", "src/lazy.ts"],
  ["JPG photos lazy loading", "src/lazy.ts"],
  ["pictures taken with Canon rotated wrongly", "docs/notes.md"],
  ["square pictures stay", "docs/notes.md"],
])("'%s' finds %s, whatever photos and icons there are", (query, path) => {
  store(
    ...icons,
    ...photos,
    ...Array.from({ length: 30 }, (_, index) =>
      makeDocument(`src/const${index}.ts`, [makeChunk(`const c${index} = 1;`)]),
    ),
    makeDocument("src/compress.ts", [
      makeChunk("/** Compresses PNG pictures. */ export function compressPngPictures()"),
    ]),
    makeDocument("src/crop.ts", [makeChunk("/** Crops landscape photos to a square. */ export function crop()")]),
    makeDocument("src/lazy.ts", [
      makeChunk("/** Lazily loads JPG photos, lazy loading. */ export function lazyLoad()"),
    ]),
    makeDocument("docs/notes.md", [
      makeChunk("Pictures taken with a Canon are rotated wrongly. Square pictures stay as they are."),
    ]),
  );
  expect(pathsOf(query, 5)).toContain(path);
  // Who surely asks for photos gets them first.
  expect(pathsOf("photos taken with Canon in July", 5).every((found) => found.startsWith("trip/"))).toBe(true);
});
