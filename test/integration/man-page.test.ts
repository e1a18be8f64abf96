import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { commandReferences } from "../../scripts/command-reference.ts";
import { manPage } from "../../scripts/man-page.ts";
import { settingSpecs } from "../../src/config/settings.ts";

const page = manPage("1.2.3");

it("the manual names every command, option and variable, in characters that can be copied", () => {
  const plain = page.replaceAll("\\-", "-");
  const { commands } = commandReferences();
  for (const { path, options } of commands.slice(1)) {
    expect(plain).toContain(`.SS ${path} `);
    for (const { term } of options) expect(plain).toContain(`.B ${term}\n`);
  }
  for (const { env } of Object.values(settingSpecs)) expect(plain).toContain(`.B ${env}\n`);
  expect(plain).toMatch(/\.B 130\nInterrupted/i);
});

it("no line of text is taken for a macro", () => {
  const known = new Set(["TH", "SH", "SS", "TP", "PP", "B", "I", "BR", "IR"]);
  const macros = page.split("\n").filter((line) => /^[.']/.test(line) && !line.startsWith('.\\"'));
  expect(macros.filter((line) => !known.has(/^\.(\w+)/.exec(line)?.[1] ?? ""))).toEqual([]);
});

const has = spawnSync("mandoc", ["-T", "lint", fileURLToPath(import.meta.url)]).error === undefined;
if (!has) console.warn("SKIPPED: mandoc is not installed, so the manual is not checked by it.");

it.skipIf(!has)("mandoc finds nothing wrong with it", () => {
  const { stdout, stderr } = spawnSync("mandoc", ["-T", "lint", "-W", "warning"], { input: page, encoding: "utf8" });
  // It holds no date, so that it is the same for the same sources.
  const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
  expect(complaints).toEqual([]);
});

it("the page in the package is that of the sources", () => {
  const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
  const version = /"version": "([^"]+)"/.exec(read("package.json"))?.[1] ?? "";
  expect(read("man/commons.1").split("\n")[1]).toBe(manPage(version).split("\n")[1]);
});
