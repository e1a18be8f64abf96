import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { currentProgram, type Program } from "../config/program.ts";
import { serverLaunch } from "./launch-spec.ts";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "commons launch ")));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const env = { HOME: "/home/ann" };
const launch = (options: Partial<Parameters<typeof serverLaunch>[0]> = {}) =>
  serverLaunch({ program: currentProgram(), env, isDocker: false, ...options });

function made(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return path;
}

function installed(root: string): Program {
  made(join(root, "bin", "commons.mjs"));
  return { ...currentProgram(), entries: { ...currentProgram().entries, cli: made(join(root, "dist", "cli.mjs")) } };
}

describe("what an agent's entry starts", () => {
  it("is this Node and the launcher, by absolute paths, without variables that nobody needs", () => {
    const { spec } = launch();
    expect(spec).toEqual({
      command: process.execPath,
      args: [expect.stringMatching(/^\/.*\/bin\/commons\.mjs$/), "mcp"],
      env: {},
    });
    expect(spec.args[0]).not.toContain("..");
  });

  it("names the home where it is not the one that follows from HOME", () => {
    expect(launch({ env: { ...env, COMMONS_HOME: "/data/commons/" } }).spec.env).toEqual({
      COMMONS_HOME: "/data/commons",
    });
    expect(launch({ env: { ...env, COMMONS_HOME: "/home/ann/.chroma-commons" } }).spec.env).toEqual({});
  });

  it("names the engine of the containers only where containers are asked for", () => {
    const given = { ...env, DOCKER_HOST: "unix:///run/user/1000/docker.sock", DOCKER_AUTH_CONFIG: "secret" };
    expect(launch({ env: given }).spec.env).toEqual({});
    const { spec } = launch({ env: given, isDocker: true });
    expect(spec.env).toEqual({ DOCKER_HOST: "unix:///run/user/1000/docker.sock" });
    expect(spec.args.slice(1)).toEqual(["mcp", "--docker"]);
  });

  it("is refused where it will vanish: npx's cache, a temporary directory", () => {
    for (const root of [
      join(directory, "plain"),
      join(directory, ".npm", "_npx", "0a1b", "node_modules", "chroma-commons"),
    ]) {
      expect(() => launch({ program: installed(root) })).toThrow(/will vanish/);
      // Looking changes nothing, so it is only told.
      expect(launch({ program: installed(root), isOnlyShown: true })).toMatchObject({
        spec: { args: [join(root, "bin", "commons.mjs"), "mcp"] },
        notes: [expect.stringMatching(/will vanish.*Install the program first/)],
      });
    }
  });

  it("is taken from a checkout, wherever that is", () => {
    const root = join(directory, "checkout");
    made(join(root, "scripts", "start.mjs"));
    mkdirSync(join(root, "src"));
    expect(launch({ program: installed(root) }).spec.args[0]).toBe(join(root, "bin", "commons.mjs"));
  });

  it("names Node without its version where there is such a name, and says so where there is none", () => {
    // A checkout again, so that the place itself is taken.
    const root = join(directory, "brew");
    made(join(root, "scripts", "start.mjs"));
    mkdirSync(join(root, "src"));
    const node = made(join(root, "Cellar", "node", "24.11.1", "bin", "node"));
    const program = { ...installed(root), node };
    expect(launch({ program })).toMatchObject({ spec: { command: node }, notes: [expect.stringContaining("24.11.1")] });
    mkdirSync(join(root, "opt"));
    symlinkSync("../Cellar/node/24.11.1", join(root, "opt", "node"));
    expect(launch({ program })).toMatchObject({
      spec: { command: join(root, "opt", "node", "bin", "node") },
      notes: [],
    });
  });
});
