import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findDuplicates } from "../../src/duplicates/find-duplicates.ts";
import { KeptPrints } from "../../src/duplicates/kept-prints.ts";
import { createDirectReader } from "../../src/reader/read-document.ts";
import { randomNumbers, type Random } from "../fixtures/random.ts";
import { makeTree, type Tree } from "../fixtures/tree.ts";

const hasFdupes = spawnSync("fdupes", ["--version"]).status === 0;
if (!hasFdupes) {
  const message = "SKIPPED: fdupes is not installed, so no second program says which files are equal.";
  if (process.env["CI"] && process.getuid?.() === 0) throw new Error(message);
  console.warn(message);
}

// Around what is read of head and tail, of what is read at once, and of a part.
const sizes = [
  1, 100, 16_383, 16_384, 16_385, 32_768, 32_769, 50_000, 262_144, 262_145, 1_048_576, 1_048_577, 2_500_000,
];
const places = ["first", "middle", "last"] as const;

/** Files of few sizes and contents, some different in one byte, with further names and holes. */
async function drawTree(random: Random): Promise<Tree> {
  const tree = await makeTree();
  for (let index = 0; index < 120; index++) {
    const folder = join(tree.path, `d${random(4)}`, `e${random(3)}`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `f${index}`);
    const size = sizes[random(sizes.length)] ?? 1;
    const content = Buffer.alloc(size, random(3));
    const place = places[random(5)];
    if (place !== undefined) content[place === "first" ? 0 : place === "last" ? size - 1 : size >> 1] = 255;
    writeFileSync(path, content);
    if (random(6) === 0) linkSync(path, `${path}-link`);
    if (random(8) === 0) truncateSync(path, size + 70_000);
  }
  return tree;
}

/** Groups of paths without further names of one file, in the order of their names. */
async function ourGroups(tree: Tree): Promise<string[]> {
  const { groups } = await findDuplicates({
    workspace: await tree.open(),
    directory: "",
    input: {
      path: ".",
      recursive: true,
      method: "full",
      isTurned: false,
      includeIgnored: false,
      limit: { groups: 10_000, filesPerGroup: 10_000 },
    },
    reader: createDirectReader(),
    limits: { maxFileBytes: 1_000_000, maxDocumentBytes: 1_000_000 },
    kept: new KeptPrints(),
    signal: new AbortController().signal,
  });
  return groups
    .map(({ files }) =>
      files
        .map((file) => nameOf([file.path, ...file.otherNames]))
        .toSorted()
        .join(" "),
    )
    .toSorted();
}

function fdupesGroups(tree: Tree): string[] {
  const { stdout } = spawnSync("fdupes", ["-r", "-q", "-n", tree.path], { encoding: "utf8", maxBuffer: 1e9 });
  return stdout
    .split("\n\n")
    .filter((group) => group.trim() !== "")
    .map((group) => {
      const paths = group
        .trim()
        .split("\n")
        .map((path) => path.slice(tree.path.length + 1));
      return paths
        .map((path) => nameOf([path]))
        .toSorted()
        .join(" ");
    })
    .toSorted();
}

/** Of a file with two names fdupes tells one, whichever it met first. */
function nameOf(names: readonly string[]): string {
  return (names[0] ?? "").replace(/-link$/, "");
}

test.skipIf(!hasFdupes)("fdupes finds the same groups of equal files", { timeout: 200_000 }, async () => {
  let groups = 0;
  for (let seed = 1; seed <= 25; seed++) {
    await using tree = await drawTree(randomNumbers(seed));
    const ours = await ourGroups(tree);
    expect({ seed, groups: ours }).toEqual({ seed, groups: fdupesGroups(tree) });
    groups += ours.length;
  }
  // Enough to have met what is wrong.
  expect(groups).toBeGreaterThan(200);
});
