import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandLine } from "../fixtures/command-line.ts";
import { EmbeddingServer } from "../fixtures/embedding-server.ts";

interface Hits {
  readonly hits: readonly { readonly path: string; readonly scores: { readonly vector: number | null } }[];
  readonly notes: readonly { readonly kind: string; readonly text: string }[];
}
interface Status {
  readonly hub: { readonly pid: number };
  readonly embedding: {
    readonly models: readonly {
      readonly model: string;
      readonly state: string;
      readonly detail: string | null;
      readonly texts: number;
    }[];
    readonly reindexing: readonly { readonly collection: string; readonly done: number; readonly texts: number }[];
  };
}
interface Info {
  readonly embedder: string;
  readonly model: string | null;
  readonly health: { readonly chunksWithoutVector: number };
}

let server: EmbeddingServer;
let line: CommandLine;
beforeEach(async () => {
  server = await EmbeddingServer.open();
  line = new CommandLine();
  line.write({
    "listen.md": "# Silent\n\nThe letters of listen, in another order.\n",
    "python.md": "# Typhon\n\nA giant of old stories.\n",
  });
});
afterEach(async () => {
  server.release();
  await line.close();
  await server.stop();
});

const env = () => ({ COMMONS_OPENAI_URL: `${server.url}/v1`, COMMONS_OLLAMA_URL: server.url });
const run = (...args: string[]) => line.runWith({ env: env() }, ...args);
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, "--json");
  if (code !== 0) throw new Error(`commons ${args.join(" ")} ended with ${code}: ${stderr}`);
  // Safe: each test names the shape that it goes on to check.
  return JSON.parse(stdout) as T;
}
const info = () => json<Info>("info", "stories");
const search = (query: string) => json<Hits>("search", query, "--collection", "stories");
const untilEmbedded = () =>
  vi.waitFor(async () => expect((await info()).health.chunksWithoutVector).toBe(0), { timeout: 20_000, interval: 200 });

describe("a collection with a model of a server", () => {
  it("is found by words while the server is away, and by meaning when it is back", async () => {
    await server.stop();
    await json("ingest", "--collection", "stories", "--embedder", "openai:test");
    const byWords = await search("giant of old stories");
    expect(byWords.hits[0]?.path).toBe("python.md");
    expect(byWords.notes.map(({ kind }) => kind)).toEqual(["model-unavailable", "vectors-missing"]);
    expect(byWords.notes[0]?.text).toContain("commons reindex stories");
    expect((await run("status")).stdout).toContain("openai:test, 2 texts to embed: does not answer.");
    expect((await info()).model).toContain("ECONNREFUSED");

    await server.start();
    await untilEmbedded();
    // No word of it is stored; only its letters are.
    await vi.waitFor(async () => expect((await search("enlist")).hits[0]?.path).toBe("listen.md"), {
      timeout: 15_000,
      interval: 300,
    });
    const { hits, notes } = await search("enlist");
    expect(hits[0]?.scores.vector).toBeGreaterThan(0.5);
    expect(notes).toEqual([]);
  });

  it("keeps its model: another one is refused with the way to it", async () => {
    await json("ingest", "--collection", "stories", "--embedder", "openai:test");
    const refused = await run("ingest", "--collection", "stories", "--embedder", "ollama:test");
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("commons reindex stories --embedder ollama:test");
    expect((await run("ingest", "--collection", "stories")).code).toBe(0);
    const unknown = await run("ingest", "--collection", "other", "--embedder", "cohere:embed");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("built-in, ollama:MODEL, openai:MODEL or onnx:REPOSITORY");
  });

  it("sends no text before the user chose it, and none of other collections", async () => {
    await json("ingest", "--collection", "local");
    await search("giant").catch(() => undefined);
    expect(server.seen).toEqual([]);
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
    await json("ingest", "--collection", "stories");
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
    await json("ingest", "--collection", "stories");
    const builtIn = (await info()).embedder;
    await json("reindex", "stories", "--embedder", "openai:test", "--yes");
    expect(await info()).toMatchObject({ embedder: "openai:test", health: { chunksWithoutVector: 0 } });
    expect((await search("enlist")).hits[0]?.path).toBe("listen.md");
    expect((await run("list")).stdout).toContain("openai:test");
    await json("reindex", "stories", "--embedder", "built-in", "--yes");
    expect(await info()).toMatchObject({ embedder: builtIn, health: { chunksWithoutVector: 0 } });
  });

  it("goes on when the hub is killed in the middle", async () => {
    line.write(
      Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [`notes/${index}.md`, `# Note ${index}\n\ntext ${index}\n`]),
      ),
    );
    await json("ingest", "--collection", "stories");
    server.script({ kind: "works" }, { kind: "works" }, { kind: "works" }, { kind: "hangs" });
    await json("reindex", "stories", "--embedder", "openai:test", "--yes", "--background");
    const status = await vi.waitFor(
      async () => {
        const now = await json<Status>("status");
        expect(now.embedding.reindexing[0]?.done).toBeGreaterThan(0);
        return now;
      },
      { timeout: 15_000, interval: 200 },
    );
    expect((await search("giant of old stories")).hits[0]?.path).toBe("python.md");
    const sent = server.seen.flatMap(({ texts }) => texts).length;
    process.kill(status.hub.pid, "SIGKILL");
    server.release();
    await vi.waitFor(async () => expect((await info()).embedder).toBe("openai:test"), {
      timeout: 20_000,
      interval: 200,
    });
    expect((await info()).health.chunksWithoutVector).toBe(0);
    // What was there is not paid for again: at most what was in flight.
    expect(server.seen.flatMap(({ texts }) => texts).length).toBeLessThan(sent + 302);
  });

  it("of a model without a key says so, and can be given up", async () => {
    await json("ingest", "--collection", "stories");
    server.script({ kind: "status", status: 401 });
    const { code, stderr } = await run("reindex", "stories", "--embedder", "openai:test", "--yes");
    expect(code).toBe(4);
    expect(stderr).toContain("commons reindex stories --cancel");
    expect((await search("giant")).hits[0]?.path).toBe("python.md");
    expect((await run("reindex", "stories", "--cancel")).stdout).toContain("stories keeps its model");
    expect((await json<Status>("status")).embedding.reindexing).toEqual([]);
  });
});

describe("a key", () => {
  it("of the environment is sent with the text, and stands in no file, log or answer", async () => {
    const secret = "sk-of-this-test";
    const withKey = { env: { ...env(), COMMONS_OPENAI_API_KEY: secret } };
    const { code } = await line.runWith(withKey, "ingest", "--collection", "stories", "--embedder", "openai:test");
    expect(code).toBe(0);
    await untilEmbedded();
    expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${secret}`]));
    const { stdout } = await line.shell(`grep -rl ${secret} "$COMMONS_HOME" || true`);
    expect(stdout).toBe("");
    for (const command of [["config"], ["status"], ["info", "stories"]])
      expect((await line.runWith(withKey, ...command)).stdout).not.toContain(secret);
  });
});
