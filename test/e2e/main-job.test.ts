import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ChromaClient } from "chromadb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, isRunning, World, type Agent } from "../fixtures/world.ts";

/** Two repositories whose folder has the same name and whose files have the same relative paths. */
const frontendFiles = {
  "src/index.ts":
    "/** Renders the checkout button component. */\nexport function CheckoutButton() {\n  return 'buy now';\n}\n",
  "README.md": "# Frontend\n\nA React storefront with a checkout button.\n",
};
const backendFiles = {
  "src/index.ts":
    "/** Charges a credit card through the payment gateway. */\nexport function chargeCreditCard(cents: number) {\n  return cents;\n}\n",
  "README.md": "# Backend\n\nAn Express server that takes payments.\n",
};

describe("two sessions in two repositories with the same folder name and the same paths", { timeout: 120_000 }, () => {
  let world: World;
  let frontend: string;
  let backend: string;
  let first: Agent;
  let second: Agent;

  beforeAll(async () => {
    world = await World.open({ engine: true });
    frontend = await world.workspace("one/app", frontendFiles);
    backend = await world.workspace("two/app", backendFiles);
    [first, second] = await Promise.all([world.agent(frontend), world.agent(backend)]);
  }, 180_000);
  afterAll(() => world.close());

  it("each ingests into its own collection at the same time and both list both", async () => {
    const [one, two] = await Promise.all([
      first.call("batch_ingest", { path: "/workspace", collection: "frontend_code" }),
      second.call("batch_ingest", { path: "/workspace", collection: "backend_code" }),
    ]);
    expect(one).toContain("2 added");
    expect(two).toContain("2 added");
    for (const agent of [first, second]) {
      const listed = await agent.call("list_collections");
      expect(listed).toContain("frontend_code");
      expect(listed).toContain("backend_code");
    }
  });

  it("each finds what the other stored", async () => {
    expect(await first.call("search_context", { query: "charge credit card", collection: "backend_code" })).toContain(
      "chargeCreditCard",
    );
    expect(await second.call("search_context", { query: "React components", collection: "frontend_code" })).toContain(
      "README.md",
    );
    expect(await second.call("search_context", { query: "checkout button", collection: "*" })).toContain(
      "CheckoutButton",
    );
  });

  it("the same relative path of two repositories stays two documents in one collection", async () => {
    await Promise.all([
      first.call("batch_ingest", { collection: "shared" }),
      second.call("batch_ingest", { collection: "shared" }),
    ]);
    const info = await first.call("get_collection_info", { collection: "shared" });
    expect(info).toContain("4 documents");
    expect(info).toContain(frontend);
    expect(info).toContain(backend);
    expect(await first.call("search_context", { query: "chargeCreditCard", collection: "shared" })).toContain(
      "chargeCreditCard",
    );
    expect(await first.call("search_context", { query: "CheckoutButton", collection: "shared" })).toContain(
      "CheckoutButton",
    );
  });

  it("an edit, a rename and a deletion are mirrored, and the other repository's files stay", async () => {
    await writeFile(
      join(backend, "src/index.ts"),
      "/** Refunds a purchase. */\nexport function refundPurchase() {\n  return true;\n}\n",
    );
    await rename(join(backend, "README.md"), join(backend, "GUIDE.md"));
    const report = await second.call("batch_ingest", { collection: "shared" });
    expect(report).toContain("1 changed");
    expect(report).toContain("1 renamed");
    await rm(join(backend, "GUIDE.md"));
    expect(await second.call("batch_ingest", { collection: "shared" })).toContain("1 removed");
    expect(await first.call("search_context", { query: "refund purchase", collection: "shared" })).toContain(
      "refundPurchase",
    );
    expect(await first.call("search_context", { query: "chargeCreditCard", collection: "shared" })).not.toContain(
      "export function chargeCreditCard",
    );
    expect(await first.call("get_collection_info", { collection: "shared" })).toContain("3 documents");
  });

  it("a file that was edited after its ingest is read again before its passage is served", async () => {
    await writeFile(
      join(frontend, "src/index.ts"),
      "/** Renders the checkout button component in green. */\nexport function GreenCheckoutButton() {\n  return 'go';\n}\n",
    );
    const answer = await first.call("search_context", {
      query: "checkout button component",
      collection: "frontend_code",
    });
    expect(answer).toContain("GreenCheckoutButton");
    expect(answer).not.toContain("'buy now'");
  });

  it("any other Chroma client sees collections, documents, metadata and vectors", async () => {
    await eventually("Chroma holds everything", async () => (await world.status()).engine.behind === 0, 90_000);
    const { engine } = await world.status();
    const url = new URL(engine.url ?? "");
    const heartbeat = await fetch(new URL("/api/v2/heartbeat", url));
    expect(heartbeat.status).toBe(200);
    const chroma = new ChromaClient({ host: url.hostname, port: Number(url.port), ssl: false });
    const names = (await chroma.listCollections()).map((collection) => collection.name);
    expect(names).toEqual(expect.arrayContaining(["frontend_code", "backend_code", "shared"]));
    const shared = await chroma.getCollection({ name: "shared" });
    const records = await shared.get({ include: ["documents", "metadatas", "embeddings"] });
    expect(records.ids.length).toBe(await shared.count());
    const texts = records.documents.join("\n");
    expect(texts).toContain("refundPurchase");
    expect(texts).not.toContain("chargeCreditCard");
    expect(new Set(records.metadatas.map((metadata) => metadata?.["source_path"]))).toEqual(
      new Set([frontend, backend]),
    );
    for (const vector of records.embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 1);
  });

  it("a session whose client is killed is gone, and what it stored stays", async () => {
    const doomed = await world.agent(frontend, { name: "doomed" });
    await doomed.call("store_context", {
      id: "last-words",
      collection: "shared",
      content: "The meaning of the violet lighthouse.",
    });
    const { pid } = doomed;
    process.kill(pid, "SIGKILL");
    await eventually("the process ends", async () => !(await isRunning(pid)));
    await eventually(
      "the hub forgets it",
      async () => !(await world.status()).sessions.some((session) => session.agent.startsWith("doomed")),
    );
    expect(await first.call("search_context", { query: "violet lighthouse", collection: "shared" })).toContain(
      "violet lighthouse",
    );
  });

  it("everything is there after a restart of everything", async () => {
    const before = await world.status();
    await Promise.all([first.close(), second.close()]);
    expect((await world.commons(["hub", "stop"])).code).toBe(0);
    expect(await isRunning(before.hub?.pid ?? -1)).toBe(false);
    first = await world.agent(frontend);
    expect(await first.call("search_context", { query: "refundPurchase", collection: "shared" })).toContain(
      "refundPurchase",
    );
    expect(await first.call("search_context", { query: "violet lighthouse", collection: "shared" })).toContain(
      "violet lighthouse",
    );
    expect(await first.call("batch_ingest", { collection: "frontend_code" })).toContain("2 unchanged");
  });
});
