import { expect, test } from "vitest";
import { isoTime, propertiesMetadata } from "./document-properties.ts";

test.each([
  ["D:20240714101500+02'00'", "2024-07-14T10:15:00+02:00"],
  ["D:20240714101500Z", "2024-07-14T10:15:00Z"],
  ["D:2024", "2024-01-01"],
  ["2024-07-14T10:15:00Z", "2024-07-14T10:15:00Z"],
  ["2024-07-14T10:15:00.123456", "2024-07-14T10:15:00"],
  ["2024-07-14", "2024-07-14"],
  ["D:20249914", null],
  ["yesterday", null],
  ["", null],
])("the time %s is %s", (text, iso) => expect(isoTime(text)).toBe(iso));

test("properties are one line each, and those that are missing or blank are left out", () => {
  expect(
    propertiesMetadata({ title: " A\n\u0000title ", author: " ", keywords: undefined, created: "nonsense" }),
  ).toEqual({
    title: "A title",
  });
  expect(String(propertiesMetadata({ title: "x".repeat(10_000) })["title"])).toHaveLength(500);
});
