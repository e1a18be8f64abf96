import { execFile, execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findLeftoverProcesses } from "../../scripts/lib/leftover-processes.mjs";
import { personsEnvironment } from "../fixtures/persons-environment.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

// What a person does, in this order: clone (the committed state) into a directory with a space, with the machine's own Node and npm.
describe("a fresh clone in a directory with spaces", () => {
  let scratch: string;
  let origin: string;
  let clone: string;
  const npm = (...args: string[]) =>
    run("npm", args, { cwd: clone, env: personsEnvironment(scratch), shell: process.platform === "win32" });
  const commons = (...args: string[]) =>
    run("node", [join(clone, "bin", "commons.mjs"), ...args], { cwd: clone, env: personsEnvironment(scratch) });
  const git = (directory: string, ...args: string[]) => execFileSync("git", ["-C", directory, ...args]);

  beforeAll(() => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), "fresh clone-")));
    origin = join(scratch, "origin");
    clone = join(scratch, "a clone");
    execFileSync("git", ["clone", "--quiet", root, origin]);
    execFileSync("git", ["clone", "--quiet", origin, clone]);
  });
  afterAll(async () => {
    if (existsSync(join(scratch, "home", ".chroma-commons", "hub"))) await commons("hub", "stop");
    rmSync(scratch, { recursive: true, force: true });
  });

  it("installs once when two commands start at once, and builds", async () => {
    const both = await Promise.all([npm("run", "build"), npm("run", "build")]);
    const output = both.map(({ stderr }) => stderr).join("");
    expect(output.match(/Installed in/g)).toHaveLength(1);
    expect(statSync(join(clone, "dist", "mcp.mjs")).size).toBeGreaterThan(0);
    expect((await npm("run", "build")).stdout).toContain("dist/ is up to date.");
  });

  it("npm start starts everything, stores the clone and finds something in it", async () => {
    const { stdout } = await npm("start");
    expect(stdout).toMatch(/files +[\d,]+ added/);
    expect(stdout).toMatch(/hub +started: pid/);
    expect(stdout).toMatch(/ChromaDB +ready at/);
    expect(stdout).toMatch(/^Sample search: "how does a session find the hub".*\n {2}\S+:\d+-\d+ /m);
  });

  it("a second npm start says that nothing changed, whatever it is asked to search", async () => {
    const { stdout, stderr } = await npm("start", "--", "--query", "the order of two writers");
    expect(stdout).toMatch(/files +nothing changed/);
    expect(stdout).toContain('Sample search: "the order of two writers"');
    expect(stderr).not.toMatch(/Installing|Built/);
  });

  it("after git pull, npm start builds again and brings the changed file up to date", async () => {
    appendFileSync(join(origin, "src", "core", "quantities.ts"), "// The origin went on.\n");
    const author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    git(origin, ...author, "commit", "--quiet", "--all", "--message", "Go on");
    git(clone, "pull", "--quiet");
    const { stdout, stderr } = await npm("start");
    expect(stderr).toContain("Built dist/.");
    expect(stdout).toMatch(/files +1 changed/);
    expect(stdout).toMatch(/ChromaDB +ready at/);
  });

  it.skipIf(process.platform === "win32")(
    "scripts/setup-codex.sh shows from any directory what it would write for Codex, and hands its options on",
    async () => {
      const options = { cwd: scratch, env: personsEnvironment(scratch) };
      // As a person has it in ~/bin.
      const script = join(scratch, "codex-link");
      symlinkSync(join("checkout-link", "scripts", "setup-codex.sh"), script);
      symlinkSync(clone, join(scratch, "checkout-link"));
      const { stdout } = await run(script, ["--dry-run"], options);
      expect(stdout).toContain("[mcp_servers.commons]");
      expect(stdout).toContain(join(clone, "bin", "commons.mjs"));
      expect(existsSync(join(scratch, "home", ".codex"))).toBe(false);
      const failure = run(script, ["--no-such-option"], options);
      await expect(failure).rejects.toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("error:") });
    },
  );

  it("npm start brings back what was deleted from node_modules", async () => {
    for (const name of ["node", "esbuild"]) rmSync(join(clone, "node_modules", name), { recursive: true });
    const { stdout, stderr } = await npm("start");
    expect(stderr).toContain("Installed in");
    expect(stdout).toMatch(/files +nothing changed/);
  });

  it.skipIf(process.platform !== "linux")("commons hub stop leaves no process behind", async () => {
    expect((await findLeftoverProcesses(scratch, 0))?.length).toBeGreaterThan(0);
    expect((await commons("hub", "stop")).stdout).toContain("has stopped");
    expect(await findLeftoverProcesses(scratch)).toEqual([]);
  });
});
