import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, type TestContext } from "vitest";
import { statePaths } from "../../src/config/paths.ts";
import { commonsBin, eventually, isRunning, type Outcome, World } from "../fixtures/world.ts";

/** Two users of the machine that are not root; nobody needs to know them. */
const [ann, bob] = [64_001, 64_002];
const noCollections = /no collections yet/;

let world: World;
beforeEach(async () => {
  world = await World.open();
  // Other users of the machine must get as far as to their own directories.
  chmodSync(world.directory, 0o755);
});
afterEach(() => world.close());

function homeAt(home: string): { COMMONS_HOME: string } {
  return { COMMONS_HOME: home };
}

/** The command line of a user in a home, or with `COMMONS_HOME` absent in that user's own directory. */
async function as(uid: number, env: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [commonsBin, ...args], {
    uid,
    gid: uid,
    cwd: "/",
    env: { PATH: process.env["PATH"], COMMONS_ENGINE: "false", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (part: string) => (outcome.stdout += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (outcome.stderr += part));
  await once(child, "close");
  return { code: child.exitCode, ...outcome };
}

/** A directory of that user. */
function directoryOf(uid: number, name: string): string {
  const directory = join(world.directory, name);
  mkdirSync(directory, { mode: 0o755 });
  chownSync(directory, uid, uid);
  return directory;
}

function requireRoot({ skip }: TestContext): void {
  if (process.getuid?.() !== 0) skip("This test starts processes of other users, which needs root.");
}

describe("a home", () => {
  test.each([
    ["with blanks", "with  blank two"],
    ["in other scripts", "ünï-日本-😀"],
    ["with what shells and URLs read in their own way", `q'"$x%25#?*`],
    ["of 200 characters", "x".repeat(200)],
  ])("%s works, and nothing of its hub is left elsewhere", async (_, name) => {
    const env = homeAt(join(world.directory, name));
    expect(await world.commons(["list"], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(noCollections),
    });
    const { hubAddress } = statePaths(env.COMMONS_HOME);
    expect(lstatSync(hubAddress).isSocket()).toBe(true);
    expect((await world.commons(["hub", "stop"], { env })).code).toBe(0);
    expect(readdirSync(join(env.COMMONS_HOME, "hub"))).not.toContain("hub.sock");
    expect(lstatSync(hubAddress, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.each([
    ["short", "real"],
    ["long", "real".repeat(40)],
  ])("behind a link has one hub with the directory itself, which keeps its files (%s path)", async (_, name) => {
    const [real, link] = [join(world.directory, name), join(world.directory, "link")];
    mkdirSync(real);
    symlinkSync(real, link);
    const pid = async (home: string) => {
      expect((await world.commons(["list"], { env: homeAt(home) })).code).toBe(0);
      const { stdout } = await world.commons(["hub", "status", "--json"], { env: homeAt(home) });
      return /"pid": ?(\d+)/.exec(stdout)?.[1];
    };
    const first = await pid(link);
    expect(first).toBeDefined();
    expect(await pid(real)).toBe(first);
    expect((await world.commons(["hub", "stop"], { env: homeAt(link) })).code).toBe(0);
    expect(readdirSync(join(real, "hub"))).toContain("hub.lock");
  });

  test("is a world of its own beside another", async () => {
    const [one, two] = ["one", "two"].map((name) => homeAt(join(world.directory, name)));
    const root = await world.workspace("app", { "a.md": "# A\n" });
    await world.commons(["ingest", root, "--collection", "only-one"], { env: one ?? {} });
    expect((await world.commons(["list"], { env: one ?? {} })).stdout).toContain("only-one");
    expect((await world.commons(["list"], { env: two ?? {} })).stdout).toMatch(noCollections);
    for (const env of [one, two]) await world.commons(["hub", "stop"], { env: env ?? {} });
  });

  test("that is a file or a link to nothing is named", async () => {
    const [file, link] = [join(world.directory, "file"), join(world.directory, "link")];
    writeFileSync(file, "");
    symlinkSync(join(world.directory, "nothing"), link);
    expect((await world.commons(["list"], { env: homeAt(file) })).stderr).toContain(
      `${file} is a file, but a directory`,
    );
    expect((await world.commons(["list"], { env: homeAt(link) })).stderr).toContain(
      `${link} is a link that leads nowhere`,
    );
  });
});

describe("what stands in the hub's place", () => {
  beforeEach(() => mkdirSync(join(world.home, "hub"), { recursive: true, mode: 0o700 }));
  const place = (name: string) => join(world.home, "hub", name);
  const list = () => world.commons(["list"]);

  test.each(["hub.lock", "starter.lock"])(
    "%s with a pid that lives, or with anything, is a lock and no more",
    async (name) => {
      writeFileSync(place(name), `${process.pid}\n`);
      expect(await list()).toMatchObject({ code: 0, stdout: expect.stringMatching(noCollections) });
      expect((await world.commons(["hub", "stop"])).code).toBe(0);
      // Nothing was signalled by it, and nothing of it is left.
      expect(lstatSync(place(name)).size).toBe(0);
    },
  );

  test("an empty directory instead of the socket gives way, one with files is named", async () => {
    mkdirSync(place("hub.sock"));
    expect((await list()).code).toBe(0);
    expect((await world.commons(["hub", "stop"])).code).toBe(0);
    mkdirSync(place("hub.sock"));
    writeFileSync(join(place("hub.sock"), "mine"), "");
    expect(await list()).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(`${place("hub.sock")} is a directory`),
    });
    rmSync(place("hub.sock"), { recursive: true });
  });

  test.each(["a web server", "garbage", "nothing at all", "a hang-up"])(
    "a socket of another program that answers %s gives way",
    async (what) => {
      const program = `
      const { createServer } = require("node:net");
      const [path, what] = process.argv.slice(1);
      createServer((socket) => {
        socket.on("error", () => undefined);
        if (what === "a web server") socket.on("data", () => socket.end("HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nhi"));
        if (what === "garbage") socket.write("\\0\\x01garbage\\r\\n\\r\\n");
        if (what === "a hang-up") socket.destroy();
      }).listen(path, () => process.stdout.write("ready"));`;
      const other = spawn(process.execPath, ["-e", program, place("hub.sock"), what], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        await once(other.stdout, "data");
        expect(await list()).toMatchObject({ code: 0, stdout: expect.stringMatching(noCollections) });
      } finally {
        other.kill("SIGKILL");
        await once(other, "exit");
      }
    },
  );
});

describe("a hub that the machine puts to sleep", () => {
  test("lets calls wait, and goes on with its sessions", async () => {
    const root = await world.workspace("app", { "a.md": "# A\n\nThe violet lighthouse.\n" });
    const agent = await world.agent(root);
    await agent.call("quick_load", { collection: "for-now" });
    const { hub } = await world.status();
    const pid = hub?.pid ?? 0;
    process.kill(pid, "SIGSTOP");
    try {
      const waiting = agent.call("search_context", { query: "violet lighthouse", collection: "for-now" });
      const another = world.commons(["list"]);
      await eventually("it is stopped", async () => !(await isAwake(pid)));
      setTimeout(() => process.kill(pid, "SIGCONT"), 4_000);
      expect(await waiting).toContain("a.md");
      expect((await another).code).toBe(0);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect((await world.status()).hub?.pid).toBe(pid);
    expect(await agent.call("list_collections")).toContain("for-now");
  });
});

describe("users of one machine", () => {
  test("have a hub each, which no other can use", async (context) => {
    requireRoot(context);
    const homes = [ann, bob].map((uid) => ({ uid, HOME: directoryOf(uid, `user-${uid}`) }));
    for (const { uid, HOME } of homes) expect((await as(uid, { HOME }, "list")).stdout).toMatch(noCollections);
    const pids = homes.map(({ HOME }) => ownersOf(join(HOME, ".chroma-commons")));
    expect(pids).toEqual([[ann], [bob]]);
    const [first] = homes;
    const stranger = await as(bob, homeAt(join(first?.HOME ?? "", ".chroma-commons")), "list");
    expect(stranger).toMatchObject({ code: 5, stderr: expect.stringContaining("belongs to another user") });
    for (const { uid, HOME } of homes) expect((await as(uid, { HOME }, "hub", "stop")).code).toBe(0);
  });

  test("who share one COMMONS_HOME are told whose it is, root too", async (context) => {
    requireRoot(context);
    const shared = join(world.directory, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    expect((await as(ann, homeAt(shared), "list")).stdout).toMatch(noCollections);
    for (const other of [bob, 0]) {
      const refused = await as(other, homeAt(shared), "list");
      expect(refused).toMatchObject({
        code: 5,
        stderr: expect.stringContaining(`${shared}/hub belongs to another user`),
      });
    }
    expect((await as(ann, homeAt(shared), "hub", "stop")).code).toBe(0);
  });

  test("in whose home a run with sudo was first are told how to take it over", async (context) => {
    requireRoot(context);
    const HOME = directoryOf(ann, "with-sudo");
    const home = join(HOME, ".chroma-commons");
    expect((await as(0, { HOME }, "list")).code).toBe(0);
    const refused = await as(ann, { HOME }, "list");
    expect(refused.stderr).toContain(`${home} belongs to another user`);
    expect(refused.stderr).toContain(`sudo chown -R "$(id -un)" "${home}"`);
    expect((await as(0, { HOME }, "hub", "stop")).code).toBe(0);
    giveTo(ann, home);
    expect(await as(ann, { HOME }, "list")).toMatchObject({ code: 0, stdout: expect.stringMatching(noCollections) });
    expect((await as(ann, { HOME }, "hub", "stop")).code).toBe(0);
  });

  test("whose home can only be read are told so, and nothing in it changes", async (context) => {
    requireRoot(context);
    const root = await world.workspace("app", { "a.md": "# A\n\nThe violet lighthouse.\n" });
    await world.commons(["ingest", root, "--collection", "kept"]);
    expect((await world.commons(["hub", "stop"])).code).toBe(0);
    const home = join(directoryOf(ann, "read-only"), "home");
    cpSync(world.home, home, { recursive: true });
    giveTo(ann, home);
    for (const path of [home, ...below(home)]) chmodSync(path, lstatSync(path).mode & 0o555);
    const before = below(home);
    const refused = await as(ann, homeAt(home), "search", "violet");
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/cannot be used \(E(ACCES|PERM)\)[\s\S]*directory that you may write/),
    });
    expect(below(home)).toEqual(before);
    for (const path of [home, ...before]) chmodSync(path, lstatSync(path).mode | 0o200);
    expect((await as(ann, homeAt(home), "search", "violet")).stdout).toContain("a.md");
    expect((await as(ann, homeAt(home), "hub", "stop")).code).toBe(0);
  });
});

/** Users whose processes were started with the path among their arguments. */
function ownersOf(path: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return line.includes(path) ? [lstatSync(`/proc/${pid}`).uid] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

function below(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .toSorted();
}

function giveTo(uid: number, directory: string): void {
  for (const path of [directory, ...below(directory)]) lchownSync(path, uid, uid);
}

async function isAwake(pid: number): Promise<boolean> {
  return (await isRunning(pid)) && !/\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
