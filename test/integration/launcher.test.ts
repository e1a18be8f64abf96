import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileCacheDirectory, isNewEnough } from "../../bin/runtime.mjs";
import { errorCatalogue } from "../../src/core/errors.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const children: ChildProcess[] = [];
let scratch: string;
let launcher: string;

// A package of its own, with the real bin/ and programs that show what they were given.
beforeEach(() => {
  // Characters that a URL, a pattern or a shell reads in their own way.
  scratch = mkdtempSync(join(tmpdir(), `launcher #1 100%25 [a] *?'"$x é-`));
  const home = join(scratch, "package");
  for (const name of ["bin", "package.json"]) cpSync(join(root, name), join(home, name), { recursive: true });
  mkdirSync(join(home, "dist"));
  launcher = join(home, "bin", "commons.mjs");
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(scratch, { recursive: true, force: true });
});

const program = (name: "cli" | "mcp", text: string) =>
  writeFileSync(join(scratch, "package", "dist", `${name}.mjs`), text);

const start = (node: string, ...args: string[]) => startWith({}, node, ...args);

function startWith(options: { env?: NodeJS.ProcessEnv; cwd?: string }, node: string, ...args: string[]) {
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined, COMMONS_HOME: join(scratch, "state"), ...options.env };
  const child = spawn(node, [launcher, ...args], { cwd: options.cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const said = async (text: string) => {
    while (!output.stdout.includes(text)) await once(child.stdout, "data");
  };
  const ended = async () => {
    await once(child, "close");
    return { ...output, code: child.exitCode, signal: child.signalCode };
  };
  return { child, said, ended };
}

describe("with a Node that is new enough", () => {
  it("the command line runs in the same process, with its arguments and its exit code", async () => {
    program("cli", "console.log(JSON.stringify([process.pid, ...process.argv.slice(2)])); process.exitCode = 3;");
    const run = start(process.execPath, "search", "two words");
    const { stdout, stderr, code } = await run.ended();
    expect(JSON.parse(stdout)).toEqual([run.child.pid, "search", "two words"]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 3 });
  });

  it("the first argument mcp runs the session", async () => {
    program("mcp", 'console.log("session");');
    expect((await start(process.execPath, "mcp", "--workspace", ".").ended()).stdout).toBe("session\n");
  });

  it.each(["--help", "-h"])("mcp %s is answered by the command line, whose help is the fuller one", async (flag) => {
    program("mcp", 'console.log("session");');
    program("cli", "console.log(...process.argv.slice(2));");
    expect((await start(process.execPath, "mcp", flag).ended()).stdout).toBe(`mcp ${flag}\n`);
  });

  it("a person who asks for the help of mcp gets options and examples", async () => {
    launcher = join(root, "bin", "commons.mjs");
    const { stdout, code } = await start(process.execPath, "mcp", "--help").ended();
    expect(code).toBe(0);
    expect(stdout).toContain("--allow <dir>");
    expect(stdout).toContain("Examples:");
  });

  it("the warning about SQLite is hidden, others are not", async () => {
    const warn =
      'process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning"); process.emitWarning("other news");';
    program("cli", `${warn} await import("node:sqlite");`);
    const { stdout, stderr } = await start(process.execPath).ended();
    expect(stdout).toBe("");
    expect(stderr).toContain("other news");
    expect(stderr).not.toContain("SQLite");
  });

  it("compiled code is kept under the home", async () => {
    program("cli", 'import module from "node:module"; console.log(module.getCompileCacheDir());');
    const { stdout } = await start(process.execPath).ended();
    expect(stdout.startsWith(join(scratch, "state", "cache", "compile"))).toBe(true);
  });

  it.skipIf(process.platform === "win32")("no code is kept where others may write", async () => {
    program("cli", 'import module from "node:module"; console.log(module.getCompileCacheDir() ?? "none");');
    const state = join(scratch, "state");
    mkdirSync(state);
    chmodSync(state, 0o777);
    expect((await start(process.execPath).ended()).stdout).toBe("none\n");
    expect(readdirSync(state)).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    "root leaves nothing in another user's home, whether it is there or not",
    async () => {
      program("cli", 'import module from "node:module"; console.log(module.getCompileCacheDir() ?? "none");');
      const theirs = join(scratch, "theirs");
      mkdirSync(join(theirs, "state"), { recursive: true });
      for (const path of [theirs, join(theirs, "state")]) chownSync(path, 65_534, 65_534);
      for (const name of ["state", "absent"]) {
        const run = startWith({ env: { COMMONS_HOME: join(theirs, name) } }, process.execPath);
        expect((await run.ended()).stdout).toBe("none\n");
      }
      expect(readdirSync(theirs)).toEqual(["state"]);
      expect(readdirSync(join(theirs, "state"))).toEqual([]);
    },
  );

  it("a relative home, which the program refuses, makes nothing in the current directory", async () => {
    program("cli", 'console.log("runs");');
    const cwd = join(scratch, "cwd");
    mkdirSync(cwd);
    const run = startWith({ cwd, env: { COMMONS_HOME: "relative" } }, process.execPath);
    expect(await run.ended()).toMatchObject({ stdout: "runs\n", stderr: "", code: 0 });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("an empty or relative HOME counts as absent for the compiled code", () => {
    const expected = join(userInfo().homedir, ".chroma-commons", "cache", "compile");
    expect(compileCacheDirectory({ HOME: "" })).toBe(expected);
    expect(compileCacheDirectory({})).toBe(expected);
    expect(compileCacheDirectory({ HOME: "relative" })).toBe(expected);
  });

  it("a home that cannot be written does not stop the program", async () => {
    program("cli", 'console.log("runs");');
    writeFileSync(join(scratch, "state"), "a file where the home should be");
    expect(await start(process.execPath).ended()).toMatchObject({ stdout: "runs\n", stderr: "", code: 0 });
  });
});

describe("without dist", () => {
  it("a command says how to build, on stderr", async () => {
    const { stdout, stderr, code } = await start(process.execPath, "status").ended();
    expect({ stdout, code }).toEqual({ stdout: "", code: 5 });
    expect(stderr).toContain("npm run build");
  });

  it("--json makes the error an object", async () => {
    const { stderr } = await start(process.execPath, "list", "--json").ended();
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "PROGRAM_NOT_BUILT" } });
    expect(errorCatalogue.PROGRAM_NOT_BUILT.exitCode).toBe(5);
  });

  it("--version is answered", async () => {
    expect((await start(process.execPath, "--version").ended()).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

const oldNode = findOldNode();
if (!oldNode) console.warn("SKIPPED: no Node from 18 to 22.17 in PATH, so the launcher is not tested with an old one.");

describe.skipIf(!oldNode)("with a Node that is too old", () => {
  const old = oldNode ?? "";

  it("without another Node, it says which is needed and which runs", async () => {
    program("cli", 'console.log("must not run");');
    const { stdout, stderr, code } = await start(old, "status").ended();
    expect({ stdout, code }).toEqual({ stdout: "", code: 5 });
    expect(stderr).toContain("needs Node 22.18");
    expect(stderr).toContain(execFileSync(old, ["--version"], { encoding: "utf8" }).trim());
  });

  it("with --json the error is an object with a code of the catalogue, on stderr", async () => {
    program("cli", 'console.log("must not run");');
    const { stdout, stderr, code } = await start(old, "list", "--json").ended();
    expect({ stdout, code }).toEqual({ stdout: "", code: errorCatalogue.NODE_TOO_OLD.exitCode });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: "NODE_TOO_OLD",
        message: expect.stringContaining("needs Node 22.18"),
        hint: expect.stringContaining("nstall Node 24"),
      },
    });
  });

  describe("and one installed in node_modules", () => {
    beforeEach(() => installNode(join(scratch, "package", "node_modules", "node")));

    it("runs the same arguments with it and ends with its code", async () => {
      program("cli", "console.log(JSON.stringify([process.version, ...process.argv.slice(2)])); process.exitCode = 4;");
      const { stdout, stderr, code } = await start(old, "info", "a b").ended();
      expect(JSON.parse(stdout)).toEqual([process.version, "info", "a b"]);
      expect({ stderr, code }).toEqual({ stderr: "", code: 4 });
    });

    it("a child that dies by a signal ends the launcher with 128 + n", async () => {
      program("cli", 'process.kill(process.pid, "SIGKILL");');
      expect((await start(old).ended()).code).toBe(137);
    });

    it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
      "%s reaches the program, which ends in its own way",
      async (signal) => {
        program(
          "cli",
          `process.on("${signal}", () => process.exit(7)); setInterval(() => {}, 1000); console.log("up");`,
        );
        const run = start(old);
        await run.said("up");
        run.child.kill(signal);
        expect((await run.ended()).code).toBe(7);
      },
    );

    it("a launcher killed by SIGKILL leaves no program behind", async () => {
      program("cli", 'setInterval(() => {}, 1000); console.log("up");');
      const run = start(old);
      await run.said("up");
      const closed = run.ended();
      run.child.kill("SIGKILL");
      // stdout closes when the last process that holds it, the program, is gone.
      expect((await closed).signal).toBe("SIGKILL");
    });

    it("a program that has nothing more to do ends, although the launcher lives", async () => {
      program("mcp", 'process.stdin.resume().on("end", () => console.log("stdin ended"));');
      const run = start(old, "mcp");
      run.child.stdin?.end();
      expect(await run.ended()).toMatchObject({ stdout: "stdin ended\n", code: 0 });
    });
  });
});

describe.skipIf(!oldNode)("with a Node that is too old, installed by npm", () => {
  it("a Node that was installed beside it runs the program", async () => {
    const modules = join(scratch, "lib", "node_modules");
    const installed = join(modules, "chroma-commons");
    cpSync(join(scratch, "package"), installed, { recursive: true });
    writeFileSync(join(installed, "dist", "cli.mjs"), "console.log(process.version);");
    installNode(join(modules, "node"));
    launcher = join(installed, "bin", "commons.mjs");
    const { stdout, code } = await start(oldNode ?? "", "status").ended();
    expect({ stdout, code }).toEqual({ stdout: `${process.version}\n`, code: 0 });
  });

  it("a Node in a directory that is not npm's is never run", async () => {
    program("cli", 'console.log("must not run");');
    installNode(join(scratch, "node"));
    expect(await start(oldNode ?? "", "status").ended()).toMatchObject({ stdout: "", code: 5 });
  });
});

function installNode(directory: string): void {
  mkdirSync(join(directory, "bin"), { recursive: true });
  writeFileSync(join(directory, "package.json"), JSON.stringify({ version: process.versions.node }));
  symlinkSync(process.execPath, join(directory, "bin", "node"));
}

/** A Node in PATH that the launcher supports and the program does not. */
function findOldNode(): string | undefined {
  const files = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, "node"));
  return files.find((file) => {
    if (!existsSync(file)) return false;
    const version = execFileSync(file, ["--version"], { encoding: "utf8" }).trim();
    return Number(version.slice(1).split(".")[0]) >= 18 && !isNewEnough(version);
  });
}
