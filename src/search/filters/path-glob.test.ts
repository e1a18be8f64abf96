import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import { compilePathGlob } from "./path-glob.ts";

describe("compilePathGlob", () => {
  test.each<[string, string[], string[]]>([
    ["*.ts", ["a.ts", "src/a.ts", "src/.hidden.ts"], ["a.tsx", "ts"]],
    ["src", ["src/a.ts", "lib/src", "src"], ["src2/a.ts", "lib/src/a.ts"]],
    ["./src/", ["src/a.ts"], ["lib.ts"]],
    ["src/**", ["src/a.ts", "src/.b/c.ts"], ["lib/a.ts"]],
    ["src/**/*.ts", ["src/a.ts", "src/b/c/d.ts"], ["src/a.js", "a.ts"]],
    ["**/test/**", ["test/a", "x/test/a/b"], ["tests/a"]],
    ["src/*/a.ts", ["src/x/a.ts"], ["src/a.ts", "src/x/y/a.ts"]],
    ["**/*.{md,py}", ["a.md", "x/.y/b.py"], ["a.mdx"]],
    ["{src,lib}/**", ["src/a", "lib/b/c"], ["test/a"]],
    ["chapter-{1..3}.md", ["chapter-2.md"], ["chapter-4.md"]],
    ["file?.txt", ["file1.txt", "d/fileX.txt"], ["file.txt", "file12.txt"]],
    ["[a-c]*.js", ["b.js", "x/apple.js"], ["d.js"]],
    ["[!a]*.js", ["b.js"], ["a.js"]],
    ["@(a|b).js", ["a.js", "b.js"], ["ab.js"]],
    ["+(ab).js", ["ab.js", "abab.js"], [".js"]],
    ["(a|b)/*.js", ["a/x.js"], ["c/x.js"]],
    ["app/(shop)/*.tsx", ["app/(shop)/page.tsx"], ["app/shop/page.tsx"]],
    ["app/[slug]/page.tsx", ["app/[slug]/page.tsx", "app/s/page.tsx"], ["app/x/page.tsx"]],
    ["a\\*b", ["a*b"], ["axb"]],
    ["a.b+c$/*", ["a.b+c$/x"], ["axb+c$/x"]],
    ["notes {draft}/*", ["notes {draft}/a"], ["notes draft/a"]],
    ["odd[/x", ["odd[/x"], ["odd/x"]],
    ["文档/*.md", ["文档/说明.md"], ["说明.md"]],
  ])("%s", (glob, matching, others) => {
    const matches = compilePathGlob(glob);
    expect(matching.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });

  test.each(["", "./", "!(a).ts", "!lib/**", "{1..100000}", "{1..200}".repeat(100), "x".repeat(2_000)])(
    "%.20s is refused with an example",
    (glob) => {
      const error = thrownBy(() => compilePathGlob(glob));
      expect(error.code).toBe("INPUT_INVALID");
      expect(error.hint).toContain("src/**/*.ts");
    },
  );

  test("a pattern made to be slow is as quick as its length allows", () => {
    const path = `${"a".repeat(4_000)}!`;
    for (const glob of [
      "*a".repeat(400),
      "**/".repeat(300) + "b",
      "+(a|aa|aaa)b",
      "+(+(+(a)))b",
      "{a*,".repeat(200),
      `${"{a,a}".repeat(150)}b`,
    ]) {
      expect(compilePathGlob(glob)(path)).toBe(false);
    }
  });

  test("plain globs mean what they mean to picomatch", () => {
    const parts = ["a", "b", ".c", "/", "/", "*", "**", "/**/", "?", "{a,b}", "[ab]", ".", "x{a,*/b}"];
    const names = ["a", "b", ".c", "ab", "x", "xa", "a.b"];
    const random = seeded(7);
    const some = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    const counted = { matching: 0, all: 0 };
    for (let round = 0; round < 4_000; round++) {
      const glob = Array.from({ length: 1 + Math.floor(random() * 5) }, () => some(parts)).join("");
      // Whether a/** takes a itself depends on a there; here it does not. Empty names between slashes are in no path, and stars beside stars mean too much to too many.
      if (!/[*?[{]/.test(glob) || /\/\/|^\/|\/(?:\*\*)?$|\*\*\*|^\.|\/\.|[^/]\*\*|\*\*[^/]/.test(glob)) continue;
      const theirs = picomatch(glob, { dot: true, basename: !glob.includes("/"), nonegate: true, windows: false });
      const ours = compilePathGlob(glob);
      for (let place = 0; place < 10; place++) {
        const path = Array.from({ length: 1 + Math.floor(random() * 4) }, () => some(names)).join("/");
        expect({ glob, path, matches: ours(path) }).toEqual({ glob, path, matches: theirs(path) });
        counted.all++;
        if (theirs(path)) counted.matching++;
      }
    }
    expect(counted.all).toBeGreaterThan(3_000);
    expect(counted.matching).toBeGreaterThan(200);
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
