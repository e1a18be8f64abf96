import { setTimeout as delay } from "node:timers/promises";
import { ChromaClient } from "chromadb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { currentProgram } from "../../src/config/program.ts";
import type { SearchResult } from "../../src/core/search.ts";
import { findFreePort } from "../../src/engine/free-port.ts";
import { runIngest } from "../../src/session/ingest-run.ts";
import { Session } from "../../src/session/session.ts";
import { CommandLine } from "../fixtures/command-line.ts";
import { EmbeddingServer } from "../fixtures/embedding-server.ts";

let server: EmbeddingServer;
let line: CommandLine;
let session: Session;
beforeEach(async () => {
  server = await EmbeddingServer.open();
  line = new CommandLine();
  line.write({
    "listen.md": "# Silent\n\nThe letters of listen, in another order.\n",
    "python.md": "# Typhon\n\nA giant of old stories.\n",
  });
  session = openSession({});
});
afterEach(async () => {
  server.release();
  session.close();
  await line.close();
  await server.stop();
});

const env = () => ({ COMMONS_OPENAI_URL: `${server.url}/v1`, COMMONS_OLLAMA_URL: server.url });

/** The hub's environment is that of the session which starts it. */
function openSession(more: Record<string, string>): Session {
  return new Session({
    kind: "cli",
    agent: "test",
    program: currentProgram(),
    env: {
      PATH: process.env["PATH"],
      HOME: line.home,
      COMMONS_HOME: line.state,
      COMMONS_ENGINE: "false",
      ...env(),
      ...more,
    },
    cwd: line.workspace,
    workspaceFlag: line.workspace,
    allow: [],
  });
}

const run = (...args: string[]) => line.runWith({ env: env() }, ...args);
const ingest = (collection = "stories", embedder?: string) =>
  runIngest(session, { path: null, collection, kind: "any", embedder, recursive: true, includeContent: true });
const info = () => session.call("collections.get", { collection: "stories" });
const search = (query: string): Promise<SearchResult> =>
  session.call("search", { collections: ["stories"], query, limit: 10, mode: "hybrid", filters: {} });
const until = <T>(look: () => Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 20_000, interval: 50 });
const untilEmbedded = () => until(async () => expect((await info()).health.chunksWithoutVector).toBe(0));
const reindex = async (embedder: string): Promise<void> => {
  await session.call("reindex.start", { collection: "stories", embedder });
  while ((await session.call("reindex.list", {})).length > 0) await delay(20);
};

