import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testProgram } from "../fixtures/built-program.ts";
import { LiveAgents, type LiveAgent } from "../fixtures/live-agents.ts";
import { jpegBytes, xmpPacket } from "../fixtures/samples/image-bytes.ts";
import { eventually } from "../fixtures/world.ts";

const files = {
  "src/limit.ts": "export function limitRequests() {\n  return 'bucket';\n}\n",
  "docs/guide.md": "# Guide\n\nHow to paint a fence.\n",
};

describe("watched folders", { timeout: 180_000 }, () => {
  let agents: LiveAgents;
  let root: string;

  beforeEach(async () => {
    agents = await LiveAgents.open();
    root = await agents.workspace("app", files);
  });
  afterEach(() => agents.close());

  const pathsOf = async (agent: LiveAgent, collection = "app"): Promise<string[]> => [
    ...(await agent.stored(collection)).keys(),
  ];
  const untilStored = (agent: LiveAgent, paths: readonly string[], collection = "app"): Promise<void> =>
    eventually(`${collection} has ${paths.join(", ")}`, async () => {
      return JSON.stringify(await pathsOf(agent, collection)) === JSON.stringify(paths);
    });
  const untilListed = (agent: LiveAgent, wanted: RegExp): Promise<void> =>
    eventually(`list_watchers says ${wanted}`, async () => wanted.test(await agent.call("list_watchers")));

  it("are ingested at once, and then followed: new, edited and deleted files", async () => {
    const agent = agents.agent(root);
    const answer = await agent.call("watch_folder", { collection: "app" });
    expect(answer).toMatch(/^Watching #\d+ .*app into app\./);
    expect(answer).toContain("2 files up to date");
    expect(answer).toContain("3 directories watched by file events");
    const before = await agent.stored("app");
    await writeFile(join(root, "src/new.ts"), "export const added = 1;\n");
    await writeFile(join(root, "docs/guide.md"), "# Guide\n\nHow to varnish a chair.\n");
    await rm(join(root, "src/limit.ts"));
    await untilStored(agent, ["docs/guide.md", "src/new.ts"]);
    await eventually("the edit is stored", async () => {
      return (await agent.stored("app")).get("docs/guide.md") !== before.get("docs/guide.md");
    });
    await untilListed(agent, /agent in .*app \[this session\] does the work .* [5] files brought up to date/);
  });

  it("take only the chosen files", async () => {
    const agent = agents.agent(root);
    await agent.call("watch_folder", { collection: "app", extensions: ["md"], path: "/workspace" });
    await writeFile(join(root, "src/new.ts"), "1");
    await writeFile(join(root, "docs/more.md"), "# More\n");
    await untilStored(agent, ["docs/guide.md", "docs/more.md"]);
    expect(await agent.call("list_watchers")).toContain("(only .md)");
  });

  it("bring a photo up to date when what belongs to it comes, is edited or goes", async () => {
    const agent = agents.agent(root);
    await writeFile(join(root, "docs/IMG_1.jpg"), jpegBytes());
    await agent.call("watch_folder", { collection: "app", extensions: ["jpg"], path: "/workspace" });
    let before: string | undefined;
    const photo = async () => (await agent.stored("app")).get("docs/IMG_1.jpg");
    const untilChanged = (what: string) =>
      eventually(what, async () => {
        const now = await photo();
        return now !== undefined && now !== before;
      });
    for (const city of ["Lyon", "Metz"]) {
      before = await photo();
      await writeFile(join(root, "docs/IMG_1.xmp"), xmpPacket(`photoshop:City="${city}"`));
      await untilChanged(`the photo is of ${city}`);
    }
    before = await photo();
    await rm(join(root, "docs/IMG_1.xmp"));
    await untilChanged("the photo has no city");
    expect(await pathsOf(agent)).toEqual(["docs/IMG_1.jpg"]);
  });

  it("are the work of one session; another that wants the same goes on with it", async () => {
    const [first, second] = [agents.agent(root, "first"), agents.agent(root, "second")];
    await first.call("watch_folder", { collection: "app" });
    const answer = await second.call("watch_folder", { collection: "app" });
    expect(answer).toContain("it was watched already");
    expect(answer).toMatch(/first in .*app does the work already/);
    const elsewhere = agents.agent(await agents.workspace("other", { "a.md": "# A\n" }), "third");
    const list = await elsewhere.call("list_watchers");
    expect(list).toMatch(/1 watched folder:\n- #\d+ .*app into app: first in .*app does the work/);
    expect(list).toContain("second would go on with it");
    first.close();
    await untilListed(elsewhere, /second in .*app does the work/);
    await writeFile(join(root, "later.md"), "# Later\n");
    await untilStored(second, ["docs/guide.md", "later.md", "src/limit.ts"]);
  });

  it("pause with their last session, and go on with the first call of the next", async () => {
    const first = agents.agent(root, "first");
    await first.call("watch_folder", { collection: "app", path: "docs" });
    const elsewhere = agents.agent(await agents.workspace("other", { "a.md": "# A\n" }));
    first.close();
    await untilListed(elsewhere, /docs into app: paused, asked for by first/);
    await writeFile(join(root, "docs/meanwhile.md"), "# Meanwhile\n");
    const next = agents.agent(root, "next");
    await next.call("list_collections");
    await untilStored(next, ["docs/guide.md", "docs/meanwhile.md"]);
    await untilListed(elsewhere, /docs into app: next in .*app does the work/);
    expect(await elsewhere.call("list_watchers")).not.toContain("paused");
  });

  it("go on with a session that has its ingester work and calls nothing itself", async () => {
    const first = agents.agent(root, "first");
    await first.call("watch_folder", { collection: "app", path: "docs" });
    const elsewhere = agents.agent(await agents.workspace("other", { "a.md": "# A\n" }));
    first.close();
    await untilListed(elsewhere, /docs into app: paused, asked for by first/);
    await agents.agent(root, "next").session.ingester();
    await untilListed(elsewhere, /docs into app: next in .*app does the work/);
    expect(await elsewhere.call("list_watchers")).not.toContain("paused");
  });

  it("end for every session when one stops them, and stay ended", async () => {
    const [first, second] = [agents.agent(root, "first"), agents.agent(root, "second")];
    await first.call("watch_folder", { collection: "app" });
    await second.call("watch_folder", { collection: "app" });
    const answer = await second.call("stop_watch");
    expect(answer).toMatch(/Stopped watching #\d+ .*app into app\. first in .*app did its work/);
    await eventually("no session has the lease", async () => (await second.session.call("work.list", {})).length === 0);
    expect(await first.call("list_watchers")).toBe("No folder is watched. watch_folder begins to watch one.");
    expect(await first.call("stop_watch")).toContain("There is no watch of this workspace.");
    expect(await pathsOf(first)).toEqual(["docs/guide.md", "src/limit.ts"]);
  });

  it("are taken over from a process that is killed", async () => {
    const { entries } = testProgram();
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", entries.cli, "watch", "-c", "app"],
      {
        cwd: root,
        env: agents.env,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (printed += part));
    await eventually("the command watches", () => printed.includes("Ctrl-C ends it"));
    const agent = agents.agent(root);
    await agent.call("list_collections");
    await untilListed(agent, /commons watch in .*app does the work/);
    child.kill("SIGKILL");
    await once(child, "close");
    await untilListed(agent, /agent in .*app \[this session\] does the work/);
    await writeFile(join(root, "later.md"), "# Later\n");
    await untilStored(agent, ["docs/guide.md", "later.md", "src/limit.ts"]);
    expect(await agent.call("list_watchers")).toContain("1 watched folder:");
  });

  it("go on with the next hub when theirs is killed", async () => {
    const agent = agents.agent(root);
    await agent.call("watch_folder", { collection: "app" });
    await agents.killHub();
    await writeFile(join(root, "later.md"), "# Later\n");
    await untilStored(agent, ["docs/guide.md", "later.md", "src/limit.ts"]);
    await untilListed(agent, /\[this session\] does the work .* 3 directories watched/);
    expect(await agent.call("list_watchers")).toMatch(/3 files brought up to date/);
  });

  it("do not make a collection again that was unloaded", async () => {
    const agent = agents.agent(root);
    await agent.call("watch_folder", { collection: "app" });
    await agent.call("unload_collection", { collection: "app", force: true });
    await writeFile(join(root, "later.md"), "# Later\n");
    await eventually("the work has ended", async () => (await agent.session.call("work.list", {})).length === 0);
    expect(await agent.call("list_collections")).not.toContain("app");
  });

  it("that are deleted leave the collection, and come back with the folder", async () => {
    const agent = agents.agent(root);
    await agent.call("watch_folder", { collection: "app", path: "docs" });
    await rename(join(root, "docs"), join(agents.directory, "docs"));
    await untilStored(agent, []);
    await untilListed(agent, /the folder is gone/);
    await mkdir(join(root, "docs"));
    await writeFile(join(root, "docs/again.md"), "# Again\n");
    await untilStored(agent, ["docs/again.md"]);
    expect(await agent.call("stop_watch", { path: "docs" })).toContain("Stopped watching");
  });

  it("can be stopped by number, from another workspace and after the folder is gone", async () => {
    const agent = agents.agent(root);
    await agent.call("watch_folder", { collection: "app", path: "docs" });
    await agent.call("watch_folder", { collection: "app", path: "src" });
    await rm(join(root, "docs"), { recursive: true });
    expect(await agent.call("stop_watch", { path: "/workspace/docs/" })).toContain("Stopped watching");
    const elsewhere = agents.agent(await agents.workspace("other", { "a.md": "# A\n" }));
    const id = Number(/#(\d+)/.exec(await elsewhere.call("list_watchers"))?.[1]);
    expect(await elsewhere.call("stop_watch", { id, path: "src" })).toContain("Give id or path, not both.");
    expect(await elsewhere.call("stop_watch", { id })).toContain("agent in");
    expect(await elsewhere.call("list_watchers")).toContain("No folder is watched");
  });

  it("are refused when nothing could be watched, and nothing is left of the call", async () => {
    const agent = agents.agent(root);
    const refused = (args: Record<string, unknown>) => agent.call("watch_folder", { collection: "app", ...args });
    expect(await refused({ path: "docs/guide.md" })).toContain("is a file, not a directory");
    expect(await refused({ path: "none" })).toContain("does not exist");
    expect(await refused({ path: ".." })).toContain("leads out of the workspace");
    expect(await refused({ categories: ["music"] })).toContain('no category "music"');
    expect(await refused({ extensions: [] })).toContain("extensions is empty");
    expect(await agent.call("list_watchers")).toContain("No folder is watched");
    expect(await agent.call("list_collections")).not.toContain("app");
  });
});
