import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World, type Agent } from "../fixtures/world.ts";

describe("the tools of a session", { timeout: 180_000 }, () => {
  let world: World;
  let workspace: string;
  let agent: Agent;

  beforeAll(async () => {
    world = await World.open();
    workspace = await world.workspace("shop", {
      "src/cart.ts":
        "/** Adds an article to the shopping cart. */\nexport function addToCart(id: string) {\n  return id;\n}\n",
      "src/tax.py": 'def sales_tax(price):\n    """Compute the sales tax."""\n    return price * 0.19\n',
      "docs/guide.md": "# Guide\n\n## Returns\n\nGoods can be returned within thirty days.\n",
      "data/prices.csv": "article,price\nlamp,20\nchair,80\n",
      "logo.bin": "\u0089PNG\r\n\u001a\n\0\0",
      ".env": "SECRET=1\n",
    });
    await writeFile(join(world.directory, "outside.txt"), "private words of somebody else\n");
    await symlink(join(world.directory, "outside.txt"), join(workspace, "link.txt"));
    agent = await world.agent(workspace);
    await agent.call("batch_ingest", { collection: "shop_code" });
  });
  afterAll(() => world.close());

  /** Three thousand files: an ingest of some seconds. */
  const largeWorkspace = (name: string) =>
    world.workspace(
      name,
      Object.fromEntries(
        Array.from({ length: 3_000 }, (_, index) => [
          `src/${index}.ts`,
          `export const value${index} = ${index};\n`.repeat(30),
        ]),
      ),
    );

  it("scan_directory counts by category, says what is skipped and why, and prices the rest", async () => {
    const text = await agent.call("scan_directory", { path: "/workspace" });
    expect(text).toContain("4 files");
    expect(text).toMatch(/secret: 1 \(\.env\)/);
    expect(text).toMatch(/symlink-outside: 1 \(link\.txt\)/);
    expect(text).toMatch(/binary: 1 \(logo\.bin\)/);
    expect(text).toContain("Against shop_code: 4 unchanged, 0 changed, 0 new.");
    expect(text).toContain("Nothing to ingest");
  });

  it("scan_directory compares with the collection that is named, also with one that is still to be made", async () => {
    const same = await agent.call("scan_directory", { collection: "shop_code" });
    expect(same).toContain("Against shop_code: 4 unchanged");
    const other = await agent.call("scan_directory", { collection: "shop_plan" });
    expect(other).toContain("Against shop_plan: not there yet, so all is new.");
    expect(other).toMatch(/100 % of what is to be written is stored already/);
    expect(other).toMatch(/Ingesting all takes about \d+ chunks/);
    expect(await agent.call("list_collections")).not.toContain("shop_plan");
    expect(await agent.callExpectingError("scan_directory", { collection: "shop plan!" })).toMatch(
      /COLLECTION_NAME_INVALID/,
    );
  });

  it("search_context narrows by path, language and category, and finds an exact phrase", async () => {
    const search = (args: Record<string, unknown>) =>
      agent.call("search_context", { collection: "shop_code", ...args });
    expect(await search({ query: "sales tax price", language: "python" })).toContain("src/tax.py:1-3");
    expect(await search({ query: "sales tax", language: "rust" })).toContain("Nothing found in shop_code");
    expect(await search({ query: "returned", category: "documents" })).toContain("docs/guide.md");
    expect(await search({ query: '"within thirty days"', path: "docs/**" })).toContain("thirty days");
    expect(await search({ query: "article price", where: { language: { $ne: "typescript" } } })).toContain(
      "prices.csv",
    );
  });

  it("search_context without a collection asks the ones that hold this workspace", async () => {
    expect(await agent.call("search_context", { query: "addToCart" })).toContain("in shop_code");
  });

  it("compare_files says the same, near or different, and how, with the changed lines; secrets are refused", async () => {
    const cart = await readFile(join(workspace, "src/cart.ts"), "utf8");
    await writeFile(join(workspace, "src/copy.ts"), cart);
    await writeFile(join(workspace, "src/windows.ts"), cart.replaceAll("\n", "\r\n"));
    await writeFile(join(workspace, "src/edited.ts"), cart.replace("return id", "return [id]"));
    const compared = (file2: string) => agent.call("compare_files", { file1: "/workspace/src/cart.ts", file2 });
    expect(await compared("src/copy.ts")).toMatch(/^Same: .*\n.*\n- All \d+ bytes are the same\.$/);
    expect(await compared("src/windows.ts")).toMatch(/^Near: .*\n.*\n- The same text; they differ in line ends/);
    expect(await compared("src/edited.ts")).toMatch(/^Near: [^]*\n-  return id;\n\+  return \[id\];\n/);
    expect(await compared("docs/guide.md")).toMatch(/^Different: /);
    const refused = (file2: string) => agent.callExpectingError("compare_files", { file1: "src/cart.ts", file2 });
    expect(await refused(".env")).toMatch(/FILE_NOT_READABLE: \.env cannot be compared: secret/);
    expect(await refused("docs")).toMatch(/PATH_WRONG_KIND: docs is a directory/);
    expect(await refused("src/cartt.ts")).toMatch(/PATH_NOT_FOUND[^]*src\/cart\.ts/);
    expect(await refused("link.txt")).toMatch(/PATH_OUTSIDE_WORKSPACE/);
    for (const name of ["copy", "windows", "edited"]) await rm(join(workspace, `src/${name}.ts`));
  });

  it("find_duplicates names the copy to keep and why, in an added folder too, never a secret, and deletes nothing", async () => {
    const extra = join(world.directory, "twice");
    for (const folder of ["", "backup"]) {
      await mkdir(join(extra, folder), { recursive: true });
      for (const name of ["one.md", ".env"]) await writeFile(join(extra, folder, name), `the same in ${name}`);
    }
    const allowed = await world.agent(workspace, { args: ["--allow", extra] });
    const text = await allowed.call("find_duplicates", { path: extra, categories: "documents" });
    expect(text).toContain(": 1 group of equal files, 1 copy beside those to keep, 18 B to free; compared 2 files");
    expect(text).toMatch(/\n {2}keep one\.md\. It is outside of folders for copies.*\n {2}copy backup\/one\.md$/);
    expect(text).toContain("Left out: secret 2.");
    expect(text).not.toContain(".env");
    expect(await readFile(join(extra, "backup/one.md"), "utf8")).toBe("the same in one.md");
    expect(await allowed.callExpectingError("find_duplicates", { path: "src/cart.ts" })).toMatch(/PATH_WRONG_KIND/);
    expect(await agent.callExpectingError("find_duplicates", { path: extra })).toMatch(/PATH_OUTSIDE_WORKSPACE/);
    await allowed.close();
    await rm(extra, { recursive: true });
  });

  it("a path outside of the workspace is an error in every form, and nothing of it is stored", async () => {
    for (const path of [
      "../../outside.txt",
      join(world.directory, "outside.txt"),
      "link.txt",
      "/workspace/../..",
      "/etc/passwd",
    ]) {
      expect(await agent.callExpectingError("ingest_file", { path, collection: "shop_code" })).toMatch(
        /PATH_OUTSIDE_WORKSPACE/,
      );
      expect(await agent.callExpectingError("batch_ingest", { path, collection: "shop_code" })).toMatch(
        /PATH_OUTSIDE_WORKSPACE/,
      );
    }
    expect(
      await agent.call("search_context", { query: "private words somebody", collection: "shop_code" }),
    ).not.toContain("private words");
  });

  it("what is missing, no text, or of the wrong kind is said with the next step", async () => {
    expect(await agent.callExpectingError("batch_ingest", { path: "srcs" })).toMatch(/PATH_NOT_FOUND.*\nNext: .*src/s);
    expect(await agent.callExpectingError("ingest_file", { path: "logo.bin" })).toMatch(/FILE_NOT_INDEXABLE/);
    expect(await agent.callExpectingError("ingest_file", { path: "src" })).toMatch(/PATH_WRONG_KIND.*batch_ingest/s);
    expect(await agent.callExpectingError("search_context", { query: "tax", collection: "shop_cod" })).toMatch(
      /COLLECTION_NOT_FOUND.*"shop_code"/s,
    );
    expect(await agent.callExpectingError("search_context", { query: "  ?! " })).toMatch(/QUERY_EMPTY/);
    expect(await agent.callExpectingError("search_context", { query: 7 })).toMatch(
      /INPUT_INVALID: search_context: query: .*string/,
    );
    expect(await agent.callExpectingError("search_context", { query: "tax", colection: "x" })).toMatch(/colection/);
    expect(await agent.callExpectingError("search_context", { query: "tax", where: { price: { $like: 1 } } })).toMatch(
      /\$like/,
    );
    expect(await agent.callExpectingError("batch_ingest", { categories: ["codes", "poems"] })).toMatch(
      /no category "(codes|poems)"/,
    );
    expect(await agent.callExpectingError("search_contex", { query: "tax" })).toMatch(/search_context/);
  });

  it("a name that Chroma refuses is refused with the rule and a suggestion, never changed", async () => {
    const before = await agent.call("list_collections");
    const error = await agent.callExpectingError("batch_ingest", { collection: "my code!" });
    expect(error).toMatch(/COLLECTION_NAME_INVALID.*3 to 512.*Next: .*"my-code"/s);
    expect(await agent.call("list_collections")).toBe(before);
  });

  it("store_context keeps one note for each id; the same id replaces, and twenty at once are twenty", async () => {
    const note = (content: string, id?: string) =>
      agent.call("store_context", { content, collection: "decisions", ...(id === undefined ? {} : { id }) });
    expect(await note("We chose the blue whale.", "animal")).toContain("Stored animal");
    expect(await note("We chose the red panda.", "animal")).toContain("Replaced animal");
    const answer = await agent.call("search_context", { query: "we chose", collection: "decisions" });
    expect(answer).toContain("red panda");
    expect(answer).not.toContain("blue whale");
    await Promise.all(Array.from({ length: 20 }, (_, index) => note(`Parallel thought number ${index}.`)));
    expect(await agent.call("get_collection_info", { collection: "decisions" })).toContain("21 documents");
  });

  it("batch_delete counts without deleting, deletes by filter and by id, and names ids it does not know", async () => {
    await agent.call("store_context", {
      id: "old-1",
      content: "stale",
      collection: "cleanup",
      metadata: { topic: "old" },
    });
    await agent.call("store_context", {
      id: "new-1",
      content: "recent",
      collection: "cleanup",
      metadata: { topic: "new" },
    });
    expect(
      await agent.call("batch_delete", { collection: "cleanup", where: { topic: "old" }, dry_run: true }),
    ).toContain("Would delete 1 document");
    expect(await agent.call("get_collection_info", { collection: "cleanup" })).toContain("2 documents");
    expect(await agent.call("batch_delete", { collection: "cleanup", where: { topic: "old" } })).toContain(
      "Deleted 1 document",
    );
    const text = await agent.call("batch_delete", { collection: "cleanup", ids: ["new-1", "new-1", "never"] });
    expect(text).toContain("Deleted 1 document");
    expect(text).toContain("Not found: never");
    expect(await agent.callExpectingError("batch_delete", { collection: "cleanup" })).toMatch(/either ids or where/);
  });

  it("quick_load is private to its session, gone with it, and kept when asked", async () => {
    const visitor = await world.agent(workspace, { name: "visitor" });
    expect(await visitor.call("quick_load", { path: "docs", name: "peek" })).toContain("Temporary");
    expect(await visitor.call("search_context", { query: "returned goods", collection: "peek" })).toContain("guide.md");
    await visitor.call("quick_load", { path: "docs", collection: "kept_docs", keep: true });
    expect(await agent.call("list_collections")).not.toContain("peek");
    expect(await agent.callExpectingError("search_context", { query: "goods", collection: "peek" })).toMatch(
      /COLLECTION_NOT_FOUND/,
    );
    expect(await visitor.callExpectingError("quick_load", { path: "docs", collection: "kept_docs" })).toMatch(
      /COLLECTION_EXISTS/,
    );
    await visitor.close();
    expect(await agent.call("list_collections")).toContain("kept_docs");
  });

  it("unload_collection is refused while another session uses the collection, unless forced", async () => {
    const other = await world.agent(workspace, { name: "busy-agent" });
    await other.call("batch_ingest", { collection: "shared_code" });
    expect(await agent.callExpectingError("unload_collection", { collection: "shared_code" })).toMatch(
      /COLLECTION_IN_USE.*busy-agent/s,
    );
    expect(await agent.call("unload_collection", { collection: "shared_code", force: true })).toContain("4 documents");
    expect(await agent.call("list_collections")).not.toContain("shared_code");
    await other.close();
  });

  it("list_sessions and get_environment tell who is there and how the workspace was found", async () => {
    expect(await agent.call("list_sessions")).toMatch(/test-agent 1\.0\.0 \[this session\] in .*shop/);
    const environment = await agent.call("get_environment");
    expect(environment).toContain(`workspace: ${workspace} (from the current directory)`);
    expect(environment).toMatch(/hub: pid \d+/);
    expect(environment).toMatch(/default collection: shop-[0-9a-f]{6}/);
  });

  it("list_file_types names categories, extensions and what is extracted", async () => {
    const text = await agent.call("list_file_types");
    expect(text).toMatch(/code:.*\.ts .*documents:.*\.md/s);
  });

  it("include_content false stores names only; max_files says how many it left out", async () => {
    await agent.call("batch_ingest", { collection: "names_only", include_content: false });
    expect(await agent.call("search_context", { query: "guide", collection: "names_only" })).not.toContain(
      "thirty days",
    );
    expect(await agent.call("batch_ingest", { collection: "some_files", max_files: 1 })).toMatch(/over-limit: 3/);
  });

  it("an ingest that takes longer than clients wait goes on, and the same call again waits for it", async () => {
    const large = await largeWorkspace("large");
    const patient = await world.agent(large, { env: { COMMONS_ANSWER_SECONDS: "0.05" } });
    let answer = await patient.call("batch_ingest", { collection: "large_code" });
    expect(answer).toContain("Still running in the background");
    for (let call = 0; call < 2_000 && answer.includes("Still running"); call++)
      answer = await patient.call("batch_ingest", { collection: "large_code" });
    expect(answer).toContain("3000 added");
    await patient.close();
  });

  it("a call that the client cancels stops its ingest and keeps what was stored", async () => {
    const large = await largeWorkspace("cancelled");
    const hasty = await world.agent(large);
    const cancel = new AbortController();
    const progress: number[] = [];
    const run = hasty.client.callTool(
      { name: "batch_ingest", arguments: { collection: "cancelled_code" } },
      {
        signal: cancel.signal,
        onprogress: ({ progress: done }) => {
          progress.push(done);
          cancel.abort();
        },
      },
    );
    await expect(run).rejects.toThrow(/abort|cancel/i);
    expect(progress.length).toBeGreaterThan(0);
    // The run ended: the same session ingests again at once, and goes on from there.
    expect(await hasty.call("batch_ingest", { collection: "cancelled_code" })).toMatch(/3,000 files up to date/);
    await hasty.close();
  });

  it("a directory that the configuration adds may be read and is a source of its own", async () => {
    const extra = join(world.directory, "extra docs");
    await mkdir(extra);
    await writeFile(join(extra, "style.md"), "# Style\n\nAlways use the oxford comma.\n");
    const allowed = await world.agent(workspace, { args: ["--allow", extra] });
    expect(await allowed.call("batch_ingest", { path: extra, collection: "with_extra" })).toContain("1 added");
    expect(await allowed.call("search_context", { query: "oxford comma", collection: "with_extra" })).toMatch(
      /unmarked: fresh.*\[1\] style\.md:1-3 Style\n/s,
    );
    await writeFile(join(extra, "style.md"), "# Style\n\nNever use the oxford comma.\n");
    expect(await allowed.call("search_context", { query: "oxford comma", collection: "with_extra" })).toContain(
      "Never use",
    );
    expect(await agent.callExpectingError("batch_ingest", { path: extra })).toMatch(/PATH_OUTSIDE_WORKSPACE/);
    await allowed.close();
    await rm(extra, { recursive: true });
  });

  it("a session in a container is the same source as one on the host", async () => {
    const inside = await world.workspace("mounted", { "a.md": "# One\n\nThe heron stands still.\n" });
    const container = await world.agent(inside, { env: { HOST_WORKSPACE: workspace } });
    const source = (text: string) => /source (ws-[0-9a-f]{16})/.exec(text)?.[1];
    const [here, there] = [await agent.call("get_environment"), await container.call("get_environment")];
    expect(source(there)).toBe(source(here));
    expect(there).toContain(`on the host: ${workspace}`);
    await container.close();
  });
});
