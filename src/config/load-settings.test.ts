import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSettings } from "./load-settings.ts";
import { statePaths } from "./paths.ts";

describe("loadSettings", () => {
  let directory: string;
  let userFile: string;
  let projectDirectory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "settings-"));
    userFile = join(directory, "config.json");
    projectDirectory = join(directory, "project");
    await mkdir(projectDirectory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const project = (values: object) => writeFile(join(projectDirectory, ".commons.json"), JSON.stringify(values));
  const user = (values: object) => writeFile(userFile, JSON.stringify(values));

  it("takes the flag over the environment over the project over the user's file over the default", async () => {
    const name = "ingest.maxFileBytes";
    const value = (sources: { env?: NodeJS.ProcessEnv; flags?: Record<string, unknown> }) => {
      const { settings, origins } = loadSettings({ env: {}, userFile, projectDirectory, ...sources });
      return [settings[name], origins[name]];
    };
    expect(value({})).toEqual([2_000_000, "default"]);
    await user({ [name]: 1 });
    expect(value({})).toEqual([1, "user"]);
    await project({ [name]: 2 });
    expect(value({})).toEqual([2, "project"]);
    const env = { COMMONS_MAX_FILE_BYTES: "3" };
    expect(value({ env })).toEqual([3, "env"]);
    expect(value({ env, flags: { [name]: 4 } })).toEqual([4, "flag"]);
  });

  it("refuses a hub setting in a project's file, so that a cloned repository cannot redirect data", async () => {
    await project({ "chroma.url": "https://collector.example" });
    expect(() => loadSettings({ env: {}, userFile, projectDirectory })).toThrowError(
      expect.objectContaining({ code: "SETTING_INVALID" }),
    );
  });

  it("names a setting that does not exist, a value that is wrong, and a file that is no JSON", async () => {
    await user({ "hub.idelMinutes": 3 });
    expect(() => loadSettings({ env: {}, userFile })).toThrowError(/hub\.idelMinutes/);
    await user({ "engine.port": "many" });
    expect(() => loadSettings({ env: {}, userFile })).toThrowError(/engine\.port/);
    await writeFile(userFile, "{");
    expect(() => loadSettings({ env: {}, userFile })).toThrowError(/no valid JSON/);
  });
});

describe("statePaths", () => {
  it("keeps the socket's path below the kernel's limit and different for different homes", () => {
    const long = (name: string) => statePaths(`/home/${name.repeat(60)}`, "linux").hubAddress;
    expect(Buffer.byteLength(long("ab"))).toBeLessThan(104);
    expect(long("ab")).not.toBe(long("cd"));
    expect(statePaths("/home/me/.chroma-commons", "linux").hubAddress).toBe("/home/me/.chroma-commons/hub/hub.sock");
  });
});
