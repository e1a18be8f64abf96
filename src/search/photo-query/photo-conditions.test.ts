import { expect, test } from "vitest";
import { openPlaces } from "../../places/places.ts";
import { readPhotoQuery } from "./read-photo-query.ts";

const places = openPlaces();
const nowMs = Date.parse("2026-11-23T08:00:00Z");
const read = (query: string) => readPhotoQuery(query, { nowMs, places, timeZone: "UTC" });

/** Question, what is understood of it, and what is left for the search by text. */
const understood: readonly (readonly [query: string, labels: string, rest?: string])[] = [
  ["photos before noon", "before noon"],
  ["photos after sunset", "after sunset (dusk or night)"],
  ["photos before sunset in Lisbon", "before sunset (day or golden hour); within 9 km of Lisbon, Portugal"],
  ["photos before sunrise", "before sunrise (night or dawn)"],
  ["photos after midnight", "after midnight"],
  ["pictures taken after dark", "after dark (night)"],
  ["photos after 8pm", "after 20:00"],
  ["photos before 8 am", "before 8:00"],
  ["photos taken at 17:30", "at 17:30 (17:15 to 17:45)"],
  ["photos around 5:30 pm", "around 17:30"],
  ["photos between 17:30 and 19:00", "between 17:30 and 19:00"],
  ["photos from 10 to 2 pm", "between 10:00 and 14:00"],
  ["photos from 10 to 12 on July 14", "between 10:00 and 12:00; taken on 14 July"],
  ["photos on July 14 from 10 to 12", "taken on 14 July; between 10:00 and 12:00"],
  ["photos from the morning of 2023-07-14", "in the morning; taken on 2023-07-14"],
  ["photos from Friday night", "taken on a Friday; at night"],
  ["photos from yesterday evening", "taken yesterday (2026-11-22); in the evening"],
  ["photos from this morning", "taken today (2026-11-23); in the morning"],
  ["photos with Canon 5D or 6D", "camera Canon 5D or Canon 6D"],
  ["Canon 5D, 6D and R5 photos", "camera Canon 5D or Canon 6D or Canon R5"],
  ["Canon 5D and 2 dogs photos", "camera Canon 5D", "2 dogs"],
  ["iPhone 14 or 15 photos", "camera iPhone 14 or iPhone 15"],
  ["photos with X-T4", "camera X-T4"],
  ["photos of the sea with my X100V", "camera X100V", "sea"],
  ["photos with Samsung S23", "camera Samsung S23"],
  ["photos with Samsung Galaxy", "camera Samsung Galaxy"],
  ["photos with Samsung S3", "camera Samsung (any model: the code of S3 is not known)"],
  ["photos not after sunset", "not after sunset (dusk or night)"],
];

test.each(understood.map(([query, labels, rest = ""]) => [query, labels, rest] as const))(
  "of '%s' is understood: %s",
  (query, labels, rest) => {
    const found = read(query);
    expect(found?.understood.join("; ")).toBe(labels);
    expect(found?.rest).toBe(rest);
  },
);

/** What is near a condition, and makes something else of it. */
const untouched = [
  "photos near Mount Fuji",
  "photos of Mt. Fuji",
  "photos an hour before sunset",
  "photos just after sunset",
  "photos with 10 to 12 people",
];

test.each(untouched)("of '%s' nothing is a condition", (query) => {
  expect(read(query)).toBeNull();
});

test("a phone is found by the code that its photos carry", () => {
  const needs = (query: string) => read(query)?.filter.clauses[0]?.anyOf ?? [];
  expect(needs("photos with Samsung S23")).toContainEqual({ kind: "camera", name: "sm-s918" });
  expect(needs("photos with Galaxy S23 Ultra")).toEqual([
    { kind: "camera", name: "s23 ultra" },
    { kind: "camera", name: "sm-s918" },
  ]);
  expect(needs("photos with Samsung A54")).toContainEqual({ kind: "camera", name: "sm-a546" });
});
