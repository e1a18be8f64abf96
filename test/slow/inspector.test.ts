import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { tools } from "../../src/session/tools/registry.ts";
import { runBounded } from "../fixtures/agents/bounded-run.ts";
import { areInstalled, installAgent } from "../fixtures/agents/install.ts";
import { commonsBin, eventually, World } from "../fixtures/world.ts";

const inspector = {
  directory: "inspector",
  wanted: "@modelcontextprotocol/inspector@2.12.0",
  starts: ["@modelcontextprotocol/inspector/clients/launcher/build/index.js"],
};
const isReady = await areInstalled([{ program: inspector }]);

const listed = z.object({
  result: z.object({ tools: z.array(z.looseObject({ name: z.string(), annotations: z.looseObject({}) })) }),
});
const answered = z.object({
  result: z.looseObject({
    // The text first; behind it, of an export, the link to it.
    content: z.tuple(
      [z.strictObject({ type: z.literal("text"), text: z.string().min(1) })],
      z.looseObject({ type: z.literal("resource_link"), uri: z.string().startsWith("commons://exports/") }),
    ),
    isError: z.literal(false).optional(),
  }),
});

/** Valid arguments for every tool, in an order in which each finds what it needs. */
const calls: readonly (readonly [tool: string, args: Record<string, unknown>, says: RegExp])[] = [
  ["get_environment", {}, /workspace: /],
  ["list_file_types", {}, /markdown/i],
  ["scan_directory", { path: "/workspace", recursive: true, categories: ["code"], max_files: 10 }, /1 file/],
  ["extract_exif", { path: "/workspace", recursive: true, max_files: 10 }, /0 images/],
  ["find_duplicates", { path: "/workspace", hash_method: "full", categories: "code" }, /no equal files/],
  ["batch_ingest", { path: "/workspace", collection: "shop", categories: "code,documents" }, /2 added/],
  ["ingest_file", { path: "docs/guide.md", collection: "shop", metadata: { topic: "returns" } }, /shop/],
  ["search_context", { query: "returned goods", collection: ["shop"], limit: 3, mode: "hybrid" }, /guide\.md/],
  ["search_context", { query: "goods", where: { language: { $ne: "rust" } }, collection: "*" }, /guide\.md/],
  [
    "find_similar_patterns",
    { collection: "shop", code: "export function addToCart(id: string) {\n  return id;\n}" },
    /./,
  ],
  ["compare_files", { file1: "docs/guide.md", file2: "src/cart.ts" }, /Different/],
  [
    "store_context",
    { content: "Prices are cents.", collection: "decisions", id: "cents", metadata: { year: 2026 } },
    /cents/,
  ],
  ["quick_load", { path: "docs", collection: "peek" }, /Temporary/],
  ["list_collections", {}, /shop: 2 documents/],
  ["get_collection_info", { collection: "shop" }, /2 documents/],
  ["list_sessions", {}, /this session/],
  ["watch_folder", { path: "docs", collection: "watched" }, /docs/],
  ["list_watchers", {}, /./],
  ["stop_watch", { path: "docs", collection: "watched" }, /./],
  ["export_collection", { collection: "shop", output_path: "shop.export" }, /shop/],
  ["import_collection", { input_path: "shop.export", collection: "shop_copy" }, /shop_copy/],
  [
    "find_collection_duplicates",
    { collection: ["shop", "shop_copy"], limit: 5, across: true },
    /versions of each other/,
  ],
  ["batch_delete", { collection: "decisions", ids: ["cents"], dry_run: true }, /1 document/],
  ["unload_collection", { collection: "shop", force: false }, /Unloaded shop/],
];

describe.skipIf(!isReady)("the official inspector", { timeout: 240_000 }, () => {
  let world: World;
  let workspace: string;

  beforeAll(async () => {
    world = await World.open();
    workspace = await world.workspace("shop", {
      "src/cart.ts": "/** Adds an article to the cart. */\nexport function addToCart(id: string) {\n  return id;\n}\n",
      "docs/guide.md": "# Guide\n\n## Returns\n\nGoods can be returned within thirty days.\n",
    });
  });
  afterAll(() => world?.close());

  const inspect = async (...args: readonly string[]) => {
    const start = await installAgent(inspector);
    const env = Object.entries(world.env).flatMap(([name, value]) =>
      name.startsWith("COMMONS_") ? ["-e", `${name}=${value}`] : [],
    );
    const command = [start ?? "", "--cli", "--format", "json", "--cwd", workspace, ...args, ...env];
    return runBounded(process.execPath, [...command, process.execPath, commonsBin, "mcp"], {
      cwd: workspace,
      env: { ...world.env, MCP_CATALOG_PATH: join(world.directory, "inspector.json") },
      timeoutMs: 60_000,
    });
  };

  it.each(["legacy", "modern"])(
    "finds nothing wrong with the schemas of the tools, in the %s protocol",
    async (era) => {
      const { code, stdout, stderr } = await inspect("--strict", "--protocol-era", era, "--method", "tools/list");
      expect(stderr).not.toMatch(/^(Error|Warning)/m);
      expect(code).toBe(0);
      const names = listed.parse(JSON.parse(stdout)).result.tools.map(({ name }) => name);
      expect(names).toEqual(tools.map(({ name }) => name));
    },
  );

  it.each(["prompts/list", "resources/list", "resources/templates/list"])(
    "gets a clean answer to %s",
    async (method) => {
      const { code, stdout } = await inspect("--method", method);
      expect(code).toBe(0);
      expect(
        Object.values(
          z.object({ result: z.record(z.string(), z.array(z.unknown())) }).parse(JSON.parse(stdout)).result,
        ),
      ).toEqual([[]]);
    },
  );

  it("has valid arguments for every tool", () => {
    expect(new Set(calls.map(([tool]) => tool))).toEqual(new Set(tools.map(({ name }) => name)));
  });

  const isAlone = async () => (await world.status()).sessions.length === 0;

  it.each(calls)("calls %s with %j", async (tool, args, says) => {
    // Each call is a session of its own: the one before counts as live for a second more.
    if (tool === "unload_collection") await eventually("nobody uses the collection", isAlone);
    const { code, stdout, stderr } = await inspect(
      "--method",
      "tools/call",
      "--tool-name",
      tool,
      "--tool-args-json",
      JSON.stringify(args),
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { content } = answered.parse(JSON.parse(stdout)).result;
    expect(content[0].text).toMatch(says);
  });

  it("leaves no session", async () => {
    await eventually("no session is left", isAlone);
    expect((await world.status()).hub).not.toBeNull();
  });
});
