import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DatabaseSync } from "node:sqlite";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCollection, type ImportRequest } from "../../src/session/import-run.ts";
import { runIngest } from "../../src/session/ingest-run.ts";
import { Session } from "../../src/session/session.ts";
import { callTool } from "../../src/session/tool-call.ts";
import { builtInModel } from "../../src/core/model-id.ts";
import { answerText } from "../fixtures/answer-text.ts";
import { testProgram } from "../fixtures/built-program.ts";
import { CommandLine } from "../fixtures/command-line.ts";
import { eventually } from "../fixtures/world.ts";
import { exportHeader, forged, smallExport } from "../fixtures/exported-file.ts";

const line = new CommandLine();
let session: Session;
const exportsOf = (name = "") => join(line.state, "exports", "default", name);

beforeAll(async () => {
  line.write({
    "src/login.ts":
      "/** Checks a visitor's password. */\nexport function loginVisitor(name: string) {\n  return name;\n}\n",
    "docs/guide.md": "# Guide\n\n## How a visitor signs in\n\nThe form sends name and password.\n",
  });
  session = openSession();
  await runIngest(session, { path: null, collection: "web_code", kind: "any", recursive: true, includeContent: true });
});
afterAll(async () => {
  session.close();
  await line.close();
});

function openSession(directory = line.workspace): Session {
  const env = { PATH: process.env["PATH"], HOME: line.home, COMMONS_HOME: line.state, COMMONS_ENGINE: "false" };
  const place = { cwd: directory, workspaceFlag: directory, allow: [] };
  return new Session({ kind: "cli", agent: "test", program: testProgram(), env, ...place });
}

async function tool(
  name: string,
  args: Record<string, unknown>,
  by = session,
): Promise<{ text: string; isError: boolean }> {
  const context = { session: by, signal: new AbortController().signal, progress: () => {} };
  const answer = await callTool(name, args, context);
  return { text: answerText(answer), isError: answer.isError === true };
}

const names = async () => (await session.call("collections.list", {})).collections.map(({ name }) => name);
const importFrom = (file: Buffer, rest: Partial<ImportRequest> = {}, by = session) =>
  importCollection(by, {
    file: Readable.from([file], { objectMode: false }),
    name: null,
    nameHint: "Name it.",
    overwrite: false,
    force: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...rest,
  });

