import { expect, test } from "vitest";
import { daylightAt, type Daylight } from "./daylight.ts";
import { createLocalClock } from "./local-clock.ts";

const paris = { latitude: 48.8566, longitude: 2.3522 };
const clock = createLocalClock();

// Published by timeanddate.com for Paris, 14 July 2024, in summer time: twilight from 5:22, sunrise 6:03, sunset 21:50, twilight until 22:31.
test.each<[string, Daylight]>([
  ["05:15", "night"],
  ["05:30", "dawn"],
  ["06:00", "dawn"],
  ["06:06", "sunrise"],
  ["06:40", "golden hour"],
  ["13:54", "day"],
  ["21:15", "golden hour"],
  ["21:47", "sunset"],
  ["21:53", "dusk"],
  ["22:28", "dusk"],
  ["22:34", "night"],
])("in Paris on 14 July 2024 at %s it is %s", (time, light) => {
  expect(daylightAt(Date.parse(`2024-07-14T${time}:00+02:00`), paris)).toBe(light);
});

// Published sunsets and sunrises, a few minutes to either side.
test.each<[string, string, number, number, Daylight]>([
  ["New York, 21 June 2024, sunset 20:31", "2024-06-21T20:28:00-04:00", 40.7128, -74.006, "sunset"],
  ["New York, 21 June 2024, sunset 20:31", "2024-06-21T20:34:00-04:00", 40.7128, -74.006, "dusk"],
  ["Sydney, 21 December 2023, sunrise 5:41", "2023-12-21T05:37:00+11:00", -33.8688, 151.2093, "dawn"],
  ["Sydney, 21 December 2023, sunrise 5:41", "2023-12-21T05:45:00+11:00", -33.8688, 151.2093, "sunrise"],
  ["Quito, at noon", "2024-03-20T12:00:00-05:00", -0.1807, -78.4678, "day"],
  ["Tromsø, at midnight in June: midnight sun", "2024-06-21T00:45:00+02:00", 69.6492, 18.9553, "golden hour"],
  ["Tromsø, at noon in December: the sun stays below", "2024-12-21T11:40:00+01:00", 69.6492, 18.9553, "dawn"],
  ["the South Pole in July", "2024-07-01T12:00:00Z", -90, 0, "night"],
])("%s", (_, moment, latitude, longitude, light) => {
  expect(daylightAt(Date.parse(moment), { latitude, longitude })).toBe(light);
});

test.each([
  ["Paris in July", "2024-07-14T21:45:00", paris, "2024-07-14T19:45:00.000Z"],
  ["Paris in January", "2024-01-14T17:00:00", paris, "2024-01-14T16:00:00.000Z"],
  ["Detroit", "2024-07-14T12:00:00", { latitude: 42.33, longitude: -83.05 }, "2024-07-14T16:00:00.000Z"],
  [
    "Phoenix, without summer time",
    "2024-07-14T12:00:00",
    { latitude: 33.45, longitude: -112.07 },
    "2024-07-14T19:00:00.000Z",
  ],
  [
    "Chengdu, by Beijing's clock",
    "2024-07-14T12:00:00",
    { latitude: 30.66, longitude: 104.06 },
    "2024-07-14T04:00:00.000Z",
  ],
  ["Delhi", "2024-07-14T12:00:00", { latitude: 28.61, longitude: 77.21 }, "2024-07-14T06:30:00.000Z"],
  ["the middle of the Atlantic", "2024-07-14T12:00:00", { latitude: 30, longitude: -40 }, "2024-07-14T15:00:00.000Z"],
  ["the North Pole", "2024-07-14T12:00:00", { latitude: 90, longitude: 0 }, "2024-07-14T12:00:00.000Z"],
  ["Paris, an hour after clocks went on", "2024-03-31T04:00:00", paris, "2024-03-31T02:00:00.000Z"],
  ["Paris, an hour before clocks went back", "2024-10-27T01:30:00", paris, "2024-10-26T23:30:00.000Z"],
])("clocks in %s show the time of their zone", (_, local, position, utc) => {
  expect(new Date(clock.utcMs(Date.parse(`${local}Z`), position)).toISOString()).toBe(utc);
});
