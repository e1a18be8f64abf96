import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EmbeddingServer } from "../../../test/fixtures/embedding-server.ts";
import type { Secret } from "../../config/secrets.ts";
import { CommonsError } from "../../core/errors.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import { createOpenAiModel, type OpenAiOptions } from "./openai.ts";

const key: Secret = { name: "COMMONS_OPENAI_API_KEY", reveal: () => "sk-very-secret" };

let server: EmbeddingServer;
let model: EmbeddingModel;
beforeEach(async () => {
  server = await EmbeddingServer.open();
  model = makeModel();
});
afterEach(async () => {
  await model.close();
  await server.stop();
});

function makeModel(options: Partial<OpenAiOptions> = {}): EmbeddingModel {
  return createOpenAiModel({
    id: "openai:test",
    name: "test",
    url: `${server.url}/v1/`,
    key: null,
    requests: 2,
    timeoutMs: 5_000,
    batchTexts: 10,
    maxTextTokens: 1_000,
    retry: { attempts: 3, firstDelayMs: 1, maxDelayMs: 500 },
    ...options,
  });
}

const embed = (texts: readonly string[], of = model) => of.embed(texts, { purpose: "passage" });
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `text ${index}`);

async function failureOf(work: Promise<unknown>): Promise<CommonsError> {
  const error: unknown = await work.then(
    () => new Error("it worked"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof CommonsError) return error;
  throw error;
}

describe("requests", () => {
  it("are as large as allowed, and no more of them at once", async () => {
    server.script({ kind: "hangs" });
    const embedded = embed(many(95));
    await vi.waitFor(() => expect(server.seen).toHaveLength(2), 60_000);
    server.release();
    await embedded;
    expect(server.mostInFlight).toBe(2);
    const sizes = server.seen.map(({ texts }) => texts.length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([5, ...Array.from({ length: 9 }, () => 10)]);
  });

  it("stay below the limit of tokens", async () => {
    const long = makeModel({ maxTextTokens: 40_000 });
    await embed(
      Array.from({ length: 9 }, () => "word ".repeat(20_000)),
      long,
    );
    expect(server.seen.map(({ texts }) => texts.length)).toEqual([3, 3, 3]);
  });

  it("carry the key to where the user said, and only in the header", async () => {
    await embed(["a"], makeModel({ key }));
    await embed(["a"]);
    expect(server.seen.map(({ authorization }) => authorization)).toEqual(["Bearer sk-very-secret", null]);
    expect(JSON.stringify({ key })).not.toContain("sk-very");
  });

  it("do not carry it in the open to another machine, nor go to OpenAI without one", async () => {
    const open = await failureOf(embed(["a"], makeModel({ key, url: "http://models.example/v1" })));
    expect(open).toMatchObject({ code: "EMBEDDER_REFUSED", message: expect.stringContaining("without https") });
    const keyless = await failureOf(embed(["a"], makeModel({ url: "https://api.openai.com/v1" })));
    expect(keyless).toMatchObject({ code: "EMBEDDER_REFUSED", hint: expect.stringContaining("OPENAI_API_KEY") });
    const broken = { name: "OPENAI_API_KEY", reveal: () => "sk-very\nsecret" };
    expect((await failureOf(embed(["a"], makeModel({ key: broken })))).message).not.toContain("sk-very");
  });

  it("never follow the server to another address", async () => {
    server.script({ kind: "status", status: 307, headers: { location: "http://elsewhere.example/" } });
    expect(await failureOf(embed(["a"]))).toMatchObject({ code: "EMBEDDER_REFUSED" });
    expect(server.seen).toHaveLength(1);
  });
});

describe("a server in trouble", () => {
  it.each([429, 500, 503, 408])("that answers %i is asked again", async (status) => {
    server.script({ kind: "status", status }, { kind: "status", status }, { kind: "works" });
    expect(await embed(["a"])).toHaveLength(1);
    expect(server.seen).toHaveLength(3);
  });

  it("is asked so often and no more, and then left to the caller with what it said", async () => {
    server.script({ kind: "status", status: 429, headers: { "retry-after": "90" } });
    const asked = await failureOf(embed(["a"]));
    expect(asked).toMatchObject({ code: "EMBEDDER_UNAVAILABLE", details: { retryAfterMs: 90_000 } });
    expect(server.seen).toHaveLength(1);
    server.script({ kind: "status", status: 500 });
    expect(await failureOf(embed(["a"]))).toMatchObject({ code: "EMBEDDER_UNAVAILABLE" });
    expect(server.seen).toHaveLength(4);
  });

  it("is waited for as long as it asks", async () => {
    server.script({ kind: "status", status: 429, headers: { "retry-after-ms": "300" } }, { kind: "works" });
    const startedMs = performance.now();
    await embed(["a"]);
    expect(performance.now() - startedMs).toBeGreaterThan(290);
  });

  it("is not asked twice for somebody who waits for a search", async () => {
    server.script({ kind: "status", status: 500 }, { kind: "works" });
    await failureOf(model.embed(["a"], { purpose: "query" }));
    expect(server.seen).toHaveLength(1);
  });

  it("that cuts the connection, says nothing, or is away is not available", async () => {
    server.script({ kind: "cut" });
    expect(await failureOf(embed(["a"]))).toMatchObject({
      code: "EMBEDDER_UNAVAILABLE",
      message: expect.stringMatching(/broke off the connection\.$/),
    });
    server.script({ kind: "hangs" });
    const hasty = makeModel({ timeoutMs: 50, retry: { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 } });
    expect((await failureOf(embed(["a"], hasty))).message).toContain("did not answer within 0.05 s");
    await server.stop();
    expect((await failureOf(embed(["a"]))).message).toContain("ECONNREFUSED");
  });

  it("lets a caller go that gives up", async () => {
    server.script({ kind: "hangs" });
    const controller = new AbortController();
    const waiting = failureOf(model.embed(["a"], { purpose: "passage", signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatchObject({ code: "CANCELLED" });
  });
});

describe("a server that refuses", () => {
  it.each([
    [401, "does not accept"],
    [404, 'no model "test"'],
    [402, "answered 402"],
  ])("with %i is not asked again, and its words are not repeated", async (status, words) => {
    server.script({
      kind: "status",
      status,
      body: { error: { message: "key sk-very-secret and the text", code: "bad_thing" } },
    });
    const error = await failureOf(embed(["a"], makeModel({ key })));
    expect(error).toMatchObject({ code: "EMBEDDER_REFUSED", message: expect.stringContaining(words) });
    expect(error.message).toContain("bad_thing");
    expect(JSON.stringify(error.toWire())).not.toContain("sk-very");
    expect(server.seen).toHaveLength(1);
  });

  it("because there is no credit is no matter of waiting", async () => {
    server.script({ kind: "status", status: 429, body: { error: { code: "insufficient_quota" } } });
    expect(await failureOf(embed(["a"]))).toMatchObject({ code: "EMBEDDER_REFUSED" });
    expect(server.seen).toHaveLength(1);
  });

  it("one text of many is found, and only that one is to blame", async () => {
    server.script({ kind: "refuses", word: "poison" });
    expect(await failureOf(embed([...many(7), "poison", "more"]))).toMatchObject({ details: { isAboutText: true } });
  });

  it("a text for its length gets its beginning", async () => {
    server.script({ kind: "refuses", word: "END" });
    expect(await embed([`${"word ".repeat(300)} END`])).toHaveLength(1);
  });

  it("everything is itself to blame", async () => {
    server.script({ kind: "status", status: 400 });
    const error = await failureOf(embed(many(4)));
    expect(error).toMatchObject({ code: "EMBEDDER_REFUSED" });
    expect(error.details).not.toHaveProperty("isAboutText", true);
  });
});

describe("a wrong answer", () => {
  it.each([Number.NaN, null, "1", Number.POSITIVE_INFINITY, 0])(
    "with %j in a vector blames that text",
    async (value) => {
      server.script({ kind: "poison", word: "bad", value });
      expect(await failureOf(embed(["good", "bad"]))).toMatchObject({
        code: "EMBEDDER_REFUSED",
        details: { isAboutText: true },
      });
    },
  );

  it("with fewer vectors than texts is refused whole", async () => {
    server.script({ kind: "fewer" });
    expect((await failureOf(embed(many(3)))).message).toContain("2 vectors for 3 texts");
  });

  it("of another length than before is refused", async () => {
    await embed(["a"]);
    server.script({ kind: "dimensions", dimensions: 12 });
    expect((await failureOf(embed(["a"]))).message).toContain("12 numbers now; before it gave 26");
  });

  it("without end is cut off", async () => {
    server.script({ kind: "huge" });
    expect((await failureOf(embed(["a"]))).message).toContain("answered more than");
  });

  it("that is no JSON is waited for, like a connection that broke", async () => {
    server.script({ kind: "page" }, { kind: "works" });
    expect(await embed(["a"])).toHaveLength(1);
    server.script({ kind: "page" });
    expect(await failureOf(embed(["a"]))).toMatchObject({
      code: "EMBEDDER_UNAVAILABLE",
      message: expect.stringContaining("no JSON"),
    });
  });

  it("of another shape is refused", async () => {
    for (const body of ["<html>", { data: "none" }, { data: [{ index: 7, embedding: [1] }] }, null]) {
      server.script({ kind: "status", status: 200, body });
      expect(await failureOf(embed(["a"]))).toMatchObject({ code: "EMBEDDER_REFUSED" });
    }
  });
});
