import { describe, expect, it } from "vitest";
import { countOf, firstOf, formatAge, formatBytes, formatDuration } from "./quantities.ts";

describe("quantities for people", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [999_600, "1.0 MB"],
    [9_960, "10 kB"],
    [1_500, "1.5 kB"],
    [25_000_000, "25 MB"],
  ])("%d bytes is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [340, "340 ms"],
    [999.7, "1.0 s"],
    [2_100, "2.1 s"],
    [9_970, "10 s"],
    [59_700, "1 min 0 s"],
    [119_800, "2 min 0 s"],
    [3_599_700, "1 h 0 min"],
    [250_000, "4 min 10 s"],
    [11_100_000, "3 h 5 min"],
    [183_600_000, "2 d 3 h"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [5_000, "just now"],
    [45_000, "45 s ago"],
    [3_600_000, "1 h ago"],
    [200_000_000, "2 d ago"],
  ])("%d ms before is %s", (ms, text) => expect(formatAge(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text));

  it("counts in the singular and the plural", () => {
    expect(countOf(1, "entry", "entries")).toBe("1 entry");
    expect(countOf(1_204, "file")).toBe("1,204 files");
  });

  it("of many names the first are told, and how many more there are", () => {
    expect([[], ["a"], ["a", "b", "c"], ["a", "b", "c", "d"]].map((names) => firstOf(names))).toEqual([
      "",
      "a",
      "a, b, c",
      "a, b, c and 1 more",
    ]);
  });
});
