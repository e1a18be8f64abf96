import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGit } from "../fixtures/git-repository.ts";
import { World, type Agent } from "../fixtures/world.ts";

const cartTotal = `/** Adds up the prices of a shopping cart, with the tax of each country. */
export function cartTotal(cart: Cart, rates: Rates): number {
  let total = 0;
  for (const item of cart.items) {
    const rate = rates.find((each) => each.country === item.country);
    if (rate === undefined) throw new Error("no tax rate for " + item.country);
    total += item.price * item.quantity * (1 + rate.percent / 100);
  }
  return Math.round(total * 100) / 100;
}
`;
const retryFetch = `/** Fetches a URL, and again with a growing delay when the server fails. */
export async function fetchWithRetry(url: string, attempts: number, delayMs: number): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url);
      if (response.status < 500) return response;
    } catch (error) {
      if (attempt >= attempts) throw error;
    }
    await sleep(delayMs * 2 ** attempt);
  }
}
`;
const copiedAndRenamed = cartTotal
  .replaceAll("cartTotal", "basketSum")
  .replaceAll("total", "sum")
  .replaceAll("item", "entry")
  .replace("/** Adds up the prices of a shopping cart, with the tax of each country. */", "// The sum of a basket.");
const lookAlike = `/** Retries a fetch of some URL with exponential delay between the attempts. */
export const retryingFetch = async (url: string, options: { attempts: number; delay: number }) => {
  let lastError: unknown;
  for (const attempt of Array.from({ length: options.attempts }).keys()) {
    const response = await fetch(url).catch((error) => void (lastError = error));
    if (response && response.status < 500) return response;
    await sleep(options.delay * 2 ** attempt);
  }
  throw lastError ?? new Error("fetch failed after all attempts");
};
`;
const unrelated = `/** Draws a rounded rectangle onto a canvas with a shadow below. */
export function drawBadge(canvas: CanvasRenderingContext2D, colour: string, radius: number): void {
  canvas.save();
  canvas.shadowBlur = 4;
  canvas.fillStyle = colour;
  canvas.beginPath();
  canvas.roundRect(0, 0, 120, 40, radius);
  canvas.fill();
  canvas.restore();
}
`;

