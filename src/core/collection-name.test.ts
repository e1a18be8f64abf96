import { describe, expect, it } from "vitest";
import { isCollectionName, nearestNames, requireCollectionName, suggestCollectionName } from "./collection-name.ts";

describe("collection names", () => {
  it.each(
    ["abc", "frontend_code", "a.b-c", "A1_", `a${"b".repeat(510)}c`].map((name) => [name, name !== "A1_"] as const),
  )("%s is legal: %s", (name, isLegal) => {
    expect(isCollectionName(name)).toBe(isLegal);
  });

  it.each(["", "ab", "-ab", "ab-", "my notes", "größe", "a/b", "a".repeat(513)])(
    "refuses %j with the rule and a legal suggestion",
    (name) => {
      let error: unknown;
      try {
        requireCollectionName(name);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: "COLLECTION_NAME_INVALID", message: expect.stringContaining("3 to 512") });
      expect(isCollectionName(suggestCollectionName(name))).toBe(true);
    },
  );

  it("finds the names that were probably meant, best first", () => {
    const known = ["frontend_code", "backend_code", "vacation", "notes"];
    expect(nearestNames("fronted_code", known)[0]).toBe("frontend_code");
    expect(nearestNames("Vacatoin", known)).toEqual(["vacation"]);
    expect(nearestNames("zzzzzz", known)).toEqual([]);
  });
});
