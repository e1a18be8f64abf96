import { expect, it } from "vitest";
import { environmentOf } from "../fixtures/processes.ts";
import { eventually, World } from "../fixtures/world.ts";

it("ChromaDB's process gets nothing of the user's environment, the hub the key that it needs", async () => {
  const world = await World.open({ engine: true, env: { OPENAI_API_KEY: "sk-s3cret", COMMONS_HUB_TOKEN: "s3cret" } });
  try {
    await world.commons(["hub", "start"]);
    await eventually("ChromaDB runs", async () => (await world.status()).engine.state === "ready", 60_000);
    const pid = (await world.status()).hub?.pid ?? 0;
    expect(await environmentOf(pid, "hub.mjs")).toContain("OPENAI_API_KEY=sk-s3cret");
    expect(await environmentOf(pid, "engine-host.mjs")).not.toMatch(/s3cret|HOME=/);
  } finally {
    await world.close();
  }
}, 120_000);
