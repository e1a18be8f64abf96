import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandLine } from "../fixtures/command-line.ts";

const cli = new CommandLine();

interface IngestJson {
  readonly collection: string;
  readonly files: Readonly<Record<string, number>>;
  readonly skippedBy: Readonly<Record<string, number>>;
  readonly chunks: number;
  readonly embedded: number;
  readonly ms: number;
}

interface SearchJson {
  readonly collections: readonly string[];
  readonly mended: readonly string[];
  readonly hits: readonly Readonly<Record<string, unknown>>[];
}

const login = `/** Checks a visitor's password and opens a session. */
export function loginVisitor(name: string, password: string): boolean {
  const salted = name + ":" + password;
  return salted.length > 3;
}
`;

beforeAll(async () => {
  cli.write({
    "src/login.ts": login,
    "docs/guide.md": "# Guide\n\n## How a visitor signs in\n\nThe form sends name and password.\n",
    "logo.bin": "\u0000\u0001",
    ".env": "KEY=1",
  });
  await cli.json("ingest", "--collection", "web_code");
});
afterAll(() => cli.close());

describe("commons ingest", () => {
  it("--json tells what happened to the files, with every skipped one under its reason", async () => {
    const report = await cli.json<IngestJson>("ingest", "--collection", "first_run");
    expect(report).toMatchObject({
      collection: "first_run",
      files: { added: 2, changed: 0, renamed: 0, unchanged: 0, removed: 0, skipped: 2 },
    });
    expect(report.skippedBy).toEqual({ secret: 1, binary: 1 });
    expect(report.chunks).toBeGreaterThanOrEqual(2);
    expect(report.embedded).toBeLessThanOrEqual(report.chunks);
    expect(report.ms).toBeGreaterThan(0);
  });

  it("says of a second run that nothing changed", async () => {
    const { stdout, code } = await cli.run("ingest", "--collection", "web_code");
    expect(stdout).toContain("web_code: nothing changed, 2 files up to date");
    expect(stdout).toContain("2 skipped: 1 binary, 1 secret");
    expect(code).toBe(0);
  });

  it("of one file ingests nothing but the file", async () => {
    const report = await cli.json<IngestJson>("ingest", "src/login.ts", "--collection", "one_file");
    expect(report.files).toMatchObject({ added: 1, skipped: 0 });
  });

  it("of a file below the current directory stores it under its path there", async () => {
    const report = await cli.json<IngestJson>("ingest", "src/login.ts", "--collection", "web_code");
    expect(report.files).toMatchObject({ added: 0, unchanged: 1 });
    const left = await cli.run("ingest", "node_modules/left/index.js", "--collection", "web_code");
    expect(left.stderr).toMatch(/vendored|does not exist/);
  });

  it("of a missing path exits with 3 and names the path", async () => {
    const { code, stdout, stderr } = await cli.run("ingest", "srcc");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^error: srcc does not exist\.\nnext: /);
  });

  it("refuses the home directory with 4 and the reason", async () => {
    const { code, stderr } = await cli.runWith({ cwd: cli.home }, "ingest");
    expect(code).toBe(4);
    expect(stderr).toContain("home directory");
  });

  it("names a legal collection when it is given one that Chroma would refuse", async () => {
    const { code, stderr } = await cli.run("ingest", "--collection", "web code!");
    expect(code).toBe(2);
    expect(stderr).toContain('next: Use for example "web-code"');
  });

  it("that is interrupted keeps what it stored, says how far it came and exits with 130", async () => {
    const many = join(cli.directory, "many");
    mkdirSync(many);
    for (let index = 0; index < 2_500; index++)
      writeFileSync(join(many, `f${index}.md`), `# Part ${index}\n\n${`sentence ${index} of words\n`.repeat(40)}`);
    const { child, ended } = cli.start(["ingest", many]);
    child.stderr?.on("data", (text: string) => {
      if (text.includes("reading and storing")) child.kill("SIGINT");
    });
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toMatch(/error: Cancelled after reading [\d,]+ of 2,500 files\. What was stored is kept\./);
    const again = await cli.json<IngestJson>("ingest", many);
    expect((again.files["added"] ?? 0) + (again.files["unchanged"] ?? 0)).toBe(2_500);
    rmSync(many, { recursive: true });
  });
});