describe("a collection with a model of a server", () => {
  it("is found by words while the server is away, and by meaning when it is back", async () => {
    await server.stop();
    await ingest("stories", "openai:test");
    const byWords = await search("giant of old stories");
    expect(byWords.hits[0]?.path).toBe("python.md");
    expect(byWords.notes.map(({ kind }) => kind)).toEqual(["model-unavailable", "vectors-missing"]);
    expect(byWords.notes[0]?.text).toContain("commons reindex stories");
    expect((await run("status")).stdout).toContain("openai:test, 2 texts to embed: does not answer.");
    expect((await info()).model).toContain("ECONNREFUSED");

    await server.start();
    await untilEmbedded();
    // No word of it is stored; only its letters are.
    await until(async () => expect((await search("enlist")).hits[0]?.path).toBe("listen.md"));
    const { hits, notes } = await search("enlist");
    expect(hits[0]?.scores.vector).toBeGreaterThan(0.5);
    expect(notes.map(({ kind }) => kind)).not.toContain("model-unavailable");
    await until(async () => expect((await search("enlist")).notes).toEqual([]));
  });

  it("finds the look-alikes of pasted code, and says when it cannot", async () => {
    const code = Array.from({ length: 12 }, (_, step) => `const part${step} = combine(first${step}, second${step});`);
    line.write({ "parts.ts": `${code.join("\n")}\n` });
    await ingest("stories", "openai:test");
    await untilEmbedded();
    // Other words of nearly the same letters.
    const question = code.map((each) => each.replace("combine", "binecom").replace("part", "trap")).join("\n");
    const passages = [{ text: question, language: null, place: null }];
    const ask = (mayEmbed: boolean) =>
      session.call("similar", {
        collections: ["stories"],
        of: { kind: "sent", passages },
        limit: 5,
        threshold: 0.9,
        mayEmbed,
      });
    const found = await ask(true);
    expect(found.notes).toEqual([]);
    expect(found.groups[0]?.matches[0]?.path).toBe("parts.ts");
    expect((await ask(false)).notes[0]?.text).toContain("Your own passages have no vectors of openai:test");
  });

  it("keeps its model: another one is refused with the way to it", async () => {
    await ingest("stories", "openai:test");
    await expect(ingest("stories", "ollama:test")).rejects.toMatchObject({
      code: "COLLECTION_EXISTS",
      hint: expect.stringContaining("commons reindex stories --embedder ollama:test"),
    });
    await ingest();
    const unknown = await run("ingest", "--collection", "other", "--embedder", "cohere:embed");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("built-in, ollama:MODEL, openai:MODEL or onnx:REPOSITORY");
  });

  it("sends no text before the user chose it, and none of other collections", async () => {
    await ingest("local");
    await search("giant").catch(() => undefined);
    expect(server.seen).toEqual([]);
  });

  it("shows the price of a new collection, and sends nothing before somebody agrees", async () => {
    const paid = { ...env(), COMMONS_OPENAI_PRICE: "test=2" };
    const command = ["ingest", "--collection", "paid", "--embedder", "openai:test"];
    const refused = await line.runWith({ env: paid }, ...command);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/about \d+ passages, about [\d,]+ tokens, less than \$0\.01/);
    expect(refused.stderr).toContain(`The text is sent to ${server.url}/v1.`);
    expect(refused.stderr).toContain("--yes");
    expect(server.seen).toEqual([]);
    expect((await line.runWith({ env: paid }, ...command, "--yes")).code).toBe(0);
    await until(async () => expect(server.seen.length).toBeGreaterThan(0));
    expect((await line.runWith({ env: paid }, ...command)).code).toBe(0);
  });

  it("is not chosen by a project's own file", async () => {
    line.write({ ".commons.json": '{"embedder": "openai:test"}' });
    const { code, stderr } = await run("ingest", "--collection", "stories");
    expect(code).toBe(2);
    expect(stderr).toContain("which a project may not");
    expect(server.seen).toEqual([]);
  });
});

