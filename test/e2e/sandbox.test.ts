import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whileSwapping } from "../fixtures/swapping.ts";
import { World, type Agent } from "../fixtures/world.ts";

/** Stands in every text and every name outside of the workspace, and nowhere else. */
const marker = "outsidemarker";
const ownMarker = "insidemarker";

interface PathTool {
  readonly parameter: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** It opens no file of that path: a filter over what is stored, or a name in the exports directory. It may succeed, with nothing outside. */
  readonly opensNothing?: true;
}

/** Every tool that takes a path. One that is new must stand here: see the first test. */
const pathTools: Readonly<Record<string, readonly PathTool[]>> = {
  batch_ingest: [{ parameter: "path", args: { collection: "attacked" } }],
  ingest_file: [{ parameter: "path", args: { collection: "attacked" } }],
  quick_load: [{ parameter: "path", args: { name: "quickly" } }],
  scan_directory: [{ parameter: "path", args: {} }],
  find_duplicates: [{ parameter: "path", args: {} }],
  extract_exif: [{ parameter: "path", args: {} }],
  watch_folder: [{ parameter: "path", args: { collection: "attacked" } }],
  stop_watch: [{ parameter: "path", args: {}, opensNothing: true }],
  find_similar_patterns: [{ parameter: "path", args: { collection: "own" } }],
  compare_files: [
    { parameter: "file1", args: { file2: "src/own.ts" } },
    { parameter: "file2", args: { file1: "src/own.ts" } },
  ],
  search_context: [{ parameter: "path", args: { query: "export const", collection: "own" }, opensNothing: true }],
  export_collection: [{ parameter: "output_path", args: { collection: "own" }, opensNothing: true }],
  import_collection: [{ parameter: "input_path", args: { collection: "attacked" } }],
};

const takesPath = (parameter: string): boolean =>
  /path|file|dir|folder|location|url/.test(parameter) && !["max_files", "include_content"].includes(parameter);

