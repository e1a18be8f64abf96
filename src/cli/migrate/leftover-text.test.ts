import { describe, expect, it } from "vitest";
import type { MigrationReport } from "../../session/migration.ts";
import type { CollectionResult } from "./collections-run.ts";
import { leaveReasons } from "./collections-run.ts";
import { leftoverLines } from "./leftover-text.ts";
import { isWhole, type PlaceResult } from "./place-run.ts";

const ref = { kind: "volume", volume: "old-data" } as const;
const collection = { identity: "c", name: "notes", tenant: null, database: null, records: 1, isOwn: false };
const nothingLost = {
  withoutText: 0,
  unusableIds: 0,
  secretIds: 0,
  secrets: 2,
  cutFacts: 0,
  repeated: 0,
  tooLarge: 0,
  withoutId: 0,
};
const done = (losses: Partial<MigrationReport> = {}): CollectionResult => ({
  kind: "done",
  collection,
  // Safe: only what was left out is looked at.
  report: { isComplete: true, ...nothingLost, ...losses } as MigrationReport,
});
const place = (...collections: CollectionResult[]): PlaceResult => ({ ref, title: "t", collections, error: null });

describe("what an earlier server left", () => {
  it("may be removed only when every record of the place is here", () => {
    expect(isWhole(place(done()))).toBe(true);
    expect(isWhole(place(done(), { kind: "leave", collection, reason: leaveReasons.repeated }))).toBe(true);
    for (const losses of [{ isComplete: false }, { tooLarge: 1 }, { withoutText: 1 }])
      expect(isWhole(place(done(), done(losses)))).toBe(false);
    for (const kind of ["pending", "declined"] as const)
      expect(isWhole(place(done(), { kind, collection, to: "notes" }))).toBe(false);
    for (const reason of [leaveReasons.unasked, leaveReasons.own])
      expect(isWhole(place(done(), { kind: "leave", collection, reason }))).toBe(false);
    // A tenant that was not the right one looks empty.
    expect(isWhole(place())).toBe(false);
  });

  it("is named as it is called here, and an address is nothing to remove", () => {
    expect(leftoverLines([ref], []).join("\n")).toContain("docker volume rm old-data");
    const url = { kind: "url", url: "http://u:pw@db:1/x", tenant: null, database: null, headers: {} } as const;
    expect(leftoverLines([url], [])).toEqual(["What was brought over is as it was where it came from: http://db:1/x."]);
  });
});
