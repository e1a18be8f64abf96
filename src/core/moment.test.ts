import { describe, expect, test } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { parseMoment } from "./moment.ts";

const now = Date.UTC(2026, 10, 20, 12, 0, 0);
const day = 86_400_000;

describe("parseMoment", () => {
  test.each<[string, number]>([
    ["2026-11-01T10:00:00Z", Date.UTC(2026, 10, 1, 10)],
    ["2026-11-01 10:00:30.5Z", Date.UTC(2026, 10, 1, 10, 0, 30, 500)],
    ["2026-11-01T10:00:00.123456789z", Date.UTC(2026, 10, 1, 10, 0, 0, 123)],
    ["2026-11-01T10:00+02:00", Date.UTC(2026, 10, 1, 8)],
    ["2026-11-01T10:00-0330", Date.UTC(2026, 10, 1, 13, 30)],
    ["1793522400000", 1_793_522_400_000],
    ["now", now],
    ["7d", now - 7 * day],
    ["12h", now - day / 2],
    ["30m", now - 30 * 60_000],
    ["90 seconds ago", now - 90_000],
    ["2 weeks ago", now - 14 * day],
    ["1 month", now - 30 * day],
    ["1y", now - 365 * day],
    ["  7D ", now - 7 * day],
  ])("%s is that moment", (text, expected) => {
    expect(parseMoment(text, now)).toBe(expected);
  });

  test.each<[string, number]>([
    ["2026-11-01", new Date(2026, 10, 1).getTime()],
    ["2026-11", new Date(2026, 10, 1).getTime()],
    ["2026-11-01T09:30", new Date(2026, 10, 1, 9, 30).getTime()],
    ["2024-02-29", new Date(2024, 1, 29).getTime()],
  ])("%s without a zone is meant where the person is", (text, expected) => {
    expect(parseMoment(text, now)).toBe(expected);
  });

  test("today and yesterday begin at midnight here", () => {
    const today = new Date(parseMoment("today", now));
    expect([today.getHours(), today.getMinutes(), today.getMilliseconds()]).toEqual([0, 0, 0]);
    expect(now - today.getTime()).toBeLessThan(day + 3_600_000);
    const yesterday = new Date(parseMoment("yesterday", now));
    expect([yesterday.getHours(), yesterday.getTime() < today.getTime()]).toEqual([0, true]);
  });

  test.each([
    "",
    "soon",
    "2026-02-30",
    "2026-13-01",
    "2026-11-01T25:00",
    "0001-01-01",
    "11/01/2026",
    "7 parsecs",
    "-7d",
    "1234567d",
    "7".repeat(100_000),
  ])("%.20s is refused with an example", (text) => {
    const error = thrownBy(() => parseMoment(text, now));
    expect(error.code).toBe("INPUT_INVALID");
    expect(error.hint).toContain("2026-11-01");
    expect(error.message.length).toBeLessThan(200);
  });
});
