import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { inspectSettings, settingNames } from "./load-settings.ts";
import { settingSpecs, type SettingName } from "./settings.ts";

/** Settings that a project's file may give although they are no numbers, and why that is harmless. */
const harmlessTexts: Partial<Record<SettingName, string>> = {
  space: "a checked name, and only one that the user allowed with space.projects",
  collection: "a checked name of a collection in the session's own space, which the session sees anyway",
};

describe("a project's .commons.json", () => {
  let directory: string;
  let file: string;
  let userFile: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "project-file-"));
    file = join(directory, "project", ".commons.json");
    userFile = join(directory, "config.json");
    await mkdir(join(directory, "project"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const inspect = (env: NodeJS.ProcessEnv = {}) =>
    inspectSettings({ env, userFile, projectDirectory: join(directory, "project") });
  const problems = () => inspect().problems.map(({ message }) => message);

  it("may give numbers and some named texts, and nothing else, so that it cannot choose a command, model, URL or path", () => {
    const given = settingNames().filter((name) => settingSpecs[name].scope === "session");
    const kinds = given.map((name) => [name, kindOf(settingSpecs[name].schema)] as const);
    expect(kinds.filter(([name, kind]) => kind !== "number" && harmlessTexts[name] === undefined)).toEqual([]);
    // What is a text by its schema must refuse whatever could be a place or a command.
    for (const [name] of kinds.filter(([, kind]) => kind !== "number"))
      for (const text of ["../other", "/etc/passwd", "http://evil.example", "a b", "a;b", "$(x)", "-x", "", "a\0b"])
        expect([name, text, settingSpecs[name].schema.safeParse(text).success]).toEqual([name, text, false]);
  });

  it("has a bound of its own for every number, so that it can neither hold up a session nor fill it", async () => {
    const numbers = settingNames().filter(
      (name) => settingSpecs[name].scope === "session" && kindOf(settingSpecs[name].schema) === "number",
    );
    const mosts = numbers.map((name) => [name, mostOf(name)] as const);
    expect(mosts.filter(([, most]) => most === undefined)).toEqual([]);
    for (const [name, most = 0] of mosts) {
      await writeFile(file, JSON.stringify({ [name]: most }));
      expect([inspect().settings[name], inspect().problems]).toEqual([most, []]);
      await writeFile(file, JSON.stringify({ [name]: most + 1 }));
      expect(problems()).toEqual([`${file} sets ${name} to ${most + 1}; a project may give ${most} at most.`]);
      expect(inspect().origins[name]).toBe("default");
      await writeFile(userFile, JSON.stringify({ [name]: most + 1 }));
      expect(inspect().settings[name]).toBe(most + 1);
      await rm(userFile);
    }
    expect([mostOf("search.refreshMs"), mostOf("ingest.answerSeconds")]).toEqual([2_000, 300]);
  });

  it.each(settingNames().filter((name) => settingSpecs[name].scope !== "session"))(
    "cannot give %s: it is said, and the user's own value counts",
    async (name) => {
      await writeFile(file, JSON.stringify({ [name]: "http://evil.example" }));
      const inspected = inspect();
      expect(inspected.problems).toMatchObject([
        { code: "SETTING_INVALID", message: `${file} sets ${name}, which a project may not.` },
      ]);
      expect(inspected.origins[name]).toBe("default");
    },
  );

  it("chooses a space only where the user allowed projects that one, or any", async () => {
    await writeFile(file, '{"space": "team-a"}');
    const space = (allowed?: string) => {
      const { settings, problems: found } = inspect(allowed === undefined ? {} : { COMMONS_SPACE_PROJECTS: allowed });
      return [settings.space, found.length];
    };
    expect(space()).toEqual(["default", 1]);
    expect(space("team-b, team-c")).toEqual(["default", 1]);
    expect(space("team-b, team-a")).toEqual(["team-a", 0]);
    expect(space("*")).toEqual(["team-a", 0]);
    await writeFile(file, '{"space": "team-a", "space.projects": "*"}');
    expect(inspect().settings.space).toBe("default");
    expect(inspect().problems[1]?.hint ?? inspect().problems[0]?.hint).toContain("commons config set space.projects");
  });

  it("that is a link is refused, whatever it leads to, and shows nothing of it", async () => {
    const secret = join(directory, "outside.json");
    await writeFile(secret, '{"collection": "from-outside"}');
    await symlink(secret, file);
    expect(problems()).toEqual([`The settings file ${file} is a link, which a project's may not be.`]);
    expect(inspect().settings.collection).toBeUndefined();
    await rm(file);
    await symlink("/etc/passwd", file);
    expect(problems().join()).not.toContain("root");
  });

  it("that is a pipe or a directory is refused without waiting for it", async () => {
    expect(spawnSync("mkfifo", [file]).status).toBe(0);
    expect(problems()).toEqual([`The settings file ${file} is no regular file.`]);
    await rm(file);
    await mkdir(file);
    expect(problems()).toEqual([`The settings file ${file} is no regular file.`]);
  });

  it("that is huge is not read", async () => {
    await writeFile(file, `{"collection": "${"a".repeat(100_000)}"}`);
    expect(problems()).toEqual([expect.stringContaining("settings take 65536 at most")]);
  });

  it.each([
    ["nested without end", `{"space": ${"[".repeat(30_000)}${"]".repeat(30_000)}}`, /gives space a list or an object/],
    ["a nested number", `{"search.refreshMs": ${"[".repeat(20_000)}1${"]".repeat(20_000)}}`, /a list or an object/],
    ["objects without end", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, /unknown setting "a"/],
    ["NUL bytes", "\0\0\0", /no valid JSON/],
    ["a NUL in a name", '{"collection": "shop\\u0000code"}', /collection is wrong/],
    ["an empty file", "", /no valid JSON/],
    ["a list", "[1]", /must hold a JSON object/],
    ["null", "null", /must hold a JSON object/],
    ["bytes that are no text", "\u{fffd}\u{fffd}", /no valid JSON/],
    [
      "a key that no object should have",
      '{"constructor": {"prototype": {"space": "x"}}}',
      /unknown setting "construct/,
    ],
    ["a number beyond all", '{"ingest.maxFileBytes": 1e999}', /ingest\.maxFileBytes is wrong/],
    ["a command in a name", '{"collection": "$(touch /tmp/x)"}', /collection is wrong/],
  ])("with %s is said to be wrong, and everything else counts", async (_what, content, fact) => {
    await writeFile(file, content);
    await writeFile(userFile, '{"search.refreshMs": 7}');
    const { settings, problems: found } = inspect();
    expect(found[0]?.message).toMatch(fact);
    expect(found[0]?.hint).toBeTruthy();
    expect([settings["search.refreshMs"], settings.space]).toEqual([7, "default"]);
  });

  it("with the key __proto__ changes no object of the program", async () => {
    await writeFile(file, '{"__proto__": {"space": "polluted", "hub.url": "http://evil.example"}}');
    const { settings } = inspect();
    expect([settings.space, settings["hub.url"]]).toEqual(["default", undefined]);
    expect(Object.hasOwn(Object.prototype, "space")).toBe(false);
  });
});

function mostOf(name: SettingName): number | undefined {
  const { projectMost }: { readonly projectMost?: number } = settingSpecs[name];
  return projectMost;
}

function kindOf(schema: z.ZodType): string {
  const shown: unknown = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  const { type } = z.looseObject({ type: z.string().optional() }).parse(shown);
  return type === "integer" ? "number" : (type ?? "unknown");
}
