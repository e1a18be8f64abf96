import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

// What a person does first: clone (the committed state) into a directory with a space, with the machine's own Node and npm.
describe("a fresh clone in a directory with spaces", () => {
  let scratch: string;
  let clone: string;
  const npm = (...args: string[]) =>
    run("npm", args, { cwd: clone, env: machineEnvironment(), shell: process.platform === "win32" });

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "fresh clone-"));
    clone = join(scratch, "a clone");
    execFileSync("git", ["clone", "--quiet", root, clone]);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("installs once when two commands start at once, and builds", async () => {
    const both = await Promise.all([npm("run", "build"), npm("run", "build")]);
    const output = both.map(({ stderr }) => stderr).join("");
    expect(output.match(/Installed in/g)).toHaveLength(1);
    expect(statSync(join(clone, "dist", "mcp.mjs")).size).toBeGreaterThan(0);
  });

  it("a second build changes nothing", async () => {
    expect((await npm("run", "build")).stdout).toContain("dist/ is up to date.");
  });

  it("the command runs with the machine's Node", async () => {
    const { stdout } = await run("node", [join(clone, "bin", "commons.mjs"), "--help"], { env: machineEnvironment() });
    expect(stdout).toContain("commons");
  });
});

/** The environment without what npm and this checkout put into it, so that `node` is the machine's own. */
function machineEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((directory) => !directory.includes("node_modules"));
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("npm_") || name === "npm_config_userconfig",
  );
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}
