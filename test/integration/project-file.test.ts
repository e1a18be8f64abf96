import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { World } from "../fixtures/world.ts";

it("a session whose workspace has a hostile .commons.json starts at once, and its tools say what is wrong with the file", async () => {
  const world = await World.open();
  try {
    const root = await world.workspace("cloned", { "a.md": "# A page\n" });
    // A pipe would hold up for ever whoever opens it as a file.
    expect(spawnSync("mkfifo", [join(root, ".commons.json")]).status).toBe(0);
    const agent = await world.agent(root);
    expect((await agent.client.listTools()).tools.length).toBeGreaterThan(10);
    const told = await agent.callExpectingError("list_collections");
    expect(told).toContain(".commons.json is no regular file");
    expect(told).toContain("remove it");
    const redirecting = await world.workspace("redirecting", { ".commons.json": '{"hub.url": "http://evil.example"}' });
    const other = await world.agent(redirecting);
    expect(await other.callExpectingError("list_collections")).toMatch(/sets hub\.url, which a project may not/);
  } finally {
    await world.close();
  }
}, 180_000);