describe("find_similar_patterns", { timeout: 120_000 }, () => {
  let world: World;
  let mine: string;
  let agent: Agent;

  beforeAll(async () => {
    world = await World.open();
    const myapp = await world.workspace("myapp", {
      "src/cart.ts": cartTotal,
      "src/http.ts": retryFetch,
      "data/cart.json": JSON.stringify({ cart: [1, 2, 3] }),
    });
    const owner = await world.agent(myapp);
    await owner.call("batch_ingest", { collection: "myapp" });
    mine = await world.workspace("shop", {
      "src/basket.ts": copiedAndRenamed,
      "src/net.ts": lookAlike,
      "src/badge.ts": unrelated,
      "logo.bin": "\u0089PNG\r\n\u001a\n\0\0",
      ".env": "TOKEN=1\n",
    });
    agent = await world.agent(mine);
  }, 120_000);
  afterAll(() => world.close());

  const similar = (args: Record<string, unknown>) =>
    agent.call("find_similar_patterns", { collection: "myapp", ...args });
  const refused = (args: Record<string, unknown>) =>
    agent.callExpectingError("find_similar_patterns", { collection: "myapp", ...args });
  const pairsIn = (text: string) => [...text.matchAll(/^\[\d+\] (.*)$/gm)].map(([, line]) => line ?? "");

  it("finds the copy and then the look-alike between myapp and /workspace, and nothing unrelated", async () => {
    const text = await similar({ path: "/workspace" });
    const pairs = pairsIn(text);
    expect(pairs).toHaveLength(2);
    expect(pairs[0]).toMatch(/^near copy \d+ %: src\/basket\.ts:1-10 basketSum ~ src\/cart\.ts:1-10 cartTotal \(myapp/);
    expect(pairs[1]).toMatch(/^look-alike \d+ %: src\/net\.ts:1-10 retryingFetch ~ src\/http\.ts:1-12 fetchWithRetry/);
    expect(text).toContain("\n export function cartTotal(cart: Cart, rates: Rates): number {");
  });

  it("says the same when the workspace is stored itself", async () => {
    const before = pairsIn(await similar({}));
    await agent.call("batch_ingest", { collection: "shop" });
    const after = pairsIn(await similar({}));
    expect(after).toEqual(before);
    expect(await agent.call("find_similar_patterns", { collection: "*" })).toContain("cartTotal");
    await agent.call("unload_collection", { collection: "shop", force: true });
  });

  it("compares one file, lines of it, a folder and pasted code", async () => {
    expect(pairsIn(await similar({ path: "src/basket.ts" }))).toHaveLength(1);
    expect(pairsIn(await similar({ path: "src/basket.ts:3-8" }))[0]).toMatch(
      /^near copy .*src\/basket\.ts:3-8 basketSum/,
    );
    expect(pairsIn(await similar({ path: "src/basket.ts", start_line: 3, end_line: 8 }))).toHaveLength(1);
    expect(pairsIn(await similar({ path: "src" }))).toHaveLength(2);
    expect(pairsIn(await similar({ code: cartTotal }))[0]).toMatch(
      /^identical: your code, lines 1-10 ~ src\/cart\.ts:1-10/,
    );
    expect(await similar({ path: "src/badge.ts" })).toMatch(/^Nothing similar in myapp; .*\nNext: /s);
  });

  it("compares only the uncommitted change", async () => {
    const repository = await world.workspace("tracked", {
      "src/a.ts": unrelated,
      "src/b.ts": `${unrelated}\n${copiedAndRenamed}`,
    });
    const other = await world.agent(repository);
    expect(await other.callExpectingError("find_similar_patterns", { collection: "myapp", changed: true })).toMatch(
      /in no git repository.*\nNext: /s,
    );
    runGit(repository, "init", "-q");
    runGit(repository, "add", ".");
    runGit(repository, "commit", "-qm", "one");
    const changed = () => other.call("find_similar_patterns", { collection: "myapp", changed: true });
    expect(await changed()).toMatch(/compared 0 changed files.*Nothing is changed since the last commit/s);
    await appendFile(join(repository, "src/a.ts"), `\n${cartTotal}`);
    await writeFile(join(repository, "src/new.ts"), retryFetch);
    const text = await changed();
    expect(text).toContain("compared 2 changed files, 2 passages");
    expect(pairsIn(text)).toEqual([
      expect.stringMatching(/^identical: src\/a\.ts:\d+-\d+ cartTotal ~ src\/cart\.ts/),
      expect.stringMatching(/^identical: src\/new\.ts:1-12 fetchWithRetry ~ src\/http\.ts/),
    ]);
    expect(
      pairsIn(await other.call("find_similar_patterns", { collection: "myapp", changed: true, path: "src/new.ts" })),
    ).toHaveLength(1);
    await other.close();
  });

  it("does not list the same files of another checkout", async () => {
    const first = await world.workspace("repo", { "src/cart.ts": cartTotal, "src/http.ts": retryFetch });
    runGit(first, "init", "-q");
    runGit(first, "add", ".");
    runGit(first, "commit", "-qm", "one");
    runGit(first, "worktree", "add", "-q", "-b", "side", join(world.directory, "work", "repo-side"));
    const owner = await world.agent(first);
    await owner.call("batch_ingest", { collection: "repo_code" });
    const side = await world.agent(join(world.directory, "work", "repo-side"));
    const text = await side.call("find_similar_patterns", { collection: "repo_code" });
    expect(pairsIn(text)).toEqual([]);
    expect(text).toMatch(/repo@\w+ \(.*\) is another checkout of this repository: the like of 2 passages/);
    await Promise.all([owner.close(), side.close()]);
  });

  it("counts a file that is too large, and knows its own files where a directory above is stored", async () => {
    const outer = await world.workspace("outer", {
      "inner/a.ts": cartTotal,
      "inner/huge.ts": "// much\n".repeat(1_000_000),
      "b.ts": copiedAndRenamed,
    });
    await (await world.agent(outer)).call("batch_ingest", { collection: "outer" });
    const inner = await world.agent(join(outer, "inner"));
    const text = await inner.call("find_similar_patterns", { collection: "outer" });
    expect(text).toContain("Not read: 1 file: huge.ts (too-large).");
    expect(text).toContain("1 pair in outer: 1 near copy");
    expect(text).not.toContain("inner/a.ts");
  });

  it("refuses what means nothing, with the next step", async () => {
    expect(await refused({ path: "src/none.ts" })).toMatch(/PATH_NOT_FOUND.*\nNext: /s);
    expect(await refused({ path: "src/none.ts:1-5" })).toMatch(/PATH_NOT_FOUND/);
    expect(await refused({ path: "../outside.ts" })).toMatch(/PATH_OUTSIDE_WORKSPACE/);
    expect(await refused({ path: "src/basket.ts:900-950" })).toMatch(
      /ends with line 10; line 900 is beyond it.*Next: /s,
    );
    expect(await refused({ path: "src/basket.ts:9-3" })).toMatch(/9 to 3 are no range/);
    expect(await refused({ path: "src:1-3" })).toMatch(/is a directory, and lines are of a file/);
    expect(await refused({ path: "logo.bin" })).toMatch(/FILE_NOT_INDEXABLE: logo.bin cannot be compared: binary/);
    expect(await refused({ path: ".env" })).toMatch(/FILE_NOT_INDEXABLE: .env cannot be compared: secret/);
    expect(await refused({ code: " \n" })).toMatch(/The code is empty/);
    expect(await refused({ code: cartTotal, path: "src" })).toMatch(/Give code, or a path, or changed/);
    expect(await refused({ start_line: 3 })).toMatch(/no path was given/);
    expect(await refused({ code: "x".repeat(1_000_001) })).toMatch(/more than 1,000,000 characters/);
    expect(await refused({ collection: "myap" })).toMatch(/COLLECTION_NOT_FOUND.*"myapp"/s);
    expect(await refused({ collection: [] })).toMatch(/names no collection/);
  });

  it("takes a megabyte of code, short code, and code in any script", async () => {
    const large = `${unrelated}\n`.repeat(2_500).slice(0, 990_000);
    expect(await similar({ code: `${large}\n${cartTotal}` })).toContain("cart.ts:1-10 cartTotal");
    expect(await similar({ code: "return 1;" })).toMatch(/1 passage left out: too short.*Next: give more lines/s);
    expect(await similar({ code: "数据".repeat(500) })).toContain("Nothing similar in myapp");
  });

  it("answers people and programs on the command line", async () => {
    const people = await world.commons(["similar", "myapp", "src/basket.ts:1-10"], { cwd: mine });
    expect(people.stdout).toMatch(
      /src\/basket\.ts:1-10 basketSum {2}near copy \d+ %\n {4}src\/cart\.ts:1-10 {2}cartTotal/,
    );
    const { stdout, code } = await world.commons(["similar", "myapp", "--json"], { cwd: mine });
    const answer: unknown = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      found: { identical: 0, "near-copy": 1, "look-alike": 1 },
      pairs: [
        { mine: { path: "src/basket.ts" }, theirs: { match: "near-copy", path: "src/cart.ts", collection: "myapp" } },
        { mine: { path: "src/net.ts" }, theirs: { match: "look-alike", path: "src/http.ts" } },
      ],
    });
    const missing = await world.commons(["similar", "myapp", "src/none.ts"], { cwd: mine });
    expect(missing).toMatchObject({ code: 3, stdout: "" });
    const threshold = await world.commons(["similar", "myapp", "--threshold", "2"], { cwd: mine });
    expect(threshold).toMatchObject({ code: 2 });
  });
});