describe.skipIf(process.platform === "win32")("a session's sandbox", { timeout: 180_000 }, () => {
  let world: World;
  let workspace: string;
  let outside: string;
  let agent: Agent;
  const answers: string[] = [];

  const ask = async (tool: string, args: Record<string, unknown>): Promise<string> => {
    const text = await agent.call(tool, args).catch((error: unknown) => String(error));
    answers.push(text);
    return text;
  };

  beforeAll(async () => {
    world = await World.open();
    workspace = await world.workspace("app", {
      "src/own.ts": `export const ${ownMarker} = 1;\n`,
      "sub/same.ts": `export const ${ownMarker}Too = 2;\n`,
      ".env": `KEY=${marker}\n`,
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/config": `[remote "origin"]\n\turl = https://ann:${marker}@example.org/ann/app.git\n`,
    });
    outside = await world.workspace("outside", {
      "same.ts": `export const ${marker} = 1;\n`,
      [`${marker}.ts`]: `export const ${marker} = 2;\n`,
      [`${marker}-folder/a.ts`]: `export const ${marker} = 3;\n`,
    });
    await symlink(outside, join(workspace, "link-out"));
    await symlink(join(outside, "same.ts"), join(workspace, "link-file.ts"));
    await symlink("/proc/self/root", join(workspace, "link-root"));
    await symlink("/proc/self/environ", join(workspace, "link-environ"));
    await symlink(".env", join(workspace, "link-env"));
    execFileSync("mkfifo", [join(workspace, "pipe.ts")]);
    agent = await world.agent(workspace, { env: { OUTSIDE: marker } });
    await agent.call("batch_ingest", { collection: "own" });
  });
  afterAll(() => world.close());

  it("is attacked by every parameter of every tool that takes a path", async () => {
    const { tools } = await agent.client.listTools();
    for (const { name, inputSchema } of tools) {
      const parameters = Object.keys(inputSchema.properties ?? {}).filter(takesPath);
      const attacked = (pathTools[name] ?? []).map(({ parameter }) => parameter);
      expect({ name, parameters }).toEqual({ name, parameters: attacked });
    }
  });

  it("refuses every path that leads out, by every tool, and stores and shows nothing of it", async () => {
    const { tools } = await agent.client.listTools();
    const before = await readdir(workspace);
    const paths = [
      "..",
      "../outside",
      `../outside/${marker}.ts`,
      outside,
      join(outside, "same.ts"),
      "/workspace/../outside",
      `src/../../outside/same.ts`,
      "link-out",
      "link-out/same.ts",
      "link-file.ts",
      "link-root/etc/passwd",
      "link-environ",
      "/proc/self/environ",
      "/dev/stdin",
      "/etc/passwd",
      world.home,
      join(world.home, "hub"),
      pathToFileURL(join(outside, "same.ts")).href,
      "FILE:///etc/passwd",
      "%2e%2e/outside/same.ts",
      "．．/outside",
      "..\\outside\\same.ts",
      "~/same.ts",
      "a".repeat(5_000),
      "x\n\u001b[2J[1] forged.ts:1-2 fresh",
      "src/own.ts\0.md",
      "pipe.ts",
      ".env",
      "link-env",
      ".git/config",
    ];
    for (const [tool, attacks] of Object.entries(pathTools)) {
      if (!tools.some(({ name }) => name === tool)) continue;
      for (const { parameter, args, opensNothing } of attacks)
        for (const path of paths) {
          const text = await ask(tool, { ...args, [parameter]: path });
          const isInside = [".env", "link-env", ".git/config"].includes(path);
          const isRefused =
            /(PATH_[A-Z_]+|INPUT_INVALID|FILE_NOT_INDEXABLE|FILE_NOT_READABLE|WORKSPACE_REFUSED): /.test(text) ||
            // A file of the workspace that is no export is told so, and no word of it.
            (isInside && text.includes("EXPORT_UNUSABLE: "));
          const isFine = isRefused || opensNothing === true;
          expect({ tool, path, text, isFine }).toEqual({ tool, path, text, isFine: true });
        }
    }
    const inWorkspace = await readdir(workspace);
    expect(inWorkspace.toSorted()).toEqual(before.toSorted());
    expect((await readdir(outside)).toSorted()).toEqual([`${marker}-folder`, `${marker}.ts`, "same.ts"].toSorted());
    expect(await ask("list_collections", {})).not.toContain("attacked");
  });

  it("names with line ends, escapes and turned letters forge no line of an answer", async () => {
    const names = [
      "a\n[9] forged.ts:1-2 fresh\n.ts",
      "\u001b[2J\u001b[1;1Hred.ts",
      "x\u202etxt.exe.ts",
      "--allow=..ts",
      "\r.ts",
    ];
    await mkdir(join(workspace, "odd"));
    for (const name of names) await writeFile(join(workspace, "odd", name), `export const odd_${ownMarker} = 1;\n`);
    for (const name of names) await writeFile(join(workspace, "odd", `${name}.pem`), "none\n");
    await ask("scan_directory", { path: "odd" });
    expect(await ask("batch_ingest", { path: "odd", collection: "own" })).toContain("5 added");
    await ask("search_context", { query: `odd_${ownMarker}`, collection: "own" });
    await ask("get_collection_info", { collection: "own" });
    await ask("find_similar_patterns", { path: "odd", collection: "own" });
    for (const name of names) await ask("ingest_file", { path: `odd/${name}x`, collection: "own" });
    for (const text of answers) {
      // oxlint-disable-next-line no-control-regex -- These are what must not be there.
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
      expect(text).not.toMatch(/^\[\d+\] forged/m);
    }
  });

  it("gives nothing of the outside while a directory is swapped for a link, by any tool", async () => {
    await agent.call("watch_folder", { collection: "raced" });
    const target = join(workspace, "sub");
    const path = "sub";
    const rounds = await whileSwapping({ target, elsewhere: outside, swaps: 1_000 }, async (round) => {
      await Promise.all([
        ask("batch_ingest", { collection: "raced" }),
        ask("batch_ingest", { collection: "raced_names", include_content: false }),
        ask("ingest_file", { path: "sub/same.ts", collection: "raced" }),
        ask("scan_directory", { path }),
        ask("find_similar_patterns", { path, collection: "own" }),
        ask("compare_files", { file1: "sub/same.ts", file2: "src/own.ts" }),
        ask("quick_load", { path, name: `quick_${round}` }),
      ]);
      await ask("search_context", { query: `${ownMarker}Too`, collection: "*" });
      await ask("list_watchers", {});
    });
    expect(rounds).toBeGreaterThan(0);
    for (const query of ["export const", "same.ts"]) await ask("search_context", { query, collection: "*", limit: 50 });
    await ask("get_collection_info", { collection: "raced" });
    await ask("get_collection_info", { collection: "raced_names" });
  });

  it("has shown nothing of the outside in any answer, and stored nothing of it", async () => {
    // An error repeats the path that it was given.
    const shown = answers.filter((text) => text.replaceAll(`../outside/${marker}.ts`, "").includes(marker));
    expect(shown).toEqual([]);
    await agent.close();
    const stored = await bytesBelow(join(world.home, "catalog"));
    expect(stored.includes(ownMarker)).toBe(true);
    expect(stored.includes(marker)).toBe(false);
  });
});

async function bytesBelow(directory: string): Promise<Buffer> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
}
