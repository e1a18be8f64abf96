import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claudeCode } from "../fixtures/agents/claude-code.ts";
import { codex } from "../fixtures/agents/codex.ts";
import { Desk } from "../fixtures/agents/desk.ts";
import { areInstalled } from "../fixtures/agents/install.ts";
import { runGit } from "../fixtures/git-repository.ts";

const isReady = await areInstalled([codex, claudeCode]);
const cart = "/** Adds an article to the shopping cart. */\nexport function addToCart(id: string) {\n  return id;\n}\n";

describe.skipIf(!isReady)("Codex and Claude Code in one repository and its worktree", { timeout: 180_000 }, () => {
  let desk: Desk;
  let repository: string;
  let worktree: string;

  beforeAll(async () => {
    desk = await Desk.open([codex, claudeCode]);
    repository = await desk.workspace("shop", {
      "src/cart.ts": cart,
      "src/tax.ts": "/** Sales tax of a price. */\nexport const salesTax = (price: number) => price * 0.19;\n",
    });
    runGit(repository, "init", "--quiet");
    runGit(repository, "add", ".");
    runGit(repository, "commit", "--quiet", "-m", "Begin");
    worktree = join(desk.workDirectory, "shop-discount");
    runGit(repository, "worktree", "add", "--quiet", "-b", "discount", worktree);
  });
  afterAll(() => desk?.close());

  it("what one stores the other finds, each with its own source, and an edit is found at once", async () => {
    const inCodex = await desk.start(codex, {
      workspace: repository,
      says: [
        "Batch ingest /workspace into collection shop",
        "Remember in collection decisions that prices are in cents",
        "Search for discount in shop",
      ],
      script: {
        conversation: "codex",
        steps: [
          { tool: "batch_ingest", args: { path: "/workspace", collection: "shop" } },
          { tool: "store_context", args: { content: "All prices are whole cents.", collection: "decisions" } },
          { tool: "search_context", args: { query: "applyDiscount", collection: "shop" }, after: "edited" },
        ],
        endAfter: "found",
      },
    });
    expect(await desk.model.output("codex", 0)).toContain("2 added");
    expect(await desk.model.output("codex", 1)).toContain("in decisions");
    const inClaude = await desk.start(claudeCode, {
      workspace: worktree,
      says: [
        "Search for prices in decisions",
        "Batch ingest /workspace into collection shop",
        "Search for applyDiscount in shop",
        "List sessions",
      ],
      script: {
        conversation: "claude",
        steps: [
          { tool: "search_context", args: { query: "prices", collection: "decisions" } },
          { tool: "batch_ingest", args: { path: "/workspace", collection: "shop" } },
          { tool: "search_context", args: { query: "applyDiscount", collection: "shop" }, after: "edited" },
          { tool: "list_sessions" },
        ],
        endAfter: "found",
      },
    });
    expect(await desk.model.output("claude", 0)).toContain("whole cents");
    // The same texts in another worktree are documents of their own, and nothing is embedded again.
    expect(await desk.model.output("claude", 1)).toMatch(/2 added.*0 embedded/s);

    await writeFile(
      join(worktree, "src", "cart.ts"),
      `${cart}export function applyDiscount(price: number) {\n  return price - 1;\n}\n`,
    );
    desk.model.open("edited");
    const edited = await desk.model.output("claude", 2);
    expect(edited).toContain("export function applyDiscount");
    expect(edited).toContain("src/cart.ts");
    const sessions = await desk.model.output("claude", 3);
    expect(sessions).toMatch(/codex-mcp-client/);
    expect(sessions).toMatch(/claude-code/);
    expect(sessions).toContain("discount");
    await desk.model.output("codex", 2);
    desk.model.open("found");
    await Promise.all([inCodex.outputs, inClaude.outputs]);

    const [later] = await desk.run(codex, {
      workspace: repository,
      says: ["Search for applyDiscount in shop"],
      script: {
        conversation: "codex again",
        steps: [{ tool: "search_context", args: { query: "applyDiscount", collection: "shop" } }],
      },
    });
    expect(later).toContain("export function applyDiscount");
    await desk.settled();
    expect(desk.askedOutside).toEqual([]);
  });
});
