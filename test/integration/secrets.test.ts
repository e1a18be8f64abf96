import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentOf, seenProcesses } from "../fixtures/processes.ts";
import { eventually, World, type Agent } from "../fixtures/world.ts";

const keys = {
  openai: "sk-s3cret-openai-0123456789abcdef",
  chroma: "s3cret-chroma-0123456789abcdef",
};

const statuses = [400, 500, 401, 422];

/** A server that refuses in several ways and repeats every header that it got, as careless ones do. */
class TellingServer {
  readonly #server: Server;
  /** What came with the header that holds the key. */
  readonly seen: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<TellingServer> {
    const server = createServer((incoming, outgoing) => {
      incoming.resume();
      const { authorization, "x-chroma-token": token } = incoming.headers;
      made.seen.push(authorization ?? String(token ?? ""));
      const message = `Incorrect API key provided: ${JSON.stringify(incoming.headers)}`;
      outgoing.writeHead(statuses[made.seen.length % statuses.length] ?? 401, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ error: { message, code: "invalid_api_key" }, message, detail: message }));
    });
    const made = new TellingServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    return made;
  }

  get url(): string {
    // Safe: it listens on a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe("the user's keys", { timeout: 180_000 }, () => {
  let world: World;
  let openai: TellingServer;
  let chroma: TellingServer;

  beforeAll(async () => {
    openai = await TellingServer.open();
    chroma = await TellingServer.open();
    world = await World.open({
      env: {
        COMMONS_ENGINE: "true",
        COMMONS_CHROMA_URL: chroma.url,
        COMMONS_CHROMA_HEADERS: `x-chroma-token: ${keys.chroma}`,
        COMMONS_EMBEDDER: "openai:test",
        COMMONS_OPENAI_URL: `${openai.url}/v1`,
        OPENAI_API_KEY: keys.openai,
        COMMONS_HUB_TCP_PORT: "0",
        COMMONS_LOG_LEVEL: "trace",
      },
    });
  });
  afterAll(async () => {
    await world.close();
    openai.close();
    chroma.close();
  });

  it("stand in no answer, output, log, file or process list, though both servers refuse them and repeat them", async () => {
    const root = await world.workspace("shop", { "cart.ts": "export const total = (items) => items.length;\n" });
    const agent = await world.agent(root);
    const told = [
      await agent.call("batch_ingest", { path: ".", collection: "shop_code" }),
      await anyAnswer(agent, "search_context", { query: "total of items", collection: "shop_code" }),
      await anyAnswer(agent, "get_collection_info", { collection: "shop_code" }),
      await anyAnswer(agent, "get_environment", {}),
    ];
    await eventually("both servers were shown their key", () => {
      const wasShown = (server: TellingServer, key: string) => server.seen.some((seen) => seen.includes(key));
      return wasShown(openai, keys.openai) && wasShown(chroma, keys.chroma);
    });
    // The readers of the session live on for a while after an ingest.
    expect(await environmentOf(agent.pid, "reader.mjs")).toMatch(/^PATH=(?![^]*s3cret)/);
    for (const args of [
      ["status", "--json"],
      ["info", "shop_code"],
      ["config", "--json"],
      ["hub", "logs", "-n", "1000"],
    ]) {
      const { stdout, stderr } = await world.commons(args);
      told.push(stdout, stderr);
    }
    const token = (await world.commons(["hub", "token"])).stdout.trim();
    expect(token).toHaveLength(43);
    const lists = (await seenProcesses()).map(({ commandLine }) => commandLine).join("\n");
    const files = await filesBelow(world.home);
    expect([...files.keys()].map((file) => file.slice(world.home.length + 1))).toEqual(
      expect.arrayContaining(["hub/hub.log", "hub/tcp.json", "hub/token", "catalog/catalog.sqlite"]),
    );
    files.delete(join(world.home, "hub", "token"));
    const places = new Map([...files, ["answers", told.join("\n")], ["process list", lists]]);
    const leaks = [...places].filter(([, text]) =>
      [...Object.values(keys), token].some((secret) => text.includes(secret)),
    );
    expect(leaks.map(([place]) => place)).toEqual([]);
    expect(told.join("\n")).not.toBe("");
  });
});

async function anyAnswer(agent: Agent, tool: string, args: Record<string, unknown>): Promise<string> {
  const result = await agent.client.callTool({ name: tool, arguments: args });
  return JSON.stringify(result);
}

async function filesBelow(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(file, "latin1").catch(() => "")] as const)),
  );
}
