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
import type { SearchFilters } from "../core/search.ts";
import type { Catalog } from "./api.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let id: string;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  id = catalog.ensureCollection({ ...viewer, name: "vacation", kind: "permanent", author }).collection.id;
});
afterEach(() => {
  catalog.close();
  place.remove();
});

const store = (...documents: readonly DocumentInput[]) => catalog.write(makeBatch(id, { documents }));
const ask = (query: string, { limit = 10, filters = {} }: { limit?: number; filters?: SearchFilters } = {}) =>
  catalog.search({
    ...makeSearch(id, query, { mode: "hybrid", limit, filters }),
    nowMs: Date.parse("2026-11-23T08:00:00Z"),
  });
const pathsOf = (query: string, filters: SearchFilters = {}) => ask(query, { filters }).hits.map(({ path }) => path);
const notesOf = (query: string) =>
  ask(query)
    .notes.map(({ text }) => text)
    .join("\n");

function photo(path: string, metadata: Metadata, words = ""): DocumentInput {
  const taken = metadata["takenAt"];
  const date: Metadata = typeof taken === "string" ? { takenDate: taken.slice(0, 10) } : {};
  const text = `Photo ${path}: ${Object.values(metadata).join(", ")}. ${words}`;
  const chunk = makeChunk(text, { kind: "record", symbol: path, startLine: 1, endLine: 1 });
  return { ...makeDocument(path, [chunk]), category: "images", metadata: { ...date, unit: "record", ...metadata } };
}

const paris = { latitude: 48.86, longitude: 2.34, nearCountry: "FR" };
const canon = { camera: "Canon EOS R5", cameraMake: "Canon" };
const parisDusk = photo("eiffel.jpg", { ...canon, ...paris, takenAt: "2024-07-14T22:05:00+02:00", daylight: "dusk" });

test("the sentence of the documentation finds the photo that is all of it, and no other", () => {
  store(
    parisDusk,
    photo("noon.jpg", { ...canon, ...paris, takenAt: "2024-07-14T12:00:00+02:00", daylight: "day" }),
    photo("nikon.jpg", { camera: "NIKON D850", ...paris, takenAt: "2024-07-14T22:00:00+02:00", daylight: "dusk" }),
    photo("august.jpg", { ...canon, ...paris, takenAt: "2024-08-14T21:30:00+02:00", daylight: "dusk" }),
    photo("lyon.jpg", {
      ...canon,
      latitude: 45.76,
      longitude: 4.84,
      takenAt: "2024-07-15T21:50:00+02:00",
      daylight: "dusk",
    }),
  );
  const query = "photos taken with Canon in July near Paris at dusk";
  expect(pathsOf(query)).toEqual(["eiffel.jpg"]);
  expect(notesOf(query)).toContain(
    "Read as camera Canon; taken in July; within 36 km of Paris, France; at dusk: 1 photo, newest first.",
  );
});

test("a question of conditions alone lists the newest first, and what has no time last", () => {
  store(
    photo("old.jpg", { ...canon, takenAt: "2019-01-01T10:00:00" }),
    photo("undated.jpg", canon),
    photo("new.jpg", { ...canon, takenAt: "2024-01-01T10:00:00" }),
    photo("zoned.jpg", { ...canon, takenAt: "2024-01-01T08:30:00-05:00" }),
  );
  expect(pathsOf("Canon photos")).toEqual(["zoned.jpg", "new.jpg", "old.jpg", "undated.jpg"]);
  expect(ask("Canon photos", { limit: 2 }).hits).toHaveLength(2);
});

test("what is left of the question ranks the photos, and none that has the conditions is lost", () => {
  store(
    photo("a.jpg", { ...canon, takenAt: "2024-01-03T10:00:00" }, "A cat on a wall."),
    photo("b.jpg", { ...canon, takenAt: "2024-01-01T10:00:00" }, "Two dogs playing on the beach."),
    photo("c.jpg", { camera: "NIKON Z 6", takenAt: "2024-01-02T10:00:00" }, "Dogs on a beach."),
  );
  expect(pathsOf("photos of dogs on the beach with Canon")).toEqual(["b.jpg", "a.jpg"]);
});

