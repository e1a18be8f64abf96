import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../fixtures/world.ts";

interface ShownBy {
  readonly file: string;
  readonly title: string;
}

const reference = /`((?:src|test)\/[^`#]+\.test\.ts)(?:#([^`]+))?`/g;

function referencesIn(text: string): ShownBy[] {
  return [...text.matchAll(reference)].map(([, file = "", title = ""]) => ({ file, title }));
}

/** Whether the file has a test, or a table of tests, of just that title. */
function hasTest({ file, title }: ShownBy): boolean {
  const path = join(packageRoot, file);
  if (!existsSync(path)) return false;
  if (title === "") return true;
  const source = readFileSync(path, "utf8");
  const at = source.indexOf(JSON.stringify(title));
  // In front of a title stands the call, or the end of a table; a comment or a list of names would not do.
  return at !== -1 && /(\b(test|it)(\.\w+(\([^\n]*\))?)*|\))\(\s*$/.test(source.slice(0, at));
}

describe("SECURITY.md", () => {
  const text = readFileSync(join(packageRoot, "SECURITY.md"), "utf8");
  const rows = text.split("\n").flatMap((line) => /^\| (can|cannot) \| (.+) \| (.*) ?\|$/.exec(line) ?? []);
  const lines = text.split("\n").filter((line) => /^\| cann?/.test(line));

  test("says what attackers cannot do, and shows each of it by a test", () => {
    expect(rows.length).toBe(lines.length * 4);
    const unshown = lines.filter((line) => line.startsWith("| cannot") && referencesIn(line).length === 0);
    expect(unshown).toEqual([]);
    expect(lines.filter((line) => line.startsWith("| cannot")).length).toBeGreaterThan(30);
  });

  test("says also what they can do, under every kind of attacker that is not shut out", () => {
    expect(lines.filter((line) => line.startsWith("| can |")).length).toBeGreaterThan(8);
  });

  test("names no test that is not there", () => {
    expect(referencesIn(text).filter((each) => !hasTest(each))).toEqual([]);
  });

  test("notices a test that is renamed, a file that is gone, and a title that is no test's", () => {
    const file = "test/integration/security-lines.test.ts";
    expect(hasTest({ file, title: "names no test that is not there" })).toBe(true);
    expect(hasTest({ file, title: "names no test that is there" })).toBe(false);
    expect(hasTest({ file: "test/integration/nowhere.test.ts", title: "" })).toBe(false);
    expect(hasTest({ file, title: "src" })).toBe(false);
  });
});
