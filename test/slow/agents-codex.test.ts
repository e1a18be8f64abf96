import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codex } from "../fixtures/agents/codex.ts";
import { Desk } from "../fixtures/agents/desk.ts";
import { areInstalled } from "../fixtures/agents/install.ts";
import { runGit } from "../fixtures/git-repository.ts";
import { eventually } from "../fixtures/world.ts";

const isReady = await areInstalled([codex]);

describe.skipIf(!isReady)("two sessions of the real Codex CLI at once", { timeout: 180_000 }, () => {
  let desk: Desk;

  beforeAll(async () => {
    desk = await Desk.open([codex], { engine: true });
  });
  afterAll(() => desk?.close());

  it("each ingests its repository, both are listed, and each finds what the other stored", async () => {
    const frontend = await desk.workspace("webapp/frontend", {
      "src/Cart.tsx":
        "/** React component that shows the shopping cart. */\nexport function ShoppingCart() {\n  return <ul />;\n}\n",
    });
    const backend = await desk.workspace("webapp/backend", {
      "src/orders.py":
        'def place_order(cart):\n    """Place an order for everything in the cart."""\n    return cart\n',
    });
    for (const repository of [frontend, backend]) runGit(repository, "init", "--quiet");

    const first = await desk.start(codex, {
      workspace: frontend,
      says: [
        "Batch ingest /workspace into collection frontend_code",
        "Search for React components in frontend_code",
        "List collections",
        "Search for place order in backend_code",
      ],
      script: {
        conversation: "frontend",
        steps: [
          { tool: "batch_ingest", args: { path: "/workspace", collection: "frontend_code" } },
          { tool: "search_context", args: { query: "React components", collection: "frontend_code" } },
          { tool: "list_collections", after: "both have ingested" },
          { tool: "search_context", args: { query: "place order", collection: "backend_code" } },
        ],
        endAfter: "both have searched",
      },
    });
    const second = await desk.start(codex, {
      workspace: backend,
      says: [
        "Batch ingest /workspace into collection backend_code",
        "List collections",
        "Search for the shopping cart component everywhere",
      ],
      script: {
        conversation: "backend",
        steps: [
          { tool: "batch_ingest", args: { path: "/workspace", collection: "backend_code" } },
          { tool: "list_collections", after: "both have ingested" },
          { tool: "search_context", args: { query: "shopping cart component", collection: "*" } },
        ],
        endAfter: "both have searched",
      },
    });
    expect(await desk.model.output("frontend", 0)).toContain("1 added");
    expect(await desk.model.output("frontend", 1)).toContain("ShoppingCart");
    expect(await desk.model.output("backend", 0)).toContain("1 added");
    const { sessions } = await desk.status();
    expect(sessions.map(({ agent }) => agent)).toEqual([expect.stringContaining(codex.saysItIs), expect.anything()]);

    desk.model.open("both have ingested");
    await Promise.all([desk.model.output("frontend", 3), desk.model.output("backend", 2)]);
    desk.model.open("both have searched");
    const [ofFrontend, ofBackend] = await Promise.all([first.outputs, second.outputs]);
    for (const list of [ofFrontend[2], ofBackend[1]]) {
      expect(list).toContain("frontend_code: 1 document");
      expect(list).toContain("backend_code: 1 document");
    }
    expect(ofFrontend[3]).toContain("def place_order");
    expect(ofBackend[2]).toContain("function ShoppingCart");

    await desk.settled();
    await eventually("Chroma holds everything", async () => (await desk.status()).engine.behind === 0, 90_000);
    expect(desk.askedOutside).toEqual([]);
  });
});
