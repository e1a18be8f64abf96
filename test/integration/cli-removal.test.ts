import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import type { Receipt } from "../../src/core/receipts.ts";
import { testProgram } from "../fixtures/built-program.ts";
import { CommandLine } from "../fixtures/command-line.ts";
import { runGit } from "../fixtures/git-repository.ts";
import { eventually } from "../fixtures/world.ts";

const cli = new CommandLine();

beforeAll(async () => {
  cli.write({
    "src/login.ts": "export function login() {\n  return 'session';\n}\n",
    "src/token.ts": "export function token() {\n  return 'zebra';\n}\n",
    "docs/guide.md": "# Guide\n\nHow to log in.\n",
  });
  runGit(cli.workspace, "init", "-q", "-b", "trunk");
  await cli.json("ingest", "--collection", "web_code");
});
afterAll(() => cli.close());

/** Runs `use` while another session, an agent, uses the collection. */
async function whileUsed(collection: string, use: (agent: HubClient) => Promise<void>): Promise<void> {
  const env = { PATH: process.env["PATH"], HOME: cli.home, COMMONS_HOME: cli.state, COMMONS_ENGINE: "false" };
  const agent = new HubClient({
    paths: homePaths(env),
    program: testProgram(),
    env,
    identity: () => ({
      sessionId: "session-of-the-agent",
      kind: "agent",
      agent: "busy-agent",
      pid: process.pid,
      version: "0.0.0",
      space: "default",
      workspace: "/home/ann/elsewhere",
      branch: null,
      commit: null,
      activity: null,
    }),
    space: "default",
  });
  try {
    await agent.call("collections.ensure", { collection, kind: "permanent" });
    await use(agent);
  } finally {
    agent.close();
  }
}

const receiptsOf = async (...args: string[]) => (await cli.json<{ receipts: readonly Receipt[] }>(...args)).receipts;

// One story, in this order: each command costs a process.
describe("removals at the command line", () => {
  it("commons delete shows what it would delete, deletes it, and says how it comes back", async () => {
    const dry = await cli.run("delete", "web_code", "--id", "src/token.ts", "--dry-run");
    expect(dry.stdout).toMatch(/^Would delete 1 document \(1 chunk\) from web_code\.\n- src\/token\.ts \(web app\)\n$/);
    const { stdout, code } = await cli.run("delete", "web_code", "--id", "./src/token.ts");
    expect(code).toBe(0);
    const number = /commons restore --receipt (\d+)\n$/.exec(stdout)?.[1] ?? "";
    const missing = await cli.run("delete", "web_code", "--id", "src/token.ts");
    expect(missing).toMatchObject({ code: 3, stdout: expect.stringContaining("Not found: src/token.ts.") });
    const back = await cli.run("restore", "--receipt", number);
    expect(back.stdout).toMatch(/^Restored web_code: 1 document, 1 chunk\.\n$/);
    const again = await cli.run("restore", "--receipt", number);
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 4, stdout: "" });
    expect(again.stderr).toMatch(/^error: .*\nnext: \S/);
    expect((await cli.run("delete", "web_code")).stderr).toContain("Give either --id or --where.");
  });

  it("commons delete is refused while an agent uses the collection, until it is forced", async () => {
    await whileUsed("web_code", async () => {
      const refused = await cli.run("delete", "web_code", "--where", '{"language": "markdown"}');
      expect(refused.code).toBe(4);
      expect(refused.stderr).toMatch(
        /"web_code" is in use by busy-agent in \/home\/ann\/elsewhere \(last call .*\)\.\nnext: .* --force/,
      );
      const forced = await cli.run("delete", "web_code", "--where", '{"language": "markdown"}', "--force");
      expect(forced.stdout).toContain("Deleted 1 document");
    });
  });

  it("commons info says who changed a collection last", async () => {
    expect((await cli.run("info", "web_code")).stdout).toMatch(
      /^last +delete by commons delete in .*web app, trunk, (just now|\d+ s ago)$/m,
    );
  });

  it("commons log shows who did what, where and when, the newest first", async () => {
    // An agent may come back within a second of its leaving, and holds what it used until then.
    await eventually("the agent is gone", async () => (await cli.run("unload", "web_code")).code === 0);
    const [unloaded, deleted, restored, first, written, ...others] = await receiptsOf("log", "web_code");
    expect(others).toEqual([]);
    expect(unloaded).toMatchObject({ action: "unload", removed: 2, restorableUntilMs: expect.any(Number) });
    expect(deleted).toMatchObject({ action: "delete", isForced: true, removed: 1 });
    expect(restored).toMatchObject({ action: "restore", added: 1, restorableUntilMs: null });
    expect(first).toMatchObject({ action: "delete", isForced: false, restorableUntilMs: null });
    expect(written).toMatchObject({ action: "write", added: 3, removed: 0, source: { name: "web app" } });
    for (const receipt of [unloaded, deleted, restored, first, written])
      expect(receipt?.author).toMatchObject({ workspace: cli.workspace, branch: "trunk" });
    const { stdout } = await cli.run("log", "--action", "unload");
    expect(stdout).toMatch(/^NO +WHEN +WHAT .* UNDO FOR\n *\d+ .* unload +web_code +-2 +commons unload .* trunk .*\n$/);
    expect((await cli.run("log", "--since", "2100-01-01")).stdout).toContain("Nothing of that kind");
    expect((await cli.run("log", "--since", "soon")).code).toBe(2);
    const slip = await cli.run("log", "web_cod");
    expect([slip.code, slip.stdout, slip.stderr]).toEqual([3, "", expect.stringMatching(/"web_cod"/)]);
  });

  it("commons restore lists what can be brought back, and refuses with the next step while the name is taken", async () => {
    const listed = await receiptsOf("restore", "--list");
    // The deletion cannot be undone before the unload.
    expect(listed[0]).toMatchObject({ action: "unload", collection: "web_code" });
    expect((await cli.run("restore", "--list")).stdout).toContain("To bring one back: commons restore --receipt ");
    await whileUsed("web_code", async (agent) => {
      const taken = await cli.run("restore", "web_code");
      expect({ code: taken.code, stdout: taken.stdout }).toEqual({ code: 4, stdout: "" });
      expect(taken.stderr).toMatch(/^error: There is a permanent collection "web_code" .*busy-agent.*\nnext: \S/);
      await agent.call("collections.unload", { collection: "web_code", force: false });
    });
    const number = String(listed[0]?.id);
    expect(await cli.json("restore", "--receipt", number)).toMatchObject({ collection: "web_code", documents: 2 });
    expect((await cli.run("restore", "web_code", "--receipt", number)).code).toBe(2);
  });
});
