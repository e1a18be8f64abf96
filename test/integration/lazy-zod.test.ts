import * as zod from "zod/v4";
import { describe, expect, it } from "vitest";
import * as lazyZod from "../../scripts/lib/lazy-zod.mjs";

// Safe: it stands in for this part of zod's namespace; that both do the same is what the tests are about.
const lazy = lazyZod as unknown as typeof zod;

/** The ways in which the SDK makes schemas. */
const schemas: Record<string, (z: typeof zod) => zod.ZodType> = {
  "an object": (z) => z.object({ name: z.string().min(2), size: z.number().int().optional() }),
  "a strict object made from another": (z) =>
    z
      .object({ id: z.string() })
      .extend({ list: z.array(z.boolean()) })
      .strict(),
  "an object of another's properties": (z) => {
    const base = z.object({ id: z.string(), size: z.number().default(3) });
    return z.object({ ...base.shape, ...base.pick({ id: true }).extend({ more: z.unknown() }).shape });
  },
  "merged objects": (z) => z.looseObject({ a: z.literal("x") }).merge(z.object({ b: z.enum(["p", "q"]).optional() })),
  "a union that knows itself": (z) => {
    const value: zod.ZodType = z.lazy(() =>
      z.union([z.string(), z.null(), z.array(value), z.record(z.string(), value)]),
    );
    return z.object({ value });
  },
  "a discriminated union": (z) =>
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a") }),
      z.object({ kind: z.literal("b"), n: z.coerce.number() }),
    ]),
  "a preprocessed intersection": (z) =>
    z.preprocess(
      (value) => value ?? {},
      z.intersection(z.object({ a: z.string().catch("none") }), z.record(z.string(), z.any())),
    ),
  "a date and an address": (z) =>
    z.object({ at: z.iso.datetime({ offset: true }), mail: z.email().or(z.url()).optional() }),
};

const values = [
  { name: "ab", size: 2 },
  { name: "a" },
  { id: "1", list: [true], other: 1 },
  { id: "1", list: [true] },
  { a: "x", b: "q", c: 1 },
  { a: "x", b: "r" },
  { value: ["x", null, { deep: [[]] }] },
  { value: 1 },
  { kind: "b", n: "12" },
  { kind: "c" },
  { at: "2026-07-28T10:00:00+02:00", mail: "a@b.example" },
  { at: "yesterday" },
  null,
  "text",
];

describe("a deferred schema", () => {
  it.each(Object.keys(schemas))("parses and refuses as zod's own does: %s", (name) => {
    const make = schemas[name];
    if (make === undefined) throw new Error(name);
    const outcome = (schema: zod.ZodType) =>
      values.map((value) => {
        const parsed = schema.safeParse(value);
        return parsed.success ? parsed.data : parsed.error.issues;
      });
    expect(outcome(make(lazy))).toEqual(outcome(make(zod)));
    expect(lazy.toJSONSchema(make(lazy), { unrepresentable: "any", io: "input" })).toEqual(
      zod.toJSONSchema(make(zod), { unrepresentable: "any", io: "input" }),
    );
  });

  it("is not made before its first use, and then once", () => {
    let made = 0;
    const schema = lazy.object({}).superRefine(() => undefined);
    const counted = lazy.object({
      get part() {
        made++;
        return lazy.string();
      },
    });
    expect(made).toBe(0);
    expect(counted.extend({ schema }).safeParse({ part: "a", schema: {} }).success).toBe(true);
    const after = made;
    expect(after).toBeGreaterThan(0);
    counted.parse({ part: "b" });
    counted.parse({ part: "c" });
    expect(made).toBeLessThanOrEqual(after + 1);
  });

  it("shows its properties without being made", () => {
    const impossible = lazy.object({ a: lazy.string(), b: lazy.discriminatedUnion("missing", [lazy.object({})]) });
    expect(Object.keys(impossible.extend({ c: lazy.string() }).shape)).toEqual(["a", "b", "c"]);
    expect(impossible.shape.a.parse("x")).toBe("x");
    expect(() => impossible.parse({ a: "", b: {} })).toThrow("Invalid discriminated union");
  });

  it("counts as zod's own where the SDK looks at it", () => {
    const schema = lazy.object({ a: lazy.string() });
    expect("_zod" in schema).toBe(true);
    expect("~standard" in schema).toBe(true);
    expect(schema).toBeInstanceOf(zod.ZodObject);
    expect(schema["~standard"].validate({ a: "x" })).toEqual({ value: { a: "x" } });
  });
});
