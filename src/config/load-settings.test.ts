import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homePaths, inspectSettings, loadSettings } from "./load-settings.ts";
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

  const refused = (sources: Partial<Parameters<typeof loadSettings>[0]>) => {
    const [problem] = inspectSettings({ env: {}, userFile, projectDirectory, ...sources }).problems;
    return [problem?.message ?? "", problem?.hint ?? ""];
  };

  it("says of a wrong value where it was given, what it is, what is legal, and a next step that fits the place", async () => {
    expect(refused({ env: { COMMONS_CHROMA_PORT: "many" } })).toEqual([
      'Setting engine.port is wrong: the environment variable COMMONS_CHROMA_PORT gives "many". It takes a whole number from 1 to 65535.',
      "Change or unset COMMONS_CHROMA_PORT.",
    ]);
    expect(refused({ flags: { space: "x" } })[1]).toBe("Give --space such a value, or leave it out.");
    expect(refused({ flags: { "containers.runtime": "rkt" } })).toEqual([
      expect.stringContaining('the option --runtime gives "rkt"'),
      "Give --runtime such a value, or leave it out.",
    ]);
    await user({ "engine.enabled": "maybe" });
    expect(refused({})).toEqual([
      `Setting engine.enabled is wrong: your settings file ${userFile} gives "maybe". It takes true or false.`,
      "Set it anew: commons config set engine.enabled VALUE, or remove it: commons config unset engine.enabled",
    ]);
    await user({});
    await project({ space: "x" });
    expect(refused({})).toEqual([
      expect.stringContaining(
        `the project's file ${join(projectDirectory, ".commons.json")} gives "x". It takes a name`,
      ),
      `Change or remove "space" in ${join(projectDirectory, ".commons.json")}.`,
    ]);
  });

  it("can list all settings although some are wrong: those count as not given", async () => {
    await user({ "hub.idleMinutes": 7, "engine.port": "many", mirrror: "none" });
    await writeFile(join(projectDirectory, ".commons.json"), "{");
    const { settings, origins, problems } = inspectSettings({
      env: { COMMONS_MIRROR: "?" },
      userFile,
      projectDirectory,
    });
    expect([settings["hub.idleMinutes"], settings["engine.port"], settings.mirror]).toEqual([7, 8003, "all"]);
    expect([origins["hub.idleMinutes"], origins["engine.port"], origins.mirror]).toEqual([
      "user",
      "default",
      "default",
    ]);
    expect(problems.map(({ code }) => code).toSorted()).toEqual([
      "SETTING_INVALID",
      "SETTING_INVALID",
      "SETTING_INVALID",
      "SETTING_UNKNOWN",
    ]);
    expect(problems.find(({ code }) => code === "SETTING_UNKNOWN")?.hint).toMatch(
      /mirror\?.*commons config unset mirrror/,
    );
  });

  it.each(["http://ann:s3cret@host:8000", "https://s3cret@host", "http://ann:s3c/s3cret@host", "ann:s3cret@host"])(
    "refuses credentials in the URL of ChromaDB and shows no part of them: %s",
    (url) => {
      const [message, hint] = refused({ env: { COMMONS_CHROMA_URL: url } });
      expect(message).toContain("chroma.url is wrong");
      expect(message).not.toMatch(/s3c|ann/);
      expect(hint).toContain("chroma.headers");
    },
  );

  it.runIf(process.getuid?.() !== undefined)(
    "refuses a file of the user's that others may write, with the way out",
    async () => {
      await user({ mirror: "none" });
      await chmod(userFile, 0o664);
      expect(refused({})).toEqual([
        `The settings file ${userFile} may be written by others.`,
        expect.stringContaining(`chmod go-w ${userFile}`),
      ]);
      expect(inspectSettings({ env: {}, userFile }).settings.mirror).toBe("all");
    },
  );

  it.runIf(process.getuid?.() === 0)(
    "refuses a file of another user in the place of the user's (needs root to make one)",
    async () => {
      await user({ "chroma.url": "https://collector.example" });
      await chown(userFile, 65_534, 65_534);
      expect(refused({})[0]).toBe(`The settings file ${userFile} belongs to another user.`);
      expect(inspectSettings({ env: {}, userFile }).settings["chroma.url"]).toBeUndefined();
    },
  );

  it("quotes nothing of a file that is no JSON, for it may hold keys", async () => {
    await writeFile(userFile, '{"chroma.headers": s3cret}');
    expect(refused({})[0]).not.toContain("s3cret");
  });
});

describe("the home", () => {
  const home = (env: Record<string, string>) => homePaths(env).home;

  it("is refused when COMMONS_HOME is relative, so that no two agents get two hubs from one value", () => {
    expect(home({ COMMONS_HOME: "/data/commons/" })).toBe("/data/commons");
    for (const COMMONS_HOME of ["state", "./state", "~/state"])
      expect(() => home({ COMMONS_HOME, HOME: "/home/ann" })).toThrowError(/must be an absolute path/);
  });

  it("is the account's when HOME is empty or relative", () => {
    const ofAccount = join(userInfo().homedir, ".chroma-commons");
    expect(home({ HOME: "/home/ann" })).toBe("/home/ann/.chroma-commons");
    expect(home({ HOME: "" })).toBe(ofAccount);
    expect(home({ HOME: "ann", COMMONS_HOME: "" })).toBe(ofAccount);
  });
});

describe("statePaths", () => {
  it("keeps the socket's path below the kernel's limit and different for different homes", () => {
    const long = (name: string) => statePaths(`/home/${name.repeat(60)}`, "linux").hubAddress;
    expect(Buffer.byteLength(long("ab"))).toBeLessThan(104);
    expect(long("ab")).not.toBe(long("cd"));
    expect(statePaths("/home/me/.chroma-commons", "linux").hubAddress).toBe("/home/me/.chroma-commons/hub/hub.sock");
  });

  it("has one socket for a directory, by whatever links it is reached and before it is made", () => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "state-paths-")));
    try {
      mkdirSync(join(directory, "real"));
      symlinkSync(join(directory, "real"), join(directory, "link"));
      const address = (way: string, name: string) => statePaths(join(directory, way, name), "linux").hubAddress;
      for (const name of ["home", "home".repeat(40)]) {
        expect(address("link", name)).toBe(address("real", name));
        mkdirSync(join(directory, "real", name));
        expect(address("link", name)).toBe(address("real", name));
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
