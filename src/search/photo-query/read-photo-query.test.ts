import { expect, test } from "vitest";
import { openPlaces } from "../../places/places.ts";
import { mayBePhotoQuery, readPhotoQuery } from "./read-photo-query.ts";

const places = openPlaces();
const nowMs = Date.parse("2026-11-23T08:00:00Z");
const read = (query: string) => readPhotoQuery(query, { nowMs, places, timeZone: "UTC" });

/** Question, what is understood of it, and what is left for the search by text. */
const understood: readonly (readonly [query: string, labels: string, rest?: string])[] = [
  [
    "photos taken with Canon in July near Paris at dusk",
    "camera Canon; taken in July; within 36 km of Paris, France; at dusk",
  ],
  ["Canon photos", "camera Canon"],
  ["pictures from my iPhone 15 Pro", "camera iPhone 15 Pro"],
  ["pictures taken with EOS R5 at f/2.8", "camera EOS R5; f/2.8"],
  ["photos shot on a7 III with 85mm lens", "camera A7 III; focal length 85 mm"],
  ["Pixel 7 photos", "camera Pixel 7"],
  ["Nikon D850 photos of me", "camera Nikon D850"],
  ["photos made with a Fuji X-T4", "camera Fuji X-T4"],
  ["photos with the RF 24-105mm", "lens rf 24-105"],
  ["photos between 24 and 70 mm", "focal length 24 mm to 70 mm"],
  ["photos over 200mm", "focal length over 200 mm"],
  ["wide angle photos of churches", "wide angle (35 mm or less on film)", "churches"],
  ["telephoto pictures", "telephoto (85 mm or more on film)"],
  ["photos from 2024-07-14", "taken on 2024-07-14"],
  ["photos 14 July 2024", "taken on 2024-07-14"],
  ["photos of July 14th, 2024", "taken on 2024-07-14"],
  ["photos from 3 May", "taken on 3 May"],
  ["photos from 14.07.2024", "taken on 2024-07-14"],
  ["photos from July 2024", "taken in July 2024"],
  ["photos 2023", "taken in 2023"],
  ["photos between June and August 2023", "taken from June to August 2023"],
  ["photos between 2024-01-05 and 2024-02-10", "taken from 2024-01-05 to 2024-02-10"],
  ["photos from 2019 to 2021", "taken from 2019 to 2021"],
  ["photos from December to February", "taken from December to February"],
  ["photos before 2020", "taken before 2020"],
  ["photos after 2024-07-14", "taken after 2024-07-14"],
  ["photos since July", "taken since July 2026"],
  [
    "photos last summer",
    "taken last summer (2026-06-01 to 2026-08-31) (south of the equator: 2025-12-01 to 2026-02-28)",
  ],
  [
    "photos from last winter",
    "taken last winter (2025-12-01 to 2026-02-28) (south of the equator: 2026-06-01 to 2026-08-31)",
  ],
  ["photos from yesterday", "taken yesterday (2026-11-22)"],
  ["photos last week", "taken last week (2026-11-16 to 2026-11-22)"],
  ["pictures of this year", "taken this year (2026-01-01 to 2026-12-31)"],
  ["photos from the last 7 days", "taken in the last 7 days (2026-11-16 to 2026-11-23)"],
  ["photos taken two years ago", "taken 2 years ago"],
  ["photos from last Friday", "taken last friday (2026-11-20)"],
  ["photos on Sundays in winter", "taken on a Sunday; taken in winter (south of the equator: June to August)"],
  ["photos from autumn 2022", "taken in autumn 2022 (south of the equator: 2022-03-01 to 2022-05-31)"],
  ["Christmas photos 2023", "taken in 2023", "Christmas"],
  ["photos in May", "taken in May"],
  ["sunset photos", "at sunset"],
  ["photos of dogs on the beach at sunrise", "at sunrise", "dogs beach"],
  ["photos during golden hour", "at golden hour"],
  ["photos at night", "at night"],
  ["photos in the early morning", "in the early morning"],
  ["pictures taken around noon", "at noon"],
  ["photos between 18:00 and 20:00", "between 18:00 and 20:00"],
  ["photos within 5 km of Lisbon", "within 5 km of Lisbon, Portugal"],
  ["photos within 10 miles of Vienna", "within 16.1 km of Vienna, Austria"],
  ["photos around 48.85, 2.35", "within 10 km of 48.85, 2.35"],
  ["pictures near 48.8566° N, 2.3522° W", "within 10 km of 48.8566, -2.3522"],
  ["pictures from Paris, Texas", "within 5 km of Paris, Texas"],
  ["photos in Italy", "in Italy"],
  ["photos in the Netherlands", "in Netherlands"],
  ["photos taken in California", "in California"],
  ["photos in São Paulo", "within 32 km of São Paulo, Brazil"],
  ["photos from München", "within 13 km of Munich, Germany"],
  ["photos in Nice in May", "within 8 km of Nice, France; taken in May"],
  ["photos in Nice weather in May", "taken in May", "Nice weather"],
  ["photos in portrait orientation", "portrait format"],
  ["portrait photos of Anna", "portrait format", "Anna"],
  ["landscape pictures ISO 100 to 800", "landscape format; ISO 100 to 800"],
  ["square photos", "square format"],
  ["panoramas in Norway", "panorama; in Norway"],
  ["photos f/1.4 to f/2.8", "f/1.4 to f/2.8"],
  ["photos wider than f/4", "wider than f/4"],
  ["photos shot wide open", "f/2.8 or wider"],
  ["photos ISO above 1600 without flash", "ISO over 1600; without flash"],
  ["high ISO photos", "ISO 1600 or more"],
  ["photos with flash", "with flash"],
  ["long exposure photos", "exposure 0.5 s or longer"],
  ["photos at 1/500 s or faster", "1/500 s or faster"],
  ["photos with 30 second exposure", "exposure 30 s"],
  ["photos rated 4 and up", "rated 4 or more"],
  ["5 star photos", "rated 5"],
  ["RAW photos from Iceland", "RAW files; in Iceland"],
  ["HEIC photos", "HEIC files"],
  ["screenshots from last week", "screenshots; taken last week (2026-11-16 to 2026-11-22)"],
  ["all photos from my trip to Rome", "within 17 km of Rome, Italy", "trip"],
  ["photos from Paris or London", "within 16 km of Paris, France or within 28 km of London, United Kingdom"],
  ["photos in Rome, Italy and in Venice, Italy", "within 17 km of Rome, Italy or within 5 km of Venice, Italy"],
  ["photos in New York", "in New York or within 29 km of New York City, New York"],
  ["Canon or Nikon photos in June and July", "camera Canon or camera Nikon; taken in June or taken in July"],
  ["photos taken in 2024 or 2023", "taken in 2024 or taken in 2023"],
  ["photos 24mm to 35mm", "focal length 24 mm to 35 mm"],
  ["photos with Canon, not Nikon", "camera Canon; not camera Nikon"],
  ["photos near Paris, not at night", "within 36 km of Paris, France; not at night"],
  ["photos except from July", "not taken in July"],
  ["photos at 10pm", "at 22:00"],
  ["photos with ISO over 1600 or more", "ISO 1600 or more"],
  ["photos where the ISO is higher than 3200", "ISO over 3200"],
  ["photos over ISO 100 and under ISO 6400", "ISO over 100; ISO under 6400"],
  ["photos wider than 35mm", "focal length under 35 mm"],
  ["photos with a focal length of 35mm or wider", "focal length 35 mm or less"],
  ["photos at f/2.8 or higher", "f/2.8 or narrower"],
  ["photos with aperture wider than 2.8", "wider than f/2.8"],
  ["photos with aperture larger than f/2.8", "wider than f/2.8"],
  ["photos with aperture between 1.4 and 2", "f/1.4 to f/2"],
  ["photos not wider than f/4", "not wider than f/4"],
  ["photos with shutter speed 1/2000", "1/2000 s"],
  ["photos longer than 1 second", "exposure longer than 1 s"],
  ["photos slower than 1 second", "exposure longer than 1 s"],
  ["photos with exposure time over 2 seconds", "exposure longer than 2 s"],
  ["photos faster than 1/1000", "faster than 1/1000 s"],
  ["photos that aren't from Paris", "not within 16 km of Paris, France"],
  ["photos that weren’t taken in July", "not taken in July"],
  ["photos not taken with Canon or Nikon", "not (camera Canon or camera Nikon)"],
  ["photos without Canon and Nikon", "not (camera Canon or camera Nikon)"],
  ["photos neither with Canon nor in Paris", "not camera Canon; not within 16 km of Paris, France"],
  ["photos no screenshots", "not screenshots"],
  ["photos with no dogs in Paris", "within 16 km of Paris, France", "dogs"],
  ["photos that are not blurry and from Paris", "within 16 km of Paris, France", "blurry"],
  ["photos not only with Canon but also with Nikon", "camera Canon or camera Nikon"],
  ["photos outside July with Canon", "not taken in July; camera Canon"],
  ["photos after July 14 2023 and before July 20 2023", "taken after 2023-07-14 and before 2023-07-20"],
  ["photos from Paris in summer 2023", "within 16 km of Paris, France; taken in summer 2023"],
  [
    "photos from Sydney last summer",
    "within 22 km of Sydney, Australia; taken last summer (2025-12-01 to 2026-02-28, south of the equator)",
  ],
  ["photos in Brazil in summer", "in Brazil; taken in summer (south of the equator: December to February)"],
  ["photos older than 2020", "taken before 2020"],
  ["photos newer than 2024", "taken after 2024"],
  ["photos no later than July 2024", "taken until July 2024"],
  ["photos not older than 2020", "taken since 2020"],
  ["photos older than 5 years", "taken more than 5 years ago (before 2021-11-23)"],
  ["photos from more than two weeks ago", "taken more than 2 weeks ago (before 2026-11-09)"],
  ["photos less than 10 days old", "taken less than 10 days ago (after 2026-11-13)"],
  ["photos taken by July 2023", "taken until July 2023"],
  ["photos after 14 July and before 20 July 2023", "taken after 14 July 2023 and before 2023-07-20"],
  ["photos before 2020 or after 2023", "taken before 2020 or taken after 2023"],
  ["photos in July and August 2023", "taken in July 2023 or August 2023"],
  ["photos from June, July and August 2023", "taken in June 2023 or July 2023 or August 2023"],
  ["photos July/August 2023", "taken in July 2023 or August 2023"],
  ["photos from 14-16 July 2023", "taken from 2023-07-14 to 2023-07-16"],
  ["photos July 14-16 2023", "taken from 2023-07-14 to 2023-07-16"],
  ["photos from 14th to 16th of July 2023", "taken from 2023-07-14 to 2023-07-16"],
  ["photos between 1 and 5 May 2024", "taken from 2024-05-01 to 2024-05-05"],
  ["photos from 1 to 5 May 2024", "taken from 2024-05-01 to 2024-05-05"],
  ["photos from May 1-5, 2024", "taken from 2024-05-01 to 2024-05-05"],
  ["photos from May 1 to 5", "taken from 1 May to 5 May"],
  ["photos from 1, 3 and 5 May", "taken on 1 May or 3 May or 5 May"],
  ["photos of July 14 and 2 dogs", "taken on 14 July", "2 dogs"],
  ["photos from 2023/07/14", "taken on 2023-07-14"],
  ["photos from 20230714", "taken on 2023-07-14"],
  ["photos from 7/4/2023", "taken on 2023-07-04 or 2023-04-07"],
  ["photos from the 1980s", "taken in the 1980s"],
  ["photos from the 90s", "taken in the 1990s"],
  ["photos from last Christmas", "taken at Christmas 2025 (2025-12-24 to 2025-12-26)"],
  ["photos from New Year's Eve 2024", "taken on New Year's Eve 2024 (2024-12-31 to 2025-01-01)"],
  ["photos from the weekend of July 14 2023", "taken in the weekend of 2023-07-14 (2023-07-14 to 2023-07-16)"],
  ["photos from Friday to Sunday", "taken from Friday to Sunday"],
  ["photos on Saturday and Sunday", "taken on a Saturday or a Sunday"],
  ["photos above 2000 m in Nepal", "in Nepal", "2000 m"],
  ["photos on the way from Lisbon to Porto", "within 9 km of Lisbon, Portugal or within 8 km of Porto, Portugal"],
  ["selfies in Rome", "selfies (front camera); within 17 km of Rome, Italy"],
];

