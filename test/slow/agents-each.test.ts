import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "../fixtures/agents/desk.ts";
import { claudeCode } from "../fixtures/agents/claude-code.ts";
import { codex } from "../fixtures/agents/codex.ts";
import { geminiCli } from "../fixtures/agents/gemini-cli.ts";
import { opencode } from "../fixtures/agents/opencode.ts";

describe.each([codex, claudeCode, geminiCli, opencode])("$command", { timeout: 120_000 }, (agent) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open([agent]);
  });
  afterAll(() => desk?.close());

  it("ingests, searches, stores and lists, and reads each answer as text", async () => {
    const workspace = await desk.workspace("webapp", {
      "src/Cart.tsx":
        "/** React component that shows the shopping cart. */\nexport function ShoppingCart() {\n  return <ul />;\n}\n",
    });
    const t = performance.now();
    const outputs = await desk.run(agent, {
      workspace,
      says: ["Batch ingest /workspace into collection frontend_code"],
      script: {
        conversation: agent.client,
        steps: [
          { tool: "batch_ingest", args: { path: "/workspace", collection: "frontend_code" } },
          { tool: "search_context", args: { query: "React components", collection: "frontend_code" } },
          { tool: "store_context", args: { content: "The cart is a list.", collection: "decisions" } },
          { tool: "list_collections" },
        ],
      },
    });
    console.log(performance.now() - t, outputs, desk.model.seen(agent.client).offered, desk.askedOutside);
    console.log(await desk.hubLog());
    expect(outputs[1]).toContain("ShoppingCart");
    await desk.settled();
  });
});
