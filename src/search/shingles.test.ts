import { describe, expect, it } from "vitest";
import { copyShare, likeness, shinglesOf } from "./shingles.ts";

const original = `/** Adds up the prices of a cart. */
export function cartTotal(cart: Cart, rates: Rates): number {
  let total = 0;
  for (const item of cart.items) {
    const rate = rates.find((each) => each.country === item.country);
    if (rate === undefined) throw new Error("no rate for " + item.country);
    total += item.price * item.quantity * (1 + rate.percent / 100);
  }
  return Math.round(total * 100) / 100;
}`;
const other = `export async function readLines(path: string, limit: number): Promise<string[]> {
  const handle = await open(path, "r");
  try {
    const lines: string[] = [];
    for await (const line of handle.readLines()) {
      if (lines.length >= limit) break;
      lines.push(line.trimEnd());
    }
    return lines;
  } finally {
    await handle.close();
  }
}`;

const share = (a: string, b: string, language: string | null = "typescript"): number | null =>
  copyShare(likeness(shinglesOf(a, language), shinglesOf(b, language)));
const linesOf = (text: string, from: number, to?: number): string => text.split("\n").slice(from, to).join("\n");

describe("shingles", () => {
  it("take a text and its copy with other layout, quotes and comments for the same", () => {
    const copy = original
      .replaceAll("  ", "\t")
      .replaceAll(";", "")
      .replaceAll('"', "'")
      .replace("{\n", "{ // every item counts\n")
      .replace(/\/\*\*.*\*\//, "/* The sum. */");
    expect(share(original, copy)).toBe(1);
    expect(shinglesOf(copy, "typescript").identity).toBe(shinglesOf(original, "typescript").identity);
  });

  it("find a copy whose function and variables were renamed", () => {
    const renamed = original
      .replaceAll("cartTotal", "sumOfBasket")
      .replaceAll("total", "sum")
      .replaceAll("item", "entry")
      .replaceAll("rate", "tariff");
    expect(share(original, renamed)).toBeGreaterThan(0.5);
  });

  it("find a copy with lines in another order, and one with a line put in", () => {
    const lines = original.split("\n");
    const moved = [...lines.slice(0, 2), ...lines.slice(4, 6), ...lines.slice(2, 4), ...lines.slice(6)].join("\n");
    expect(share(original, moved)).toBeGreaterThan(0.6);
    expect(share(original, original.replace("let total", "log.info(cart.id);\n  let total"))).toBeGreaterThan(0.8);
  });

  it("find the copied half of a function inside of another", () => {
    const mixed = `${linesOf(other, 0, 9)}\n${linesOf(original, 3)}`;
    expect(share(original, mixed)).toBeGreaterThan(0.4);
  });

  it("take code that shares nothing but the language for no copy", () => {
    expect(share(original, other)).toBeNull();
  });

  it("take short passages for no copies, however alike", () => {
    expect(share("return this.name;", "return this.name;")).toBeNull();
  });

  it("read what begins with # as a comment in Python and as code in C", () => {
    const identity = (text: string, language: string) => shinglesOf(text, language).identity;
    expect(identity("x = 1 # one", "python")).toBe(identity("x = 1", "python"));
    expect(identity('x = 1\n"""Says what it is."""', "python")).toBe(identity("x = 1", "python"));
    expect(identity("#include <a.h>", "c")).not.toBe(identity("#include <b.h>", "c"));
    expect(identity("# Title", "markdown")).not.toBe(identity("# Other", "markdown"));
  });

  it("keep what stands behind // inside of a string", () => {
    const identity = (text: string) => shinglesOf(text, "typescript").identity;
    expect(identity('get("https://a.example")')).not.toBe(identity('get("https://b.example")'));
    expect(identity("a // b")).toBe(identity("a"));
  });

  it("end with texts of nothing but quotes, open comments or a million brackets", () => {
    for (const text of [
      "'".repeat(100_000),
      `/*${"*".repeat(100_000)}`,
      "(".repeat(1_000_000),
      '"""'.repeat(30_000),
      "",
    ])
      for (const language of ["typescript", "python", null])
        expect(shinglesOf(text, language).tokens).toBeLessThanOrEqual(20_000);
  });

  it("tell how many different words a passage has", () => {
    expect(shinglesOf("a.b = a.b + 1", "typescript").distinctWords).toBe(2);
  });
});