describe("a collection that is exported and imported", () => {
  it("is written for its owner alone, and found by its words again", async () => {
    const exported = await tool("export_collection", { collection: "web_code" });
    expect(exported.text).toContain("Exported web_code: 2 documents");
    expect(exported.text).toContain(exportsOf("web_code.jsonl.gz"));
    expect(statSync(exportsOf()).mode & 0o777).toBe(0o700);
    expect(statSync(exportsOf("web_code.jsonl.gz")).mode & 0o777).toBe(0o600);
    expect(readdirSync(exportsOf())).toEqual(["web_code.jsonl.gz"]);
    const imported = await tool("import_collection", { input_path: "web_code.jsonl.gz", collection: "web_copy" });
    expect(imported.text).toContain("Imported web_copy: 2 documents");
    expect((await tool("search_context", { query: "visitor password", collection: "web_copy" })).text).toContain(
      "src/login.ts",
    );
    expect(await names()).toEqual(["web_code", "web_copy"]);
  });

  it("knows by what its files were ingested, so that it can be brought up to date, but watches nothing", async () => {
    const { id, sources } = await session.call("collections.get", { collection: "web_copy" });
    const sourceKey = sources[0]?.source.key ?? "";
    const { scopes } = await session.call("sources.state", { collectionId: id, sourceKey });
    expect(scopes).toMatchObject([{ scope: { directory: "", recursive: true }, isWatched: false, mirroredAtMs: null }]);
  });

  it("goes through the command line, to any file and from it", async () => {
    const file = join(line.directory, "out.jsonl.gz");
    expect(await line.run("export", "web_code", file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(file),
    });
    const before = readFileSync(file);
    const again = await line.run("export", "web_code", file);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is there already") });
    expect(readFileSync(file)).toEqual(before);
    const copied = await line.json<{ documents: number }>("import", file, "--as", "from_file");
    expect(copied.documents).toBe(2);
  });

  it("leaves an earlier export as it is, by whatever name: the new one's gets a number", async () => {
    const before = readFileSync(exportsOf("web_code.jsonl.gz"));
    for (const [args, name] of [
      [{}, "web_code-2.jsonl.gz"],
      [{ output_path: "web_code.jsonl.gz" }, "web_code-3.jsonl.gz"],
    ] as const) {
      const { text, isError } = await tool("export_collection", { collection: "web_code", ...args });
      expect(isError).toBe(false);
      expect(text).toContain(exportsOf(name));
    }
    expect(readFileSync(exportsOf("web_code.jsonl.gz"))).toEqual(before);
    expect((await tool("export_collection", { collection: "web_code", overwrite: true })).isError).toBe(true);
  });

  it("takes the place of another only when asked, which can be brought back", async () => {
    const refused = await tool("import_collection", { input_path: "web_code.jsonl.gz", collection: "from_file" });
    expect(refused).toMatchObject({
      isError: true,
      text: expect.stringContaining('a permanent collection "from_file"'),
    });
    const done = await tool("import_collection", {
      input_path: "web_code.jsonl.gz",
      collection: "from_file",
      overwrite: true,
    });
    const receipt = Number(/--receipt (\d+)/.exec(done.text)?.[1]);
    await session.call("collections.unload", { collection: "from_file", force: false });
    expect(await session.call("collections.restore", { receipt })).toMatchObject({
      collection: "from_file",
      documents: 2,
    });
  });

  it("does not take the place of one that another session uses, unless forced", async () => {
    using other = closing(openSession());
    await other.session.call("collections.get", { collection: "from_file" });
    const args = { input_path: "web_code.jsonl.gz", collection: "from_file", overwrite: true };
    expect(await tool("import_collection", args)).toMatchObject({
      isError: true,
      text: expect.stringContaining("is in use by test"),
    });
    expect((await tool("import_collection", { ...args, force: true })).isError).toBe(false);
  });
});