test("when no photo is all that was asked, the least is left out, and said", () => {
  store(parisDusk, photo("nikon.jpg", { camera: "NIKON D850", takenAt: "2024-03-14T22:00:00" }));
  expect(pathsOf("photos with Canon near Paris in July at night")).toEqual(["eiffel.jpg"]);
  expect(notesOf("photos with Canon near Paris in July at night")).toContain(
    "No photo is all that was asked; left out: at night.",
  );
  expect(notesOf("photos taken with Leica at f/16")).toContain("No photo stored here is camera Leica and f/16");
});

test("what sounds like a condition and was not read as one is said", () => {
  store(parisDusk);
  expect(notesOf("Canon photos far from Paris")).toContain('Not read as a condition: "from Paris".');
  expect(notesOf("Canon photos outside of France")).toContain(
    "No photo is all that was asked; left out: not in France.",
  );
});

test("photos without the fact are found by their words: a folder, a caption", () => {
  store(
    photo("Trip to Paris/scan.jpg", { ...canon }),
    photo("x/scan2.jpg", { ...canon, caption: "Our hotel in Paris" }),
    photo("y/far.jpg", { ...canon, latitude: 10, longitude: 10, caption: "Like Paris" }),
    photo("z/other.jpg", { camera: "NIKON D850", caption: "My Canon on a table" }),
  );
  expect(pathsOf("photos in Paris").toSorted()).toEqual(["Trip to Paris/scan.jpg", "x/scan2.jpg"]);
  expect(pathsOf("Canon photos")).toContain("z/other.jpg");
  expect(pathsOf("photos taken with Canon")).not.toContain("z/other.jpg");
});

test("a year of a folder counts, and what had to be left out ranks the others as words", () => {
  store(
    photo("1985 Grandma in Paris/2.jpg", { takenYear: 1985, takenFrom: "name" }),
    photo("1986 Grandma in Rome/3.jpg", { takenYear: 1986, takenFrom: "name" }),
    photo("new.jpg", { ...canon, takenAt: "2024-01-01T10:00:00" }),
  );
  expect(pathsOf("photos from 1985")).toEqual(["1985 Grandma in Paris/2.jpg"]);
  expect(pathsOf("photos from Paris 1985")).toEqual(["1985 Grandma in Paris/2.jpg"]);
  store(
    photo("box/a.jpg", { ...canon, takenAt: "2023-01-01T10:00:00" }, "On the back: June 1950."),
    photo("box/b.jpg", { ...canon, takenAt: "2025-01-01T10:00:00" }, "Nothing on the back."),
  );
  expect(pathsOf("Canon photos from June 1950")[0]).toBe("box/a.jpg");
});

test("a burst is one hit that names the whole of it, whatever the limit is", () => {
  const burst = Array.from({ length: 12 }, (_, index) =>
    photo(`park/IMG_${101 + index}.jpg`, {
      ...canon,
      takenAt: `2024-05-01T10:00:${String(10 + index).padStart(2, "0")}`,
    }),
  );
  store(...burst, photo("park/IMG_090.jpg", { ...canon, takenAt: "2024-05-01T09:00:00" }));
  for (const limit of [1, 10]) {
    const [first] = ask("Canon photos from May", { limit }).hits;
    expect(first?.burst).toMatchObject({ photos: 12, first: "park/IMG_101.jpg", last: "park/IMG_112.jpg" });
  }
  expect(ask("Canon photos from May").hits.map(({ path }) => path)).toEqual(["park/IMG_112.jpg", "park/IMG_090.jpg"]);
  expect(ask("park").hits).toHaveLength(2);
});

test("two photos, other cameras, other folders and times of no clock are no burst", () => {
  store(
    photo("a/1.jpg", { ...canon, takenAt: "2024-05-01T10:00:00" }),
    photo("a/2.jpg", { ...canon, takenAt: "2024-05-01T10:00:01" }),
    photo("a/3.jpg", { camera: "NIKON D850", takenAt: "2024-05-01T10:00:01" }),
    photo("b/3.jpg", { ...canon, takenAt: "2024-05-01T10:00:02" }),
    ...Array.from({ length: 121 }, (_, index) =>
      photo(`made/${index}.jpg`, { ...canon, takenAt: "2024-01-01T00:00:00" }),
    ),
  );
  expect(ask("photos from 2024", { limit: 200 }).hits.every(({ burst }) => burst === undefined)).toBe(true);
});

