import { describe, expect, test } from "vitest";
import { metadataSchema, whereSchema } from "./schemas.ts";

const messageOf = (schema: typeof metadataSchema | typeof whereSchema, json: string): string | undefined =>
  schema.safeParse(JSON.parse(json)).error?.issues[0]?.message;

describe("metadata", () => {
  test("plain facts pass as they are", () => {
    const facts = { topic: "auth", stars: 3, isOpen: true, "a.b": "", " ": 1, constructor: "x", document: "y" };
    expect(metadataSchema.parse(facts)).toEqual(facts);
  });

  test.each(["", "#document", "$and", "chroma:document", "__proto__", "k".repeat(513), "path", "source", "commons_id"])(
    "the key %j is refused by its name",
    (key) => {
      expect(messageOf(metadataSchema, `{"topic": "auth", ${JSON.stringify(key)}: "x"}`)).toContain(
        `the key "${key.slice(0, 80)}" `,
      );
    },
  );

  test.each(["null", '["x"]', '{"a": null}', '{"a": ["x"]}', '{"a": {"b": 1}}'])("%s is no metadata", (json) => {
    expect(metadataSchema.safeParse(JSON.parse(json)).success).toBe(false);
  });

  test("numbers that JSON cannot carry are refused", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(metadataSchema.safeParse({ value }).success).toBe(false);
    }
  });
});

describe("where", () => {
  test.each([50, 100_000])("a nesting of %d is refused before it takes the stack", (depth) => {
    let where: unknown = { topic: "auth" };
    for (let level = 0; level < depth; level++) where = { $and: [where] };
    const parsed = whereSchema.safeParse(where);
    expect(parsed.error?.issues[0]?.message).toContain("nested more than");
  });

  test("a usual nesting passes", () => {
    const where = { $or: [{ $and: [{ topic: "auth" }, { $or: [{ size: { $in: [1, 2] } }, { $contains: "x" }] }] }] };
    expect(whereSchema.parse(where)).toEqual(where);
  });

  test.each([
    '{"__proto__": "x"}',
    '{"topic": "auth", "__proto__": "x"}',
    '{"$and": [{"__proto__": "x"}]}',
    '{"$or": [{"topic": "a"}, {"$and": [{"__proto__": {"$eq": 1}}]}]}',
  ])("no condition vanishes silently: %s", (json) => {
    expect(whereSchema.safeParse(JSON.parse(json)).success).toBe(false);
  });

  test("a filter passes as it is", () => {
    const where = { $and: [{ topic: "auth" }, { size: { $gt: 3 } }, { $or: [{ kind: { $in: ["a"] } }] }] };
    expect(whereSchema.parse(where)).toEqual(where);
  });
});