describe("commons search", () => {
  it("--json gives hits with their place, symbol, text, score and freshness", async () => {
    const answer = await cli.json<SearchJson>("search", "check", "a", "password", "--collection", "web_code");
    expect(answer.collections).toEqual(["web_code"]);
    const hit = answer.hits.find(({ path }) => path === "src/login.ts");
    expect(hit).toMatchObject({
      collection: "web_code",
      source: "web app",
      path: "src/login.ts",
      symbol: "loginVisitor",
      freshness: "fresh",
    });
    expect(hit?.["text"]).toContain("salted");
    expect(hit?.["startLine"]).toBeGreaterThan(0);
    expect(hit?.["endLine"]).toBeGreaterThanOrEqual(Number(hit?.["startLine"]));
    expect(hit?.["score"]).toBeGreaterThan(0);
  });

  it("prints the place and the symbol before the first lines of each passage", async () => {
    const { stdout, code } = await cli.run("search", "check password", "--collection", "web_code", "--limit", "1");
    expect(stdout).toMatch(/^src\/login\.ts:\d+-\d+  loginVisitor  \(web_code, web app, fresh, \d\.\d\d\)\n {4}\S/);
    expect(code).toBe(0);
  });

  it("in the home directory, which is no workspace, searches everything", async () => {
    const { stdout, code } = await cli.runWith({ cwd: cli.home }, "search", "visitor password", "--json");
    expect(code).toBe(0);
    // Safe: the shape is the one that the first test checks.
    const answer = JSON.parse(stdout) as SearchJson;
    expect(answer.collections).toContain("web_code");
    expect(answer.hits.length).toBeGreaterThan(0);
  });

  it("never shows old text as current: a changed file is read again first", async () => {
    cli.write({ "src/token.ts": "export function makeToken() {\n  return 'zebra';\n}\n" });
    await cli.run("ingest", "--collection", "mended");
    cli.write({ "src/token.ts": "export function makeToken() {\n  return 'giraffe instead of it';\n}\n" });
    const answer = await cli.json<SearchJson>("search", "makeToken", "--collection", "mended");
    expect(answer.hits[0]).toMatchObject({ path: "src/token.ts", freshness: "fresh" });
    expect(answer.hits[0]?.["text"]).toContain("giraffe");
    rmSync(join(cli.workspace, "src/token.ts"));
  });

  it("finds what was added to a file since, and says that it was brought up to date", async () => {
    cli.write({ "src/token.ts": "export function makeToken() {\n  return 'marimba';\n}\n" });
    const { stdout } = await cli.run("search", "marimba", "--collection", "mended");
    rmSync(join(cli.workspace, "src/token.ts"));
    expect(stdout).toContain("src/token.ts:1-3");
    expect(stdout).toContain("Brought up to date before the answer: 1 changed file");
  });

  it("without a result says what was searched, and exits with 0", async () => {
    const { stdout, code } = await cli.run("search", "xylophone", "--collection", "web_code", "--path", "nowhere/**");
    expect(stdout).toContain("Nothing found in web_code (");
    expect(code).toBe(0);
  });

  it("from a directory of the repository calls nothing of it another workspace", async () => {
    const repository = join(cli.directory, "shop");
    mkdirSync(join(repository, ".git", "refs"), { recursive: true });
    mkdirSync(join(repository, "src"));
    writeFileSync(join(repository, ".git", "HEAD"), "ref: refs/heads/main\n");
    writeFileSync(join(repository, "src", "cart.ts"), "export function emptyCart() {\n  return [];\n}\n");
    await cli.json("ingest", repository);
    const { stdout } = await cli.runWith({ cwd: join(repository, "src") }, "search", "emptyCart");
    expect(stdout).toMatch(/^src\/cart\.ts:\d+-\d+ .*, shop at \.\., \d\.\d\d\)\n/);
    rmSync(repository, { recursive: true });
  });

  it("of an unknown collection exits with 3 and offers the nearest name", async () => {
    const { code, stderr } = await cli.run("search", "x", "--collection", "web_cod");
    expect(code).toBe(3);
    expect(stderr).toContain('error: There is no collection "web_cod".\nnext: Did you mean "web_code"');
  });

  it("of no words at all exits with 2", async () => {
    expect((await cli.run("search", "  ", "--collection", "web_code")).code).toBe(2);
  });

  it("takes a metadata filter, and explains a wrong one", async () => {
    expect((await cli.run("search", "password", "--collection", "web_code", "--where", "{nope}")).stderr).toContain(
      "--where is no JSON",
    );
    const hits = (
      await cli.json<SearchJson>("search", "password", "--collection", "web_code", "--language", "TypeScript")
    ).hits;
    expect(new Set(hits.map(({ path }) => path))).toEqual(new Set(["src/login.ts"]));
  });

  it("with --json writes an error as JSON to standard error and nothing to standard output", async () => {
    const { code, stdout, stderr } = await cli.run("search", "x", "--collection", "web_cod", "--json");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    // Safe: the next line checks the shape.
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; hint: string } };
    expect([error.code, error.message]).toEqual(["COLLECTION_NOT_FOUND", 'There is no collection "web_cod".']);
    expect(error.hint).toContain("web_code");
  });
});

