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
  ["photos outside of France", "not in France"],
  ["photos from outside the US", "not in United States"],
  ["photos outside Paris", "not within 16 km of Paris, France"],
  ["photos outside in Paris", "within 16 km of Paris, France", "outside"],
  ["photos over 50 km from Paris", "not within 50 km of Paris, France"],
  ["photos at least 10 km away from Paris", "not within 10 km of Paris, France"],
  ["photos not far from Paris", "within 36 km of Paris, France"],
  [
    "photos neither from Paris nor London",
    "not (within 16 km of Paris, France or within 28 km of London, United Kingdom)",
  ],
  ["photos near Mount Fuji", "near Mount Fuji (roughly)"],
  ["photos in Bali", "in Bali (roughly)"],
  ["photos from the Alps in winter", "in Alps (roughly); taken in winter"],
  ["photos in Tuscany or Provence", "in Tuscany (roughly) or in Provence (roughly)"],
  ["photos within 100 km of Uluru", "within 100 km of Uluru (roughly)"],
  ["photos in Asia", "in Asia (by country)"],
  ["photos in LA", "within 21 km of Los Angeles, California"],
  ["photos in SF", "within 11 km of San Francisco, California"],
  ["photos from NY", "in New York"],
  ["photos in Paris TX", "within 5 km of Paris, Texas"],
  ["Paris photos", "within 16 km of Paris, France"],
  ["Tokyo night photos", "within 29 km of Tokyo, Japan; at night"],
  ["photos lisbon 2024", "within 9 km of Lisbon, Portugal; taken in 2024"],
  ["canon photos paris july", "camera Canon; within 16 km of Paris, France; taken in July"],
  ["july 2023 paris photos", "taken in July 2023; within 16 km of Paris, France"],
  ["Nepal photos", "in Nepal"],
  ["Bali pictures 2023", "in Bali (roughly); taken in 2023"],
  ["photos near 48°51'30\"N 2°17'40\"E", "within 10 km of 48.85833, 2.29444"],
  ["photos at 33°51'24.4\"S, 151°12'55\"E", "within 10 km of -33.85678, 151.21528"],
  ["photos ISO 100, 200 or 400", "ISO 100 or 200 or 400"],
  ["photos at 24 or 35mm", "focal length 24 mm or focal length 35 mm"],
  ["photos from July '23", "taken in July 2023"],
  ["photos in Georgia, US", "in Georgia"],
  ["photos in Victoria, Australia", "in Victoria"],
  ["photos in Granada", "in Grenada or within 7 km of Granada, Spain or Granada, Nicaragua or Granada, Colombia"],
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
  "Frankfurt an der Oder photos",
  "photos from Frankfurt an der Oder",
  "photos in la la land",
  "photos of Paris Hilton",
  "Orange photos",
  "Lisbon and Porto photos",
  "island photos",
  "New photos",
  "photos in IT",
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

test("figures of which no condition is known are said", () => {
  expect(read("Canon photos above 3000 m in 4:3 with 20 megapixels")?.unread).toEqual([
    "above 3000 m",
    "4:3",
    "20 megapixels",
  ]);
});
