import { describe, expect, it } from "vitest";
import { similarGroup, similarMatch } from "../../test/fixtures/similar.ts";
import { PairCollector } from "./similar-pairs.ts";

const mineAt = (path: string, startLine: number) => ({
  path,
  startLine,
  endLine: startLine + 9,
  symbol: null,
  scope: [],
});

describe("collecting pairs", () => {
  it("puts identical before near copies before look-alikes, and in each what says more first", () => {
    const collector = new PairCollector([]);
    collector.add(
      mineAt("a.ts", 1),
      similarGroup([similarMatch({ match: "look-alike", similarity: 0.95, path: "1" })]),
    );
    collector.add(
      mineAt("b.ts", 1),
      similarGroup([similarMatch({ match: "near-copy", similarity: 0.9, path: "2" })], 8),
    );
    collector.add(
      mineAt("c.ts", 1),
      similarGroup([similarMatch({ match: "near-copy", similarity: 0.8, path: "3" })], 80),
    );
    collector.add(mineAt("d.ts", 1), similarGroup([similarMatch({ match: "identical", similarity: 1, path: "4" })], 7));
    expect(collector.pairs(10).map(({ theirs }) => theirs.path)).toEqual(["4", "3", "2", "1"]);
    expect(collector.found).toEqual({ identical: 1, "near-copy": 2, "look-alike": 1 });
  });

  it("shows three pairs of the same two files and counts the others", () => {
    const collector = new PairCollector([]);
    for (let line = 1; line <= 70; line += 10)
      collector.add(mineAt("a.ts", line), similarGroup([similarMatch({ startLine: line })]));
    collector.add(mineAt("a.ts", 1), similarGroup([similarMatch({ path: "other.ts" })]));
    const pairs = collector.pairs(10);
    expect(pairs.map(({ theirs }) => theirs.path).toSorted()).toEqual(["lib/b.ts", "lib/b.ts", "lib/b.ts", "other.ts"]);
    expect(pairs.reduce((sum, { furtherOfFiles }) => sum + furtherOfFiles, 0)).toBe(4);
    expect(collector.pairs(1)).toHaveLength(1);
  });

  it("names two own passages once, not in both directions", () => {
    const collector = new PairCollector([{ key: "ws-own", path: "/home/ann/myapp" }]);
    const own = (path: string) => similarGroup([similarMatch({ sourceKey: "ws-own", path, startLine: 1 })]);
    collector.add(mineAt("a.ts", 1), own("b.ts"), "/home/ann/myapp");
    collector.add(mineAt("b.ts", 1), own("a.ts"), "/home/ann/myapp");
    expect(collector.pairs(10).map(({ mine, theirs }) => [mine.path, theirs.path, theirs.isOwn])).toEqual([
      ["a.ts", "b.ts", true],
    ]);
  });

  it("names many own copies of one text once, also where a directory above is what is stored", () => {
    const collector = new PairCollector([{ key: "ws-own", path: "/home/ann/myapp" }]);
    const above = { sourceKey: "ws-ann", sourcePath: "/home/ann", source: "ann", startLine: 1 };
    const names = ["a.ts", "b.ts", "c.ts", "d.ts"];
    const at = (name: string) => similarMatch({ ...above, path: `myapp/${name}` });
    for (const name of names) {
      const [shown, ...alsoAt] = names.filter((other) => other !== name).map(at);
      if (shown === undefined) continue;
      const theirs = { ...shown, alsoAt, alsoAtCount: alsoAt.length };
      const match = name === "d.ts" ? ("near-copy" as const) : ("identical" as const);
      collector.add(mineAt(name, 1), similarGroup([{ ...theirs, match }]), "/home/ann/myapp");
    }
    expect(collector.pairs(10).map(({ mine, theirs }) => [mine.path, theirs.path])).toEqual([["a.ts", "myapp/b.ts"]]);
    expect(collector.found).toEqual({ identical: 1, "near-copy": 0, "look-alike": 0 });
  });

  it("counts passages by the checkout that has their file too", () => {
    const collector = new PairCollector([]);
    const side = { source: "app", sourcePath: "/home/ann/side", branch: "side" };
    for (const line of [1, 20]) collector.add(mineAt("a.ts", line), { ...similarGroup([]), sameFileAt: [side] });
    expect(collector.checkouts).toEqual([{ ...side, passages: 2 }]);
  });

  it("keeps the best of more pairs than it holds", () => {
    const collector = new PairCollector([]);
    for (let index = 0; index < 45_000; index++)
      collector.add(
        mineAt(`f${index}.ts`, 1),
        similarGroup([similarMatch({ match: "look-alike", similarity: 0.7, path: `${index}` })]),
      );
    collector.add(mineAt("best.ts", 1), similarGroup([similarMatch({ match: "identical", similarity: 1 })]));
    expect(collector.pairs(1)[0]?.mine.path).toBe("best.ts");
    expect(collector.found["look-alike"]).toBe(45_000);
  });
});
