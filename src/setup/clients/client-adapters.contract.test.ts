import { readdirSync } from "node:fs";
import { posix, win32 } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { AdapterFile, ClientAdapter, ClientPlatform, ConfigFormat, ConfigValue } from "../client-adapter.ts";
import { entryValue } from "../client-entry.ts";
import { candidatePaths, clientPath, type PathSurroundings } from "../client-paths.ts";
import { openDocument } from "../documents/open-document.ts";
import { startsThisProgram, toServerEntry } from "../server-entry.ts";
import { clientAdapters } from "./registry.ts";

const platforms: readonly PathSurroundings[] = [
  { platform: "linux", env: {}, home: "/home/ann", cwd: "/srv/app" },
  { platform: "darwin", env: {}, home: "/Users/ann", cwd: "/srv/app" },
  { platform: "win32", env: {}, home: "C:\\Users\\ann", cwd: "D:\\work\\app" },
];

const launch = {
  command: "/usr/bin/node",
  args: ["/opt/chroma-commons/bin/commons.mjs", "mcp", "--workspace", "${workspaceFolder}"],
  env: { COMMONS_HOME: "/srv/commons" },
};

/** A file as a person keeps it: with comments, and a server of its own where the agent has servers. */
const fixtures: Readonly<Record<ConfigFormat, (servers: readonly string[]) => string>> = {
  toml: ([table = ""]) =>
    `# mine\nmodel = "x" # the good one\n\n[${table}.other]\ncommand = "other"\n\n[projects."/srv"]\ntrust_level = "trusted"\n`,
  jsonc: (servers) => {
    const inner = '{\n    // mine\n    "other": { "command": "other" },\n  }';
    const tables = servers.reduceRight((text, key) => `{\n  "a": 1, // one\n  "${key}": ${text},\n}`, inner);
    return `${tables}\n`;
  },
  yaml: ([table = ""]) => `# mine\nGOOSE_MODE: auto # always\n${table}:\n  other:\n    cmd: other # its command\n`,
};

const places = (value: ConfigValue): string[] => JSON.stringify(value).match(/\{[a-zA-Z]+\}/g) ?? [];

const filesOn = (client: ClientAdapter, surroundings: PathSurroundings) =>
  client.files.map((file) => ({ file, paths: candidatePaths(file, surroundings) }));

