import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tools } from "../../src/session/tools/registry.ts";
import { claudeCode } from "../fixtures/agents/claude-code.ts";
import { codex } from "../fixtures/agents/codex.ts";
import { Desk } from "../fixtures/agents/desk.ts";
import { geminiCli } from "../fixtures/agents/gemini-cli.ts";
import { areInstalled } from "../fixtures/agents/install.ts";
import { opencode } from "../fixtures/agents/opencode.ts";
import { commonsBin } from "../fixtures/world.ts";

const cart =
  "/** React component that shows the shopping cart. */\nexport function ShoppingCart() {\n  return <ul />;\n}\n";
// Claude Code shows the others when the model looks for them.
const shownAtOnce = (client: string) => (client === "claude-code" ? 1 : tools.length);

/** What stands in the agents' files from elsewhere, by the adapter's id. */
const foreignText: Readonly<Record<string, string>> = {
  codex: "# The person's own settings.",
  "claude-code": '"firstStartTime"',
  "gemini-cli": '"selectedType": "gemini-api-key"',
  opencode: '"autoupdate": false',
};

for (const agent of [codex, claudeCode, geminiCli, opencode]) {
  const isReady = await areInstalled([agent]);

  describe.skipIf(!isReady)(`${agent.command}, set up by commons`, { timeout: 180_000 }, () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await Desk.open([agent]);
    });
    afterAll(() => desk?.close());

    it("set-up starts the server as the agent would, and the agent's own command knows it", () => {
      expect(desk.setUpText(agent)).toMatch(
        new RegExp(`starts in a bare environment: ${tools.length} tools after \\d+ ms`),
      );
      expect(desk.setUpText(agent)).toMatch(new RegExp(`${agent.command} mcp .*: the agent knows the entry`));
    });

    it("ingests, searches, stores and lists, reads each answer as text, and leaves nothing", async () => {
      const workspace = await desk.workspace("webapp", { "src/Cart.tsx": cart });
      const outputs = await desk.run(agent, {
        workspace,
        says: [
          "Batch ingest /workspace into collection frontend_code",
          "Search for React components in frontend_code",
          "Remember in collection decisions that the cart is a list",
          "List collections",
          "Export collection frontend_code",
          "What is in collection nowhere?",
        ],
        script: {
          conversation: agent.client,
          steps: [
            { tool: "batch_ingest", args: { path: "/workspace", collection: "frontend_code" } },
            { tool: "search_context", args: { query: "React components", collection: "frontend_code" } },
            { tool: "store_context", args: { content: "The cart is a list.", collection: "decisions" } },
            { tool: "list_collections" },
            { tool: "export_collection", args: { collection: "frontend_code" } },
            { tool: "get_environment" },
            { tool: "get_collection_info", args: { collection: "nowhere" } },
          ],
        },
      });
      const [ingested, found, stored, listed, exported, environment, refused] = outputs;
      expect(ingested).toMatch(/^frontend_code: 1 file up to date in [\d.]+ m?s: 1 added/m);
      // Lines are lines: no JSON around them, no escapes.
      expect(found).toContain(`[1] src/Cart.tsx:1-4 ShoppingCart\n ${cart.trimEnd().replaceAll("\n", "\n ")}`);
      expect(stored).toMatch(/^Stored note-\S+ in decisions \(1 chunk\)\.$/m);
      expect(listed).toContain(`by ${agent.saysItIs}`);
      // The link beside the text is in no agent's way.
      expect(exported).toMatch(/^Exported frontend_code: 1 document, /m);
      expect(exported).toContain("frontend_code.jsonl.gz");
      expect(environment).toContain(`workspace: ${workspace} (from `);
      expect(refused).toMatch(/COLLECTION_NOT_FOUND.*Next: /s);

      const { offered } = desk.model.seen(agent.client);
      expect(offered.filter((name) => tools.some((tool) => name.endsWith(tool.name)))).toHaveLength(
        shownAtOnce(agent.client),
      );
      await desk.settled();
      // opencode ends what descends from its servers; the hub is everybody's.
      expect(environment).toContain(`hub: pid ${(await desk.status()).hub?.pid},`);
      expect(desk.model.problems).toEqual([]);
      expect(desk.askedOutside).toEqual([]);
    });

    // Agents write their own files too: Claude Code does at every start.
    it("uninstall takes the entry out again, after the agent has run, and nothing else of the file", async () => {
      const before = await agentFiles(desk);
      expect(before).toContain(commonsBin);
      const { code, stdout, stderr } = await desk.commons(["uninstall", "--yes"]);
      expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
      const after = await agentFiles(desk);
      expect(after).not.toContain(commonsBin);
      expect(after).toContain(foreignText[agent.client]);
    });
  });
}

/** The files below HOME that set-up writes entries into, one after the other. */
async function agentFiles(desk: Desk): Promise<string> {
  const files = [".codex/config.toml", ".claude.json", ".gemini/settings.json", ".config/opencode/opencode.json"];
  const read = (file: string) => readFile(join(desk.userHome, file), "utf8").catch(() => "");
  return (await Promise.all(files.map(read))).join("\n");
}

describe.skipIf(!(await areInstalled([codex])))("codex exec without --approve", { timeout: 180_000 }, () => {
  it("runs what only reads or only adds, and asks for what destroys, which nobody answers", async () => {
    const desk = await Desk.open([codex], { approve: false });
    try {
      expect(await readFile(join(desk.userHome, ".codex", "config.toml"), "utf8")).toMatch(
        /^# The person's own settings\.\nmodel = /,
      );
      const [listed, stored, deleted] = await desk.run(codex, {
        workspace: await desk.workspace("webapp", { "src/Cart.tsx": cart }),
        says: ["List collections", "Remember that the cart is a list", "Unload collection decisions"],
        script: {
          conversation: "unapproved",
          steps: [
            { tool: "list_collections" },
            { tool: "store_context", args: { content: "The cart is a list.", collection: "decisions" } },
            { tool: "unload_collection", args: { collection: "decisions" } },
          ],
        },
      });
      expect(listed).toMatch(/no collection/i);
      expect(stored).toContain("in decisions");
      expect(deleted).not.toContain("Unloaded");
    } finally {
      await desk.close();
    }
  });
});
