import { describe, expect, it } from "vitest";
import { isCollectionName, nearestNames, requireCollectionName, suggestCollectionName } from "./collection-name.ts";

describe("collection names", () => {
  it.each(["abc", "frontend_code", "a.b-c", "1.2.3", "256.1.1.1", "01.2.3.4", "1.2.3.4.5", `a${"b".repeat(510)}c`])(
    "%s is legal",
    (name) => {
      expect(isCollectionName(name)).toBe(true);
      expect(suggestCollectionName(name)).toBe(name);
    },
  );

  it.each([
    "",
    "ab",
    "-ab",
    "ab-",
    "A1_",
    "my notes",
    "größe",
    "a/b",
    "a".repeat(513),
    "a..b",
    "a...b",
    "1..2",
    "192.168.1.1",
    "0.0.0.0",
    "255.255.255.255",
    "192.168.1.1.",
    "192.168..1.1",
  ])("refuses %j with the rule and a legal suggestion", (name) => {
    let error: unknown;
    try {
      requireCollectionName(name);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "COLLECTION_NAME_INVALID", message: expect.stringContaining("3 to 512") });
    expect(isCollectionName(suggestCollectionName(name))).toBe(true);
  });

  it("finds the names that were probably meant, best first", () => {
    const known = ["frontend_code", "backend_code", "vacation", "notes"];
    expect(nearestNames("fronted_code", known)[0]).toBe("frontend_code");
    expect(nearestNames("Vacatoin", known)).toEqual(["vacation"]);
    expect(nearestNames("zzzzzz", known)).toEqual([]);
  });
});