describe.each(clientAdapters)("the adapter of $title", (client) => {
  it("has an id for the command line, its documentation, and notes in whole sentences", () => {
    expect(client.id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(client.title).not.toBe("");
    expect(new URL(client.documentation).protocol).toBe("https:");
    for (const note of client.notes) expect(note).toMatch(/^[A-Z`].*\.$/);
  });

  it("shows itself by a command or by a path of its own", () => {
    const signs = Object.values(client.signs.paths).flat();
    expect(client.signs.commands.length + signs.length).toBeGreaterThan(0);
    for (const sign of signs) expect(sign).not.toContain("{project}");
    const checks = client.ownCheck === null ? [] : [client.ownCheck.command];
    expect(client.signs.commands).toEqual(expect.arrayContaining(checks));
  });

  it("has absolute paths on each of its platforms, and keeps user and project apart", () => {
    const all = platforms.flatMap((surroundings) =>
      filesOn(client, surroundings).flatMap(({ file, paths }) => paths.map((path) => ({ file, path, surroundings }))),
    );
    expect(all.length).toBeGreaterThan(0);
    for (const { file, path, surroundings } of all) {
      expect((surroundings.platform === "win32" ? win32 : posix).isAbsolute(path)).toBe(true);
      expect(path).not.toMatch(/[{}|]/);
      expect(path.startsWith(surroundings.cwd)).toBe(file.scope === "project");
    }
    for (const surroundings of platforms) {
      const [users, projects] = [client.instructions?.user, client.instructions?.project].map((template) =>
        template ? [clientPath(template, surroundings)] : [],
      );
      expect(users?.filter((path) => !path.startsWith(surroundings.home))).toEqual([]);
      expect(projects?.filter((path) => !path.startsWith(surroundings.cwd))).toEqual([]);
    }
  });

  it("has one file per scope, and one table of servers in each", () => {
    expect(new Set(client.files.map(({ scope }) => scope)).size).toBe(client.files.length);
    for (const { servers } of client.files) expect(servers.length).toBeGreaterThan(0);
  });

  it("knows every place of its entry, command and arguments once", () => {
    const found = places(client.entry);
    expect(found.toSorted()).toEqual(
      (found.includes("{argv}") ? ["{argv}", "{env}"] : ["{args}", "{command}", "{env}"]).toSorted(),
    );
    for (const key of Object.keys(client.unattended ?? {})) expect(client.entry).not.toHaveProperty([key]);
    // A long ingest answers within 300 s.
    expect(toServerEntry("commons", client.entry, client.timeout).toolTimeoutSeconds ?? 300).toBeGreaterThanOrEqual(
      300,
    );
  });

  it.each(client.files)("gives back from its $scope file what was set, and leaves the rest", (file) => {
    for (const text of ["", fixtures[file.format](file.servers)]) {
      const standing = openDocument(file.format, text);
      const edited = standing.withValue([...file.servers, "commons"], entryValue(client, launch));
      const value = openDocument(file.format, edited).value();
      expect(serversIn(value, file)).toMatchObject(serversIn(standing.value(), file));
      const entry = toServerEntry("commons", serversIn(value, file)["commons"], client.timeout);
      expect(entry).toMatchObject({ ...launch, isEnabled: true });
      expect(startsThisProgram(entry)).toBe(true);
      expect(standing.withValue([...file.servers, "commons"], entryValue(client, launch))).toBe(edited);
      const removed = openDocument(file.format, edited).without([...file.servers, "commons"]);
      // What was empty may be an empty table now; nothing else may differ.
      expect(text === "" ? removed.replace(/^\{\}\n$/, "") : removed).toBe(text);
    }
  });
});

function serversIn(value: ConfigValue, { servers }: AdapterFile): Readonly<Record<string, ConfigValue>> {
  let table: ConfigValue | undefined = value;
  for (const key of servers)
    table =
      typeof table === "object" && table !== null && !Array.isArray(table)
        ? Object.entries(table).find(([name]) => name === key)?.[1]
        : {};
  return Object.fromEntries(Object.entries(table ?? {}));
}

test("ids, titles and places in files belong to one agent each", () => {
  for (const surroundings of platforms) {
    const keys = clientAdapters.flatMap((client) =>
      filesOn(client, surroundings).flatMap(({ file, paths }) =>
        paths.map((path) => `${path} ${file.servers.join(".")}`),
      ),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
  expect(new Set(clientAdapters.map(({ id }) => id)).size).toBe(clientAdapters.length);
  expect(new Set(clientAdapters.map(({ title }) => title)).size).toBe(clientAdapters.length);
});

test("every file of an adapter is in the registry, under its own name", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const adapters = files.filter((name) => !["registry.ts", "everywhere.ts"].includes(name));
  expect(adapters.map((name) => name.replace(/\.ts$/, "")).toSorted()).toEqual(
    clientAdapters.map(({ id }) => id).toSorted(),
  );
});

test("each system has agents, and the four that the suite runs come first", () => {
  for (const surroundings of platforms) {
    const present = clientAdapters.filter((client) =>
      filesOn(client, surroundings).some(({ paths }) => paths.length > 0),
    );
    expect(present.length).toBeGreaterThan(20);
  }
  const run = clientAdapters.filter(({ proof }) => proof === "run").map(({ id }) => id);
  expect(clientAdapters.slice(0, run.length).map(({ id }) => id)).toEqual(run);
  const systems: ClientPlatform[] = ["linux", "darwin", "win32"];
  expect(platforms.map(({ platform }) => platform)).toEqual(systems);
});