describe("collections", () => {
  it("commons list and info show what is stored, for people and for programs", async () => {
    const { collections } = await cli.json<{ collections: { name: string; documents: number }[] }>("list");
    expect(collections.find(({ name }) => name === "web_code")).toMatchObject({ documents: 2, kind: "permanent" });
    expect((await cli.run("list")).stdout).toMatch(/^NAME +DOCUMENTS .*\n(.*\n)*web_code +2 /);
    const { stdout } = await cli.run("info", "web_code");
    expect(stdout).toContain("typescript 1");
    expect(stdout).toContain("docs/guide.md");
  });

  it("commons unload removes one, and restore brings it back", async () => {
    await cli.run("ingest", "--collection", "short_lived");
    expect((await cli.run("unload", "short_lived")).stdout).toContain("commons restore short_lived");
    expect((await cli.run("info", "short_lived")).code).toBe(3);
    expect((await cli.run("restore", "short_lived")).stdout).toMatch(/^Restored short_lived: 2 documents/);
    expect((await cli.run("info", "short_lived")).code).toBe(0);
  });

  it("of another space are not seen", async () => {
    const { collections } = await cli.json<{ collections: unknown[] }>("list", "--space", "elsewhere");
    expect(collections).toEqual([]);
    expect((await cli.run("info", "web_code", "--space", "elsewhere")).code).toBe(3);
  });
});

describe("commons up", () => {
  it("ingests several directories at once, each into its own collection, and shows a search and the entry for agents", async () => {
    const { code, stdout } = await cli.run("up", "src", "docs");
    expect(code).toBe(0);
    for (const fact of [
      "/src\n",
      "/docs\n",
      "1 added",
      "Sample search",
      "[mcp_servers.commons]",
      // Another home than the default: the entry names it.
      `claude mcp add --env 'COMMONS_HOME=${cli.state}' --scope user commons -- `,
      "ChromaDB  off",
      cli.state,
    ])
      expect(stdout).toContain(fact);
    const second = await cli.run("up", "src", "docs");
    expect(second.stdout.match(/nothing changed, 1 file up to date/g)).toHaveLength(2);
  });

  it("finds something to search for in a directory with one small file, and else says that there is nothing", async () => {
    const small = join(cli.directory, "small");
    mkdirSync(join(small, "none"), { recursive: true });
    writeFileSync(join(small, "a.py"), "def parse_line(text):\n    return text\n");
    expect((await cli.run("up", small)).stdout).toMatch(/Sample search: "parse line" .*\n {2}a\.py:1-2/);
    expect((await cli.run("up", join(small, "none"))).stdout).toContain("Sample search: none. ");
    rmSync(small, { recursive: true });
  });

  it("with a path that does not exist does the others, and exits with that path's error", async () => {
    const { code, stdout } = await cli.run("up", "src", "nowhere");
    expect(code).toBe(3);
    expect(stdout).toContain("nothing changed, 1 file up to date");
    expect(stdout).toContain("nowhere does not exist.");
  });

  it("--json holds hub, engine, ingests, search and the entry for agents", async () => {
    const result = await cli.json<{ hub: { pid: number }; mcp: { command: string; args: string[] } }>(
      "up",
      "src",
      "--query",
      "visitor password",
    );
    expect(result).toMatchObject({
      engine: { state: "off" },
      ingests: [{ files: { unchanged: 1 } }],
      search: { query: "visitor password", hits: [{ path: "login.ts" }] },
      mcp: { command: process.execPath },
    });
    expect(result.hub.pid).toBeGreaterThan(0);
    expect(result.mcp.args.join(" ")).toMatch(/\/bin\/commons\.mjs mcp$/);
  });
});
