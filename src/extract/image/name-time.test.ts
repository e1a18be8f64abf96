import { expect, test } from "vitest";
import { nameTimeOf } from "./name-time.ts";

const told = (path: string, isPhoto = true): string | null => {
  const time = nameTimeOf(path, isPhoto);
  if (time === null) return null;
  return time.kind === "time" ? time.takenAt.text : [time.year, time.month ?? []].flat().join(" ");
};

test.each([
  ["Screenshot 2024-07-03 at 10.11.12.png", "2024-07-03T10:11:12"],
  ["Screenshot 2024-07-03 at 1.02.03\u202fPM.png", "2024-07-03T13:02:03"],
  ["Screenshot from 2024-07-03 10-11-12.png", "2024-07-03T10:11:12"],
  ["Screenshot_20240703-101112_Chrome.jpg", "2024-07-03T10:11:12"],
  ["Bildschirmfoto 2024-07-03 um 10.11.12.png", "2024-07-03T10:11:12"],
  ["IMG_20240703_101112.jpg", "2024-07-03T10:11:12"],
  ["IMG_20240703_101112345.jpg", "2024-07-03T10:11:12"],
  ["IMG-20240703-WA0001.jpg", "2024-07-03"],
  ["WhatsApp Image 2024-07-03 at 10.11.12.jpeg", "2024-07-03T10:11:12"],
  ["PXL_20240703_231112345.jpg", "2024-07-03"],
  ["signal-2024-07-03-101112.jpg", "2024-07-03T10:11:12"],
  ["2024-07-03 Hike 3/IMG_1.jpg", "2024-07-03"],
  ["2024/07/03/IMG_1.jpg", "2024-07-03"],
  ["2024/07/IMG_1.jpg", "2024 7"],
  ["2024-07 Lisbon/IMG_1.jpg", "2024 7"],
  ["scans/1985 Grandma in Paris/3.jpg", "1985"],
  ["2001/Grandma 1985.jpg", "1985"],
  ["Summer_1985/a.jpg", "1985"],
  ["Summer 1985/a.jpg", "1985"],
])("'%s' tells %s", (path, time) => {
  expect(told(path)).toBe(time);
});

test.each([
  "IMG_1985.jpg",
  "DSC 2024.jpg",
  "1985-1987/a.jpg",
  "1985 and 1986/a.jpg",
  "1980s/a.jpg",
  "wall 1920x1080/a.jpg",
  "v2024.1/a.jpg",
  "12345678.jpg",
  "IMG_20241303_101112.jpg",
  "2024-02-30.jpg",
  "a/b.jpg",
  "",
])("'%s' tells no time", (path) => {
  expect(told(path)).toBeNull();
});

test("of an icon only its own name tells", () => {
  expect(told("2024/icon.png", false)).toBeNull();
  expect(told("Screenshot 2024-07-03.png", false)).toBe("2024-07-03");
});

test("of a path of any length the end is read", () => {
  for (const part of ["2024-07 ", "1985 ", "2024/07/"]) expect(told(part.repeat(20_000))).not.toBeNull();
  expect(told("x".repeat(20_000))).toBeNull();
});