test.each(understood.map(([query, labels, rest = ""]) => [query, labels, rest] as const))(
  "of '%s' is understood: %s",
  (query, labels, rest) => {
    const found = read(query);
    expect(found?.understood.join("; ")).toBe(labels);
    expect(found?.rest).toBe(rest);
    expect(mayBePhotoQuery(query)).toBe(true);
  },
);

/** Words that are conditions elsewhere, and texts that are no question. */
const untouched = [
  "photos in nice weather",
  "photos of my Nikon",
  "photos of Mark",
  "may photos be uploaded",
  "pictures of galaxies",
  "pixel photos",
  "photos with 2 dogs",
  "photos in black and white",
  'photos "in July"',
  '"photos taken with Canon in July near Paris at dusk"',
  "`photos in July`",
  "photos of orange flowers in focus",
  "photo album",
  "photos of Christmas trees",
  "",
  "\u00a6\u00a6 photos \u00a6",
];

test.each(untouched)("of '%s' nothing is a condition", (query) => {
  expect(read(query)).toBeNull();
});

test.each([
  "canon",
  "portrait of an error in July",
  "how is config loaded",
  "class Reading in mobile app",
  "regression since 2024-07-14",
  "flash message after login",
  "iso 8601 dates",
  "square root",
  "image_resize in landscape mode",
])("'%s' does not speak of photos", (query) => {
  expect(read(query)?.talk ?? "no").toBe("no");
});

