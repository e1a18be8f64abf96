import { expect, test } from "vitest";
import type { PhotoClause, PhotoNeed } from "../../core/photo-filter.ts";
import { keptClauses } from "./relaxing.ts";

const clause = (need: PhotoNeed): PhotoClause => ({ anyOf: [need], words: [], wordsCount: "always", label: need.kind });
const camera = clause({ kind: "camera", name: "canon" });
const july = clause({ kind: "yearly", from: "07-01", to: "07-31" });
const dusk = clause({ kind: "daylight", names: ["dusk"], fromHour: 17, toHour: 23 });
const clauses = [camera, july, dusk];

test("all clauses stay where some photo has all", () => {
  expect(
    keptClauses(
      clauses,
      new Map([
        [0b111, 2],
        [0b011, 9],
      ]),
    ),
  ).toEqual({ kept: [0, 1, 2], photos: 2 });
});

test("of as many clauses those stay that mean most", () => {
  expect(
    keptClauses(
      clauses,
      new Map([
        [0b101, 5],
        [0b011, 1],
        [0b110, 7],
      ]),
    ),
  ).toEqual({ kept: [0, 1], photos: 1 });
});

test("more clauses are better than weightier ones, and all photos that have them count", () => {
  expect(
    keptClauses(
      clauses,
      new Map([
        [0b010, 5],
        [0b101, 1],
        [0, 7],
      ]),
    ),
  ).toEqual({ kept: [0, 2], photos: 1 });
  expect(keptClauses(clauses, new Map([[0, 7]]))).toEqual({ kept: [], photos: 7 });
});
