import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settingSpecs } from "../../src/config/settings.ts";
import { CommandLine } from "../fixtures/command-line.ts";

let cli: CommandLine;
beforeEach(() => (cli = new CommandLine()));
afterEach(() => cli.close());

const file = () => join(cli.state, "config.json");
const stored = (): unknown => JSON.parse(readFileSync(file(), "utf8"));

async function value(name: string, env: Record<string, string> = {}): Promise<unknown> {
  const { stdout } = await cli.runWith({ env }, "config", "get", name, "--json");
  // Safe: what `config get --json` prints is just what is checked.
  const { value: shown, origin } = JSON.parse(stdout) as { value: unknown; origin: string };
  return [shown, origin];
}

describe("commons config", () => {
  it("lists every setting with value, origin and meaning", async () => {
    const { settings } = await cli.json<{ settings: { name: string; origin: string; description: string }[] }>(
      "config",
    );
    expect(settings.map(({ name }) => name)).toEqual(Object.keys(settingSpecs));
    expect(settings.find(({ name }) => name === "engine.enabled")).toMatchObject({
      value: false,
      origin: "env",
      env: "COMMONS_ENGINE",
    });
    const { stdout } = await cli.run("config");
    const text = stdout.replaceAll(/\n {4}/g, " ");
    for (const { description } of settings) expect(text).toContain(description);
    // A value, a path for example, keeps its line; a meaning is broken.
    expect(stdout.split("\n").filter((line) => line.startsWith("    ") && line.length > 80)).toEqual([]);
    expect(stdout).toContain(file());
  });

  it("takes the environment before the project's file, that before the user's, and that before the default", async () => {
    expect(await value("collection")).toEqual([null, "default"]);
    await cli.run("config", "set", "collection", "of-the-user");
    expect(await value("collection")).toEqual(["of-the-user", "user"]);
    writeFileSync(join(cli.workspace, ".commons.json"), '{"collection": "of-the-project"}');
    expect(await value("collection")).toEqual(["of-the-project", "project"]);
    expect(await value("collection", { COMMONS_COLLECTION: "of-the-environment" })).toEqual([
      "of-the-environment",
      "env",
    ]);
  });

  it("keeps values with their types, leaves the others alone, and removes them again", async () => {
    await cli.run("config", "set", "hub.idleMinutes", "60");
    await cli.run("config", "set", "mirror", "vectors");
    expect(stored()).toEqual({ "hub.idleMinutes": 60, mirror: "vectors" });
    expect((await cli.run("config", "unset", "hub.idleMinutes")).stdout).toContain(
      "hub.idleMinutes is now 30 (default).",
    );
    expect(stored()).toEqual({ mirror: "vectors" });
  });

  it("loses none of several changes at once", async () => {
    const changes = { "hub.idleMinutes": 5, "engine.port": 8_010, "ingest.maxFileBytes": 1_000, mirror: "none" };
    const results = await Promise.all(
      Object.entries(changes).map(([name, to]) => cli.run("config", "set", name, String(to))),
    );
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(stored()).toEqual(changes);
  });

  it("refuses a wrong value or name with 2, and keeps the file as it was", async () => {
    await cli.run("config", "set", "engine.port", "8010");
    const wrong = await cli.run("config", "set", "engine.port", "many");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("engine.port")]);
    const unknown = await cli.run("config", "set", "engine.prt", "1");
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("Did you mean engine.port")]);
    expect(stored()).toEqual({ "engine.port": 8_010 });
  });

  it("never shows the values of headers, and keeps them from other users", async () => {
    const set = await cli.run("config", "set", "chroma.headers", "x-chroma-token: s3cret:part;;other: s3cret");
    const shown = [
      set,
      await cli.run("config"),
      await cli.run("config", "--json"),
      await cli.run("config", "get", "chroma.headers"),
    ];
    for (const { code, stdout, stderr } of shown) {
      expect(code).toBe(0);
      expect(stdout + stderr).not.toContain("s3cret");
      expect(stdout).toContain("x-chroma-token: ****;;other: ****");
    }
    expect(stored()).toEqual({ "chroma.headers": "x-chroma-token: s3cret:part;;other: s3cret" });
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  it("takes --json before and after the command, and says that a removed text has no value", async () => {
    const before = await cli.run("--json", "config", "set", "mirror", "none");
    expect(JSON.parse(before.stdout)).toMatchObject({ setting: { name: "mirror", value: "none" } });
    expect(await cli.json("config", "unset", "mirror")).toMatchObject({ setting: { value: "all" } });
    for (const name of ["get", "set", "unset"])
      expect((await cli.run("config", name, "--help")).stdout).toContain("--json");
    const unset = await cli.run("config", "unset", "chroma.headers");
    expect(unset.stdout).toContain("chroma.headers is now (none) (default).");
  });

  it("still lists when the directory's file is wrong, and says what is wrong with it", async () => {
    writeFileSync(join(cli.workspace, ".commons.json"), '{"space": "x"}');
    const listed = await cli.run("config");
    expect(listed.code).toBe(0);
    expect(listed.stdout).toContain("space = default");
    expect(listed.stderr).toMatch(
      /^warning: Setting space is wrong: .*\.commons\.json gives "x".*\nnext: Change or remove/,
    );
    const { problems } = await cli.json<{ problems: unknown[] }>("config");
    expect(problems).toMatchObject([{ code: "SETTING_INVALID" }]);
  });

  it("removes what is no setting from your file", async () => {
    await cli.run("config", "set", "mirror", "none");
    writeFileSync(file(), '{"mirrror": "none", "mirror": "none"}');
    expect((await cli.run("list")).stderr).toContain("commons config unset mirrror");
    expect((await cli.run("config", "unset", "mirrror")).code).toBe(0);
    expect(stored()).toEqual({ mirror: "none" });
  });

  it("refuses a URL with a password and shows it nowhere", async () => {
    const { code, stdout, stderr } = await cli.run("config", "set", "chroma.url", "http://ann:s3cret@host:8000");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toContain("s3cret");
    expect(stderr).toContain("use chroma.headers");
  });

  it("says when the running hub must be restarted for the change", async () => {
    const before = await cli.run("config", "set", "hub.idleMinutes", "40");
    expect(before.stdout).not.toContain("restart");
    const { hub } = await cli.json<{ hub: { pid: number } }>("hub", "start");
    expect((await cli.run("config", "set", "hub.idleMinutes", "50")).stdout).toContain(
      `The running hub (pid ${hub.pid}) takes it after a restart`,
    );
    expect((await cli.run("config", "set", "collection", "mine")).stdout).not.toContain("restart");
  });

  it("says when the environment wins over the file", async () => {
    expect((await cli.run("config", "set", "engine.enabled", "true")).stdout).toContain(
      "COMMONS_ENGINE in the environment wins",
    );
  });
});
