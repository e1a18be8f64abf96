import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandLine } from "../fixtures/command-line.ts";

let cli: CommandLine;
beforeEach(() => (cli = new CommandLine()));
afterEach(() => cli.close());

interface StatusJson {
  readonly hub: { readonly pid: number; readonly version: string; readonly uptimeMs: number } | null;
  readonly engine: Readonly<Record<string, unknown>>;
  readonly sessions: readonly unknown[];
  readonly collections: readonly unknown[];
}

describe("without a hub", () => {
  it("status, sessions and hub status say so with exit code 0, and start none", async () => {
    expect(await cli.json<StatusJson>("status")).toMatchObject({
      hub: null,
      engine: { state: "off", behind: null },
      sessions: [],
      collections: [],
    });
    expect(await cli.json("sessions")).toEqual({ sessions: [] });
    expect(await cli.json("hub", "status")).toMatchObject({ hub: null, engine: null });
    expect((await cli.run("status")).stdout).toMatch(/^No hub is running/);
    expect(existsSync(join(cli.state, "hub"))).toBe(false);
  });

  it("hub stop has nothing to do, which is fine", async () => {
    expect(await cli.run("hub", "stop")).toEqual({ code: 0, stdout: "No hub is running.\n", stderr: "" });
  });

  it("hub logs says that there are none", async () => {
    expect((await cli.run("hub", "logs")).stdout).toMatch(/^There is no log yet/);
  });
});

describe("a hub", () => {
  it("is started once, shown with its process and version, and gone when hub stop returns", async () => {
    const first = await cli.json<{ started: boolean; hub: { pid: number } }>("hub", "start");
    const second = await cli.json<{ started: boolean; hub: { pid: number } }>("hub", "start");
    expect([first.started, second.started, second.hub.pid]).toEqual([true, false, first.hub.pid]);
    const status = await cli.json<StatusJson>("status");
    expect(status).toMatchObject({
      hub: { pid: first.hub.pid, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      engine: { state: "off", url: null, version: null, behind: 0 },
      sessions: [],
      collections: [],
    });
    expect(status.hub?.uptimeMs).toBeGreaterThan(0);
    expect((await cli.run("hub", "status")).stdout).toContain(`pid ${first.hub.pid}`);
    expect((await cli.run("hub", "stop")).stdout).toBe(`The hub (pid ${first.hub.pid}) has stopped.\n`);
    expect(isAlive(first.hub.pid)).toBe(false);
  });

  it("writes a log whose end hub logs shows for people", async () => {
    await cli.run("hub", "start");
    await cli.run("hub", "stop");
    const { stdout } = await cli.run("hub", "logs", "-n", "2");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info +stopping .*reason=commons hub stop/);
  });
});

describe("with hub.url set", () => {
  it.each([["stop"], ["logs"], ["start"], ["token"], ["token", "--rotate"]])(
    "hub %s %s is refused, for it would be done to this home's hub, and leaves no trace",
    async (...args) => {
      const env = { COMMONS_HUB_URL: "http://127.0.0.1:9", COMMONS_HUB_TOKEN: "t" };
      const given = args.filter((arg) => typeof arg === "string");
      const { code, stdout, stderr } = await cli.runWith({ env }, "hub", ...given);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(
        /^error: Setting hub\.url names a hub at http:\/\/127\.0\.0\.1:9; .*\nnext: Do it there\./,
      );
      expect(existsSync(join(cli.state, "hub"))).toBe(false);
    },
  );

  it("hub status shows that hub and not this home's", async () => {
    const { tcp } = (await startedWithTcp()).hub;
    const token = (await cli.run("hub", "token")).stdout.trim();
    const other = { COMMONS_HUB_URL: tcp.url, COMMONS_HUB_TOKEN: token, COMMONS_HOME: join(cli.directory, "other") };
    const { stdout } = await cli.runWith({ env: other }, "hub", "status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ hub: { tcp: { state: "open" } }, address: tcp.url, log: null });
    const wrong = await cli.runWith({ env: { COMMONS_HUB_URL: "ftp://x" } }, "hub", "stop");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("hub.url is wrong")]);
  });

  async function startedWithTcp() {
    await cli.runWith({ env: { COMMONS_HUB_TCP_PORT: "0" } }, "hub", "start");
    return cli.json<{ hub: { tcp: { url: string } } }>("hub", "status");
  }
});

describe("a wrong .commons.json in the current directory", () => {
  it("does not stand in the way of what concerns the hub, and only warns in status", async () => {
    writeFileSync(join(cli.workspace, ".commons.json"), "{");
    expect(await cli.run("hub", "stop")).toEqual({ code: 0, stdout: "No hub is running.\n", stderr: "" });
    expect((await cli.run("hub", "start")).code).toBe(0);
    const status = await cli.run("status");
    expect([status.code, status.stderr]).toEqual([0, expect.stringMatching(/^warning: .*no valid JSON.*\nnext: /)]);
    expect(status.stdout).toContain("0 collections");
    const list = await cli.run("list");
    expect([list.code, list.stderr]).toEqual([2, expect.stringMatching(/^error: .*\.commons\.json.*\nnext: Mend/)]);
    expect((await cli.run("hub", "stop")).stdout).toContain("has stopped");
  });
});

