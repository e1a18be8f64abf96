import { expect, test } from "vitest";
import { codePairs } from "./code-pairs.ts";
import { firstSentence, isQuery, partDoc } from "./comment-text.ts";
import { createDeclarationReader } from "./declarations.ts";
import { prosePairs } from "./prose-pairs.ts";

async function pairsOf(path: string, language: string, text: string) {
  const declarations = path.endsWith(".d.ts") ? [] : await createDeclarationReader().read(text, language);
  return codePairs({ path, text, language, declarations });
}

test("a docstring's first sentence asks for the function, which no longer holds it", async () => {
  const text = `import os

def load(path, retries=3):
    """Read the settings from a file. Falls back to the defaults when the file cannot be opened at all.

    Args:
        path: where
    """
    value = os.open(path)
    if not value:
        raise ValueError("cannot open the settings file %s" % path)
    return value
`;
  const pairs = await pairsOf("pkg/settings.py", "python", text);
  const own = pairs.find(({ kind }) => kind === "function");
  expect(own).toMatchObject({ query: "Read the settings from a file.", name: "load" });
  expect(own?.code).toContain("os.open(path)");
  expect(own?.code).not.toContain("Read the settings");
  expect(own?.rest).toContain("Falls back to the defaults");
  const error = pairs.find(({ kind }) => kind === "error");
  expect(error?.query).toBe("cannot open the settings file");
  expect(error?.code).not.toContain("cannot open the settings");
});

test("a comment above a function asks for it, without the name that Go puts in front", async () => {
  const text = `package p

// Retry calls the function until it succeeds or the attempts are used up.
func Retry(attempts int, f func() error) error {
	for i := 0; i < attempts; i++ {
		if err := f(); err == nil {
			return nil
		}
	}
	return nil
}
`;
  const [pair] = (await pairsOf("retry.go", "go", text)).filter(({ kind }) => kind === "function");
  expect(pair?.query).toBe("calls the function until it succeeds or the attempts are used up.");
  expect(pair?.code).not.toContain("until it succeeds");
});

test("the words of a telling name ask for a body without a comment and without that name", async () => {
  const text = `function parseRetryAfterHeader(value) {
  const seconds = Number(value);
  if (Number.isNaN(seconds)) return parseRetryAfterHeader(date(value));
  return seconds * 1000;
}
function run(value) {
  const first = value;
  const second = first;
  return second;
}
`;
  const pairs = (await pairsOf("a.js", "javascript", text)).filter(({ kind }) => kind === "name");
  expect(pairs.map(({ query }) => query)).toEqual(["parse retry after header"]);
  expect(pairs[0]?.code).not.toContain("parseRetryAfterHeader");
});

test("comments inside of a body ask for the lines below them", async () => {
  const text = `function close(socket) {
  // Wait until all pending writes are flushed
  const pending = socket.queue;
  pending.drain();
}
`;
  const [pair] = (await pairsOf("a.js", "javascript", text)).filter(({ kind }) => kind === "inline");
  expect(pair?.query).toBe("Wait until all pending writes are flushed");
  expect(pair?.code).toContain("pending.drain()");
});

test("titles of tests ask for their bodies", async () => {
  const text = `describe("queue", () => {
  it("keeps the order of jobs with equal priority", async () => {
    const queue = new Queue({ concurrency: 1 });
    await queue.add(first, { priority: 1 });
    expect(queue.order).toEqual(["first"]);
  });
});
`;
  const pairs = await pairsOf("test/queue.test.js", "javascript", text);
  expect(pairs.map(({ kind, query }) => [kind, query])).toEqual([
    ["test", "keeps the order of jobs with equal priority"],
  ]);
});

test("typings give their comments and declarations", async () => {
  const text = `export interface Options {
  /**
   * How long to wait for an answer before giving up.
   * @default 1000
   */
  timeoutMs?: number;
}
`;
  const [pair] = await pairsOf("index.d.ts", "typescript", text);
  expect(pair).toMatchObject({
    kind: "declaration",
    query: "How long to wait for an answer before giving up.",
    name: "timeoutMs",
  });
});

test("headings ask for the text below them, with the heading above where they are short", () => {
  const text = `# Client

## Retries

${"Requests that fail are repeated with a growing pause between them. ".repeat(3)}
`;
  const [pair] = prosePairs({ path: "README.md", text, fileType: "markdown" });
  expect(pair).toMatchObject({ kind: "section", query: "Client Retries" });
});

test("licences, links, notes for tools and other scripts are no questions", () => {
  for (const words of [
    "Copyright 2020 Someone and others",
    "eslint-disable no-console here",
    "TODO: make this faster",
    "See also the other one",
    "读取配置文件 并 返回",
    "Too short",
  ])
    expect(isQuery(words)).toBe(false);
  expect(isQuery("Returns the number of items in the queue.")).toBe(true);
});

test("a sentence ends at its stop, at a paragraph or where parameters begin", () => {
  expect(firstSentence("Compute the sum of all parts. Then more.")).toBe("Compute the sum of all parts.");
  expect(firstSentence("Compute the sum\nof all parts\n\n:param x: a number")).toBe("Compute the sum of all parts");
  expect(firstSentence("")).toBe("");
});

test("a hostile comment is parted in bounded time", () => {
  const lines = [`/** ${"* ".repeat(50_000)}`, "function f() {", "}"];
  expect(partDoc(lines, "javascript").code).toContain("function f");
  expect(partDoc([`def f(${"(".repeat(20_000)}`, `    """${"x".repeat(50_000)}`], "python").doc).toBe("");
});