test.each([
  "how does the photo upload handler deal with portrait images in July",
  "class PhotoGallery with landscape images",
  "test for screenshots from last week",
  "photos.map(render) since 2024",
])("'%s' may be about a program", (query) => {
  expect(read(query)?.talk ?? "maybe").toBe("maybe");
});

test("a question of 10,000 characters is not read, and the longest that is takes no long time to read", () => {
  expect(read(`photos in July ${"x".repeat(10_000)}`)).toBeNull();
  const hostile = [
    "in ",
    "near a ",
    "f/1 to ",
    "between 24 and ",
    "1/",
    "with my the an old ",
    "canon mark ",
    "July 1 ",
    "1.1, ",
    '"',
  ];
  for (const part of hostile) read(part.repeat(Math.floor(400 / part.length)));
});

test("words of a condition that may be text, too, are searched for as well", () => {
  expect(read("photos of dogs in May at sunset")?.textQuery).toBe("dogs May sunset");
  expect(read("photos of dogs at f/2.8")?.textQuery).toBe("dogs");
});

test("a day of no year is every year's, and seasons go over the end of the year", () => {
  expect(read("photos in winter")?.filter.clauses[0]?.anyOf).toEqual([
    { kind: "yearly", from: "12-01", to: "02-31", south: { from: "06-01", to: "08-31" } },
  ]);
  expect(read("photos in winter 2023")?.filter.clauses[0]?.anyOf).toEqual([
    { kind: "dates", from: "2023-12-01", to: "2024-02-29", south: { from: "2023-06-01", to: "2023-08-31" } },
  ]);
  expect(read("photos from 30 February 2024")?.understood ?? []).not.toContain("taken on 2024-02-30");
});

test.each([
  ["photos from July that do not show things in Paris", "taken in July", "in Paris"],
  ["Canon photos unless they come from Paris or London", "camera Canon", "from Paris or London"],
  ["Canon photos taken before I moved to Lisbon", "camera Canon", "to Lisbon"],
  ["Canon photos before 7/4/2023", "camera Canon", "7/4/2023"],
  ["Canon photos from June to 7/4/2023", "camera Canon", "from June; 7/4/2023"],
  ["Canon photos far from Paris", "camera Canon", "from Paris"],
])("what is not understood of '%s' is left to the text, and said", (query, labels, unread) => {
  const found = read(query);
  expect(found?.understood.join("; ")).toBe(labels);
  expect(found?.unread.join("; ")).toBe(unread);
});

test("lone surrogates and letters that grow in lower case do not shift what is read", () => {
  expect(read("\ud800 İİİ photos in July 2024")?.understood).toEqual(["taken in July 2024"]);
});
