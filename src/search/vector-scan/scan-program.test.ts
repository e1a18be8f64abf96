import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { assembleScan } from "../../../scripts/lib/assemble-scan.mjs";

test("the program is what scan.wat says; npm run assemble makes it so", async () => {
  const file = (name: string): string => join(import.meta.dirname, name);
  expect(await readFile(file("scan-program.ts"), "utf8")).toBe(await assembleScan(file("scan.wat")));
});
