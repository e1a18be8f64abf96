import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { protocolVersion } from "../../src/protocol/operations.ts";
import {
  describeWire,
  schemaRefusals,
  wireRefusals,
  type WireDescription,
  type WireSchema,
} from "../fixtures/wire-schema.ts";

// What callers of this protocol version may send, as it was last released. At a release, and never to make this test pass:
// COMMONS_FREEZE_PROTOCOL=1 npx vitest run test/contracts/protocol.test.ts && npx oxfmt test/contracts
const frozenFile = fileURLToPath(new URL(`protocol-${protocolVersion}.json`, import.meta.url));
if (process.env["COMMONS_FREEZE_PROTOCOL"] === "1")
  writeFileSync(frozenFile, `${JSON.stringify(describeWire(), null, 2)}\n`);

test("the hub takes everything that callers of its protocol version send", () => {
  // Safe: written by describeWire.
  const frozen = JSON.parse(readFileSync(frozenFile, "utf8")) as WireDescription;
  expect(Object.keys(frozen.operations).length).toBeGreaterThan(40);
  expect(
    wireRefusals(frozen, describeWire()),
    "A session of an earlier build would be refused: make the new field optional, or raise protocolVersion.",
  ).toEqual([]);
});

describe("a change of an input", () => {
  const wire = (schema: z.ZodType): WireSchema => z.toJSONSchema(schema, { io: "input" });
  const before = z.strictObject({
    name: z.string().max(100),
    kind: z.enum(["a", "b"]),
    limit: z.number().int().min(1),
  });

  test.each<[string, z.ZodType]>([
    ["a new optional field", before.extend({ more: z.string().optional() })],
    ["a new field with a default", before.extend({ more: z.string().default("x") })],
    ["a longer text", before.extend({ name: z.string().max(200) })],
    ["one more value", before.extend({ kind: z.enum(["a", "b", "c"]) })],
    ["any number instead of a whole one", before.extend({ limit: z.number() })],
    ["null as well", before.extend({ name: z.string().max(100).nullable() })],
    ["a field that may be absent", before.partial({ kind: true })],
    ["fields of any name", z.looseObject(before.shape)],
  ])("passes: %s", (_, now) => {
    expect(schemaRefusals(wire(before), wire(now), "search")).toEqual([]);
  });

  test.each<[string, z.ZodType, string]>([
    ["a new required field", before.extend({ more: z.string() }), "search.more is required now"],
    ["a field less", before.omit({ name: true }), "search.name is gone"],
    ["a shorter text", before.extend({ name: z.string().max(50) }), "search.name: maxLength is tighter"],
    [
      "a text that may not be empty",
      before.extend({ name: z.string().min(1).max(100) }),
      "search.name: minLength is tighter",
    ],
    ["a value less", before.extend({ kind: z.enum(["a"]) }), 'search.kind: "b" is no longer taken'],
    ["another type", before.extend({ name: z.number() }), 'search.name: was "string", is "number"'],
    ["a pattern", before.extend({ name: z.string().max(100).regex(/^x/) }), "search.name: pattern differs"],
    ["a list where a text was", before.extend({ name: z.array(z.string()) }), 'search.name: was "string", is "array"'],
  ])("is named: %s", (_, now, refusal) => {
    expect(schemaRefusals(wire(before), wire(now), "search")).toEqual([refusal]);
  });

  test("is found in lists, records, alternatives and what refers to itself", () => {
    const tree = (max: number) => {
      const node: z.ZodType = z.lazy(() => z.union([z.strictObject({ leaf: z.string().max(max) }), z.array(node)]));
      return z.strictObject({ all: z.array(z.record(z.string(), z.number().max(max))), node });
    };
    expect(schemaRefusals(wire(tree(9)), wire(tree(10)), "x")).toEqual([]);
    const refusals = schemaRefusals(wire(tree(10)), wire(tree(9)), "x");
    expect(refusals).toContain("x.all[].*: maximum is tighter");
    expect(refusals).toContain("x.node: no alternative takes what was sent");
  });

  test("is an operation that is gone", () => {
    const description = (operations: WireDescription["operations"]) => ({
      protocolVersion,
      operations,
      identity: true,
    });
    expect(wireRefusals(description({ search: true }), description({}))).toEqual(["search is gone"]);
    expect(wireRefusals(description({}), description({ search: true }))).toEqual([]);
  });
});