describe("a round trip", () => {
  /** The lines of an export, without what is another in each: its header, its history, and what a file may not claim of bytes. */
  const linesOf = (name: string): string[] => {
    const lines = gunzipSync(readFileSync(exportsOf(name)))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    return lines
      .filter((each) => !/^\{"(?:header|receipt|end)":/.test(each))
      .map((each) => each.replaceAll(/"(signature|contentHash|fingerprint)":"[^"]*"/g, '"$1":"-"'));
  };
  const endOf = (name: string): unknown =>
    JSON.parse(
      gunzipSync(readFileSync(exportsOf(name)))
        .toString("utf8")
        .trimEnd()
        .split("\n")
        .at(-1) ?? "",
    );

  it("brings its history along, word by word, which does not grow with each way through a file", async () => {
    const lines = async (name: string, file: string): Promise<string[]> => {
      expect((await line.run("export", name, join(line.home, file))).code).toBe(0);
      const text = gunzipSync(readFileSync(join(line.home, file))).toString("utf8");
      return text.split("\n").filter((each) => each.startsWith('{"receipt":'));
    };
    const first = await lines("web_code", "history-1.jsonl.gz");
    expect(first.length).toBeGreaterThan(0);
    const report = await importFrom(readFileSync(join(line.home, "history-1.jsonl.gz")), { name: "history_b" });
    expect(report).toMatchObject({ receipts: first.length, receiptsLeftOut: 0 });
    expect(await lines("history_b", "history-2.jsonl.gz")).toEqual(first);
    await importFrom(readFileSync(join(line.home, "history-2.jsonl.gz")), { name: "history_c" });
    expect(await lines("history_c", "history-3.jsonl.gz")).toEqual(first);
    const { stdout } = await line.run("log", "history_c", "--json");
    const log = JSON.parse(stdout) as {
      receipts: { action: string }[];
      imported: { action: string; collection: string }[];
    };
    expect(log.receipts.map(({ action }) => action)).toEqual(["promote"]);
    expect(log.imported.map(({ collection }) => collection)).toEqual(first.map(() => "web_code"));
    expect((await line.run("log", "history_c")).stdout).toContain("Imported with it, the history");
    for (const name of ["history_b", "history_c"])
      await session.call("collections.unload", { collection: name, force: true });
  });

  it("is taken unpacked too", async () => {
    const report = await importFrom(gunzipSync(await smallExport()), { name: "unpacked_copy", embedder: builtInModel });
    expect(report).toMatchObject({ documents: 2, from: { collection: exportHeader.collection.name } });
    await session.call("collections.unload", { collection: "unpacked_copy", force: true });
  });

  it("brings back every line: files of two directories, notes, given metadata, several scopes, vectors", async () => {
    const directory = join(line.directory, "second place");
    mkdirSync(join(directory, "deep"), { recursive: true });
    writeFileSync(
      join(directory, "deep", "größer 🙂.md"),
      "# Umlauts\n\nLetters of all kinds: äöü \u{1F600} \u0301.\n",
    );
    writeFileSync(join(directory, "login.ts"), readFileSync(join(line.workspace, "src/login.ts")));
    using second = closing(openSession(directory));
    const whole = { collection: "mixed", kind: "any", recursive: true, includeContent: true } as const;
    await runIngest(session, { ...whole, path: "src" });
    await runIngest(session, { ...whole, path: "docs", categories: ["documents"] });
    await runIngest(second.session, { ...whole, path: null });
    for (const id of ["decision-1", "decision 2/ü"])
      await tool("store_context", {
        collection: "mixed",
        id,
        content: `Decided: ${id}.`,
        metadata: { topic: "auth", rank: 2.5, old: false },
      });
    await tool("ingest_file", { path: "docs/guide.md", collection: "mixed", metadata: { reviewed: true } });

    await tool("export_collection", { collection: "mixed", output_path: "mixed-1.jsonl.gz" });
    await tool("import_collection", { input_path: "mixed-1.jsonl.gz", collection: "mixed_again" });
    await tool("export_collection", { collection: "mixed_again", output_path: "mixed-2.jsonl.gz" });
    expect(linesOf("mixed-2.jsonl.gz")).toEqual(linesOf("mixed-1.jsonl.gz"));
    expect(endOf("mixed-1.jsonl.gz")).toMatchObject({
      end: { isConsistent: true, counts: { sources: 3, documents: 6, scopes: 3 } },
    });
    const all = linesOf("mixed-1.jsonl.gz").join("\n");
    for (const each of [
      '"reviewed":true',
      '"rank":2.5',
      '"vector":{"scale":',
      "größer 🙂.md",
      '"decision 2/ü"',
      '"categories":["documents"]',
    ])
      expect(all).toContain(each);
  });
});

describe("a file with other texts for the files of this workspace", () => {
  const plant = async (name: string) => {
    const exported = readFileSync(exportsOf("web_code.jsonl.gz"));
    const planted = forged(exported, (lines) =>
      // Safe: the same line with another word in it.
      lines.map((each) => JSON.parse(JSON.stringify(each).replace("return name;", "return planted;")) as typeof each),
    );
    await importFrom(planted, { name });
  };

  it("is not believed by a search: they are marked until they are read again, which is at once", async () => {
    await plant("planted");
    const search = async () =>
      (await tool("search_context", { query: "login visitor name", collection: "planted" })).text;
    const first = await search();
    expect(first.includes("planted;") && !first.includes("CHANGED on disk")).toBe(false);
    await eventually("the file was read again", async () => (await search()).includes("return name;"));
    const last = await search();
    expect(last).toContain("unmarked: fresh");
    expect(last).not.toContain("planted;");
  });

  it("nor by an ingest", async () => {
    await plant("planted_too");
    expect((await tool("batch_ingest", { collection: "planted_too" })).isError).toBe(false);
    const { text } = await tool("search_context", { query: "login visitor name", collection: "planted_too" });
    expect(text).toContain("return name;");
    expect(text).not.toContain("planted;");
  });
});

describe("an import that does not come to its end", () => {
  it("leaves nothing of a file that is cut, wherever the cut is", async () => {
    const before = await names();
    const file = readFileSync(exportsOf("web_code.jsonl.gz"));
    for (const length of [0, 5, 100, file.byteLength / 2, file.byteLength - 4, file.byteLength - 1])
      await expect(importFrom(file.subarray(0, length), { name: "half" })).rejects.toMatchObject({
        code: "EXPORT_UNUSABLE",
      });
    expect(await names()).toEqual(before);
  });

  it("leaves nothing when it is cancelled", async () => {
    const before = await names();
    const cancel = new AbortController();
    const file = readFileSync(exportsOf("web_code.jsonl.gz"));
    const importing = importFrom(file, { name: "half", signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(importing).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await names()).toEqual(before);
  });

  it("leaves nothing when its session ends in the middle, and nobody sees anything until then", async () => {
    const before = await names();
    using other = closing(openSession());
    const file = new PassThrough();
    const importing = importFrom(Buffer.alloc(0), { file, name: "half" }, other.session).catch((error: unknown) =>
      String(error),
    );
    const whole = readFileSync(exportsOf("web_code.jsonl.gz"));
    file.write(whole.subarray(0, whole.byteLength - 20));
    await eventually("the import has begun", () => temporaryCollections() === 1);
    expect(await names()).toEqual(before);
    other.session.close();
    file.end();
    expect(await importing).toMatch(/Error/);
    await eventually("nothing of it is left", () => temporaryCollections() === 0);
  });

  it("leaves nothing of pages that came before the damage", async () => {
    const before = await names();
    const file = forged(await smallExport(), (lines) => lines, { sha256: "0".repeat(64) });
    await expect(importFrom(file, { name: "half", embedder: "built-in" })).rejects.toMatchObject({
      code: "EXPORT_UNUSABLE",
    });
    expect(await names()).toEqual(before);
  });
});

describe("what a file may not decide", () => {
  it("is a model that nobody here has chosen: a person says so, or its texts are embedded anew", async () => {
    const file = await smallExport();
    await expect(importFrom(file, { name: "chosen" })).rejects.toMatchObject({ code: "EMBEDDER_REFUSED" });
    expect(await importFrom(file, { name: "anew", embedder: "built-in" })).toMatchObject({ documents: 2, vectors: 0 });
    const { embedder } = exportHeader.collection;
    expect(await importFrom(file, { name: "chosen", embedder })).toMatchObject({ embedder, documents: 2, vectors: 2 });
    const { health } = await session.call("collections.get", { collection: "chosen" });
    expect(health.chunksWithoutVector).toBe(0);
  });

  it.each(["../web.gz", "/tmp/web.gz", "a/b.gz", ".hidden", "a\\b", "a\0b", ""])(
    "is a place outside of the exports directory: %j",
    async (output_path) => {
      const { isError, text } = await tool("export_collection", { collection: "web_code", output_path });
      expect(isError).toBe(true);
      expect(text).toContain("no plain file name");
    },
  );

  it("is a link in the exports directory that leads elsewhere", async () => {
    writeFileSync(join(line.directory, "elsewhere.gz"), await smallExport());
    mkdirSync(exportsOf(), { recursive: true });
    symlinkSync(join(line.directory, "elsewhere.gz"), exportsOf("link.gz"));
    const read = await tool("import_collection", { input_path: "link.gz", collection: "linked" });
    expect(read).toMatchObject({ isError: true });
    const written = await tool("export_collection", {
      collection: "web_code",
      output_path: "link.gz",
    });
    expect(written).toMatchObject({ isError: false, text: expect.stringContaining(exportsOf("link-2.gz")) });
    expect(readFileSync(join(line.directory, "elsewhere.gz"))).toEqual(await smallExport());
  });
});

/** In the catalog itself: nobody else sees a session's temporary collections. */
function temporaryCollections(): number {
  const database = new DatabaseSync(join(line.state, "catalog", "catalog.sqlite"), { readOnly: true });
  const row = database.prepare("SELECT count(*) AS count FROM collections WHERE kind = 'temporary'").get();
  database.close();
  return Number(row?.["count"]);
}

function closing(opened: Session): { readonly session: Session; [Symbol.dispose](): void } {
  return { session: opened, [Symbol.dispose]: () => opened.close() };
}