describe("a home that cannot be used", () => {
  it.each([[["list"]], [["status"]], [["hub", "logs"]], [["config", "set", "mirror", "none"]]])(
    "because it is a file is said by commons %j, with the next step and no trace",
    async (args) => {
      const file = join(cli.directory, "file");
      writeFileSync(file, "");
      const { code, stdout, stderr } = await cli.runWith({ env: { COMMONS_HOME: file } }, ...args);
      expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
      expect(stderr).toMatch(/^error: .*file is a file, but a directory is needed there\.\nnext: .*COMMONS_HOME.*\n$/);
    },
  );

  it.runIf(process.platform === "linux")("below /proc ends the command instead of trying for ever", async () => {
    const { code, stderr } = await cli.runWith({ env: { COMMONS_HOME: "/proc/eyes" } }, "list", "--json");
    expect(code).toBe(5);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "HUB_UNREACHABLE" } });
  });

  it("because it is relative is refused, and nothing is made in the current directory", async () => {
    const { code, stderr } = await cli.runWith({ env: { COMMONS_HOME: "state" } }, "list");
    expect([code, stderr]).toEqual([2, expect.stringContaining("must be an absolute path")]);
    expect(existsSync(join(cli.workspace, "state"))).toBe(false);
  });
});

describe("output", () => {
  it("that nobody reads to its end is no error", async () => {
    mkdirSync(join(cli.state, "hub"), { recursive: true });
    writeFileSync(join(cli.state, "hub", "hub.log"), `${"a line of the log ".repeat(20)}\n`.repeat(5_000));
    const { code, stdout, stderr } = await cli.shell("commons hub logs -n 5000 | head -n 1");
    expect(stdout).toMatch(/^a line of the log/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("has no colours and no bar where no terminal is", async () => {
    cli.write({ "a.md": "# A\n\ntext\n" });
    const { stdout, stderr } = await cli.run("ingest");
    expect(stdout + stderr).not.toContain("\u001b");
  });
});

describe("a wrong command line", () => {
  it.each([
    [["serch", "x"], "Did you mean search?"],
    [["ingest", "--colection", "x"], "Did you mean --collection?"],
    [["hub", "stat"], "Did you mean"],
    [["config", "gett"], "Did you mean config get?"],
    [["help", "serch"], "Did you mean search?"],
    [["hub", "help", "strat"], "Did you mean hub start?"],
    [["ingest", ""], "Name a file or directory"],
    [["up", ""], "Name a file or directory"],
    [["search"], "--help"],
    [["search", "x", "--limit", "many"], "--help"],
    [["search", "x", "--mode", "magic"], "--help"],
  ])("commons %j exits with 2 and says what to do", async (args, next) => {
    const { code, stdout, stderr } = await cli.run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: .+\nnext: .+\n$/);
    expect(stderr).toContain(next);
  });

  it("with --json is told in JSON", async () => {
    const { code, stdout, stderr } = await cli.run("status", "--bogus", "--json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "INPUT_INVALID" } });
  });
});

/** A zombie, which a container without an init keeps, has ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

describe("the token of the hub's door over TCP", () => {
  it("is made once, printed by hub token alone, and replaced by --rotate", async () => {
    const token = async (...args: string[]) => (await cli.run("hub", "token", ...args)).stdout;
    const first = await token();
    expect(first).toMatch(/^[\w-]{43}\n$/);
    expect(await token()).toBe(first);
    expect(await cli.json("hub", "token")).toEqual({ token: first.trim() });
    const next = await token("--rotate");
    expect(next).toMatch(/^[\w-]{43}\n$/);
    expect(next).not.toBe(first);
    expect(existsSync(join(cli.state, "hub", "hub.sock"))).toBe(false);
  });

  it("opens a running hub for commands of another home, which start none of their own", async () => {
    await cli.runWith({ env: { COMMONS_HUB_TCP_PORT: "0" } }, "hub", "start");
    const [url] = /http:\/\/\S+:\d+/.exec((await cli.run("hub", "status")).stdout) ?? [];
    const token = (await cli.run("hub", "token")).stdout.trim();
    const elsewhere = { COMMONS_HOME: join(cli.directory, "elsewhere"), COMMONS_HUB_URL: url ?? "" };
    const env = { ...elsewhere, COMMONS_HUB_TOKEN: token };
    const listed = await cli.runWith({ env }, "list", "--json");
    expect([listed.code, listed.stderr]).toEqual([0, ""]);
    const without = await cli.runWith({ env: elsewhere }, "list");
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("COMMONS_HUB_TOKEN_FILE")]);
    const started = await cli.runWith({ env }, "hub", "start");
    expect([started.code, started.stderr]).toEqual([2, expect.stringContaining("looked after where it runs")]);
    expect(existsSync(join(elsewhere.COMMONS_HOME, "hub"))).toBe(false);
  });
});
