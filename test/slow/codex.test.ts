import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codexExec, installCodex } from "../fixtures/codex.ts";
import { startScriptedModel, type ScriptedModel } from "../fixtures/scripted-responses.ts";
import { eventually, runToEnd, World } from "../fixtures/world.ts";

// Without a way to npm the rest of the suite still says something; in CI a missing agent is a failure.
const codex = await installCodex().catch((error: unknown) => {
  if (process.env["CI"]) throw error;
  console.error(`SKIPPED: the real Codex CLI cannot be installed, so its tests do not run.\n${String(error)}`);
  return null;
});

describe.skipIf(codex === null)("the real Codex CLI, two sessions at once", { timeout: 300_000 }, () => {
  let world: World;
  let model: ScriptedModel;

  beforeAll(async () => {
    [model, world] = await Promise.all([startScriptedModel(), World.open({ engine: true })]);
  });
  afterAll(async () => {
    await model.close();
    await world.close();
  });

  const run = (options: Omit<Parameters<typeof codexExec>[2], "model">) =>
    codexExec(world, codex ?? "", { ...options, model });

  it("each ingests its repository, each finds what the other stored, and no session is left", async () => {
    const frontend = await world.workspace("webapp/frontend", {
      "src/Cart.tsx":
        "/** React component that shows the shopping cart. */\nexport function ShoppingCart() {\n  return <ul />;\n}\n",
    });
    const backend = await world.workspace("webapp/backend", {
      "src/orders.py":
        'def place_order(cart):\n    """Place an order for everything in the cart."""\n    return cart\n',
    });
    for (const repository of [frontend, backend])
      await runToEnd("git", ["init", "--quiet", repository], { cwd: repository, env: world.env });

    const [first, second] = await Promise.all([
      run({
        workspace: frontend,
        name: "frontend",
        steps: [
          { tool: "batch_ingest", args: { path: "/workspace", collection: "frontend_code" } },
          { tool: "search_context", args: { query: "React components", collection: "frontend_code" } },
        ],
      }),
      run({
        workspace: backend,
        name: "backend",
        steps: [{ tool: "batch_ingest", args: { path: "/workspace", collection: "backend_code" } }],
      }),
    ]);
    expect(first.map((result) => result.isError)).toEqual([false, false]);
    expect(first[0]?.text).toContain("1 added");
    expect(first[1]?.text).toContain("ShoppingCart");
    expect(second[0]?.text).toContain("1 added");

    const [third, fourth] = await Promise.all([
      run({
        workspace: frontend,
        name: "frontend-again",
        steps: [
          { tool: "list_collections", args: {} },
          { tool: "search_context", args: { query: "place order", collection: "backend_code" } },
        ],
      }),
      run({
        workspace: backend,
        name: "backend-again",
        steps: [{ tool: "search_context", args: { query: "shopping cart component", collection: "*" } }],
      }),
    ]);
    expect(third[0]?.text).toContain("frontend_code");
    expect(third[0]?.text).toContain("backend_code");
    expect(third[1]?.text).toContain("place_order");
    expect(fourth[0]?.text).toContain("ShoppingCart");

    await eventually("no session is left", async () => (await world.status()).sessions.length === 0);
    await eventually("Chroma holds everything", async () => (await world.status()).engine.behind === 0, 30_000);
    expect(await readFile(`${world.home}/hub/hub.log`, "utf8")).toContain("codex-mcp-client");
  });
});