describe("commons reindex", () => {
  it("shows the price and sends nothing of the user's before --yes", async () => {
    await ingest();
    const { stdout, code } = await line.runWith(
      { env: { ...env(), COMMONS_OPENAI_PRICE: "test=2" } },
      "reindex",
      "stories",
      "--embedder",
      "openai:test",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 passages, 2 texts to embed, about \d+ tokens/);
    expect(stdout).toContain(`The text is sent to ${server.url}/v1.`);
    expect(stdout).toContain("To begin: commons reindex stories --embedder openai:test --yes");
    expect(server.seen.flatMap(({ texts }) => texts).join(" ")).not.toContain("giant");
    expect((await info()).embedder).not.toBe("openai:test");
  });

  it("moves a collection to another model and back", async () => {
    await ingest();
    const builtIn = (await info()).embedder;
    await reindex("openai:test");
    expect(await info()).toMatchObject({ embedder: "openai:test", health: { chunksWithoutVector: 0 } });
    expect((await search("enlist")).hits[0]?.path).toBe("listen.md");
    expect((await run("list")).stdout).toContain("openai:test");
    expect((await run("reindex", "stories", "--embedder", "built-in", "--yes")).stdout).toContain(
      `stories has the model ${builtIn}`,
    );
    expect(await info()).toMatchObject({ embedder: builtIn, health: { chunksWithoutVector: 0 } });
  });

  it("goes on when the hub is killed in the middle", async () => {
    line.write(
      Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [`notes/${index}.md`, `# Note ${index}\n\ntext ${index}\n`]),
      ),
    );
    await ingest();
    // However the passages are shared out, and whether one request was a sample: some are done, and one never is.
    server.script({ kind: "works" }, { kind: "works" }, { kind: "hangs" });
    await session.call("reindex.start", { collection: "stories", embedder: "openai:test" });
    const status = await until(async () => {
      const now = await session.call("hub.status", {});
      expect(now.embedding.reindexing[0]?.done).toBeGreaterThan(0);
      return now;
    });
    expect((await search("giant of old stories")).hits[0]?.path).toBe("python.md");
    expect((await info()).model).toMatch(/being embedded anew with openai:test: \d+ of 30\d texts/);
    const sent = server.seen.flatMap(({ texts }) => texts).length;
    process.kill(status.hub.pid, "SIGKILL");
    server.release();
    await until(async () => expect((await info()).embedder).toBe("openai:test"));
    expect((await info()).health.chunksWithoutVector).toBe(0);
    // What was there is not paid for again: at most what was in flight.
    expect(server.seen.flatMap(({ texts }) => texts).length).toBeLessThan(sent + 302);
  });

  it("takes a model that has another vector length now, while the hub lives", async () => {
    await ingest("stories", "openai:test");
    await untilEmbedded();
    server.script({ kind: "dimensions", dimensions: 8 });
    const { notes } = await search("enlist");
    expect(notes.map(({ text }) => text).join(" ")).toContain("commons reindex stories. To use another model:");
    await reindex("openai:test");
    const found = await search("enlist");
    expect(found.notes).toEqual([]);
    expect(found.hits[0]?.scores.vector).toBeGreaterThan(0.5);
  });

  it("of a model without a key says so, and can be given up", async () => {
    await ingest();
    server.script({ kind: "status", status: 401 });
    const { code, stderr } = await run("reindex", "stories", "--embedder", "openai:test", "--yes");
    expect(code).toBe(4);
    expect(stderr).toContain("commons reindex stories --cancel");
    expect((await search("giant")).hits[0]?.path).toBe("python.md");
    expect(await session.call("reindex.cancel", { collection: "stories" })).toEqual({ wasRunning: true });
    expect(await session.call("reindex.list", {})).toEqual([]);
  });
});

it("ChromaDB gets a collection of the new length, and loses nothing", { timeout: 120_000 }, async () => {
  session.close();
  const port = await findFreePort(18_100);
  session = openSession({ COMMONS_ENGINE: "true", COMMONS_CHROMA_PORT: String(port) });
  const mirrored = async (): Promise<number[]> => {
    const engine = await vi.waitFor(
      async () => {
        const now = (await session.call("hub.status", {})).engine;
        expect(now).toMatchObject({ state: "ready", behind: 0 });
        return now;
      },
      { timeout: 60_000, interval: 100 },
    );
    const { hostname, port: chromaPort } = new URL(engine.url ?? "");
    const chroma = new ChromaClient({ host: hostname, port: Number(chromaPort) });
    const records = await (await chroma.getCollection({ name: "stories" })).get({ include: ["embeddings"] });
    return records.embeddings.map((embedding) => embedding?.length ?? 0);
  };
  await ingest();
  expect(await mirrored()).toEqual([128, 128]);
  await reindex("openai:test");
  expect(await mirrored()).toEqual([26, 26]);
  await reindex("built-in");
  expect(await mirrored()).toEqual([128, 128]);
});

describe("a key", () => {
  it("of the environment is sent with the text, and stands in no file, log or answer", async () => {
    const secret = "sk-of-this-test";
    session.close();
    session = openSession({ COMMONS_OPENAI_API_KEY: secret });
    await ingest("stories", "openai:test");
    await untilEmbedded();
    expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${secret}`]));
    expect((await line.shell(`grep -rl ${secret} "$COMMONS_HOME" || true`)).stdout).toBe("");
    expect(JSON.stringify(await session.call("hub.status", {}))).not.toContain(secret);
    const withKey = { env: { ...env(), COMMONS_OPENAI_API_KEY: secret } };
    expect((await line.runWith(withKey, "config")).stdout).not.toContain(secret);
  });
});
