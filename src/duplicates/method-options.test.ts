import { expect, test } from "vitest";
import { requireUsedOptions } from "./method-options.ts";

const names = { method: "--method", rotated: "--rotated", threshold: "--threshold" };

test("options that a method does not look at are refused with the method that does", () => {
  const refused = (method: "full" | "partial" | "text", isTurned: boolean, threshold?: number) => () =>
    requireUsedOptions({ method, isTurned, threshold }, names);
  expect(refused("full", true)).toThrow("--rotated means nothing to the method full.");
  expect(refused("text", true)).toThrow("--rotated");
  expect(refused("partial", false, 0.9)).toThrow("--threshold means nothing to the method partial.");
  expect(refused("text", false, 0.9)).not.toThrow();
  expect(refused("full", false)).not.toThrow();
  requireUsedOptions({ method: "perceptual", isTurned: true, threshold: 0.9 }, names);
});