test("scans, days without a time and photos that somebody told apart are no burst", () => {
  const series = (folder: string, of: (index: number) => Metadata) =>
    Array.from({ length: 16 }, (_, index) => photo(`${folder}/${index}.jpg`, of(index)));
  store(
    ...series("day", () => ({ ...canon, takenAt: "1985-01-01T00:00:00" })),
    ...series("second", () => ({ ...canon, takenAt: "1985-01-01T10:00:00" })),
    ...series("scans", (index) => ({ camera: "EPSON Perfection V600", takenAt: `1985-01-01T10:01:${10 + index}` })),
    ...series("told", (index) => ({ ...canon, takenAt: `1985-01-01T10:02:${10 + index}`, caption: `Guest ${index}` })),
  );
  expect(ask("photos from 1985", { limit: 100 }).hits).toHaveLength(64);
  store(...series("burst", (index) => ({ ...canon, takenAt: `1986-01-01T10:00:00.${10 + index}`, caption: "A race" })));
  expect(ask("photos from 1986").hits.map(({ burst }) => burst?.photos)).toEqual([16]);
});

test("what is not wanted is left out, and of two that are named either will do", () => {
  store(
    photo("canon.jpg", { ...canon, takenAt: "2024-05-03T10:00:00" }),
    photo("nikon.jpg", { camera: "NIKON D850", takenAt: "2024-05-02T10:00:00" }),
    photo("leica.jpg", { camera: "Leica M10", takenAt: "2024-05-01T10:00:00" }),
  );
  expect(pathsOf("photos from 2024, not taken with Nikon")).toEqual(["canon.jpg", "leica.jpg"]);
  expect(pathsOf("Canon or Nikon photos")).toEqual(["canon.jpg", "nikon.jpg"]);
});

test("filters that are given hold besides what the question says", () => {
  store(
    photo("a/1.jpg", { ...canon, takenAt: "2024-05-01T10:00:00" }),
    photo("b/2.jpg", { ...canon, takenAt: "2024-05-02T10:00:00" }),
  );
  expect(pathsOf("Canon photos", { path: "a/**" })).toEqual(["a/1.jpg"]);
  expect(pathsOf("before 2 May 2024", { category: "images" })).toEqual(["a/1.jpg"]);
  expect(pathsOf("Canon photos", { where: { takenAt: { $gt: "2024-05-02" } } })).toEqual(["b/2.jpg"]);
});

test("a collection of code is searched as ever, whatever the question says", () => {
  const files = [
    makeDocument("src/a.ts", [makeChunk("the portrait of an error that came up in July")]),
    makeDocument("src/canon.ts", [makeChunk("export function canonicalPhoto(image) { return landscape; }")]),
  ];
  store(...files);
  const queries = [
    "photos taken with Canon in July near Paris at dusk",
    "portrait of an error in July",
    "canon",
    "landscape photos",
  ];
  const plain = queries.map((query) => ask(query));
  expect(plain.every(({ notes, hits }) => notes.length === 0 && hits.length > 0)).toBe(true);
  // An icon among the code changes nothing for questions that are not surely about photos.
  store(photo("docs/july-portrait.png", { aspect: "portrait" }));
  const asked = ["portrait of an error in July", "landscape image component", "image upload in July"];
  for (const query of asked) expect(ask(query).notes).toEqual([]);
});

test("where photos stand among other files, those come first and what matches as text follows", () => {
  store(parisDusk, makeDocument("trip.md", [makeChunk("Our photos of July in Paris, taken with a Canon")]));
  expect(pathsOf("photos taken with Canon in July")).toEqual(["eiffel.jpg", "trip.md"]);
});

test("keyword mode, other categories and quotes search for the words", () => {
  store(parisDusk);
  for (const request of [
    makeSearch(id, "photos taken with Canon", { mode: "keyword" }),
    makeSearch(id, '"photos taken with Canon"', { mode: "hybrid" }),
    makeSearch(id, "photos taken with Canon", { mode: "hybrid", filters: { category: "code" } }),
  ])
    expect(catalog.search(request).notes).toEqual([]);
});
