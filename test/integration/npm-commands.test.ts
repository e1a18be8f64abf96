import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandLine } from "../fixtures/command-line.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let scratch: string;
beforeEach(() => (scratch = realpathSync(mkdtempSync(join(tmpdir(), "npm commands-")))));
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** A package with the real scripts and dependencies, and nothing of the program but what the test writes. */
function makePackage(name: string): string {
  const directory = join(scratch, name);
  const copied = ["package.json", "package-lock.json", "scripts", "vitest.config.ts", "bin/runtime.mjs"];
  for (const file of copied) cpSync(join(root, file), join(directory, file), { recursive: true });
  mkdirSync(join(directory, "src"));
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"), "junction");
  return directory;
}

/** What `npm run NAME -- ARGUMENT...` in the package does. */
function runScript(directory: string, name: string, ...args: string[]) {
  const env = {
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: scratch,
    TMPDIR: scratch,
    INIT_CWD: scratch,
  };
  const command = [join(directory, "scripts", "run.cjs"), name, ...args];
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, command, { cwd: directory, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("npm test", () => {
  it("runs the tests in a directory whose name vitest refuses, and their programs below that name", async () => {
    const directory = makePackage("what is #1?");
    writeFileSync(join(directory, "src", "program.ts"), "console.log(import.meta.dirname);");
    writeFileSync(
      join(directory, "src", "one.test.ts"),
      `import { execFileSync } from "node:child_process";
       import { fileURLToPath } from "node:url";
       import { expect, it } from "vitest";
       it("starts a program", () => {
         const program = fileURLToPath(new URL("program.ts", import.meta.url));
         expect(execFileSync(process.execPath, [program], { encoding: "utf8" })).toContain("what is #1?");
       });`,
    );
    const { stdout, stderr, code } = await runScript(directory, "test");
    expect(`${stdout}${stderr}`).not.toContain("may not work");
    expect({ last: lastLine(stdout), code }).toEqual({ last: "1 passed, 0 failed", code: 0 });
  });

  it("says that an asterisk in the directory's name stands in the way", async () => {
    const { stdout, stderr, code } = await runScript(makePackage("a*b"), "test");
    expect({ stdout, code }).toEqual({ stdout: "0 passed, 1 failed\n", code: 1 });
    expect(stderr).toContain("has an asterisk (*) in its name");
  });

  it("ends with its closing line even when preparation fails", async () => {
    const directory = makePackage("no lock file");
    rmSync(join(directory, "package-lock.json"));
    const { stdout, stderr, code } = await runScript(directory, "test");
    expect({ stdout, code }).toEqual({ stdout: "0 passed, 1 failed\n", code: 1 });
    expect(stderr).toContain("package-lock.json");
  });
});

describe.skipIf(process.platform === "win32")("in a directory with a backslash in its name", () => {
  it.each([
    ["test", "0 passed, 1 failed\n"],
    ["start", ""],
  ])("npm %s says which character stands in the way", async (name, stdout) => {
    const answer = await runScript(makePackage("back\\slash"), name);
    expect(answer).toMatchObject({ stdout, code: 1 });
    expect(answer.stderr).toContain("has a backslash (\\) in its name");
    expect(answer.stderr).toContain("Rename the directory");
  });
});

describe("npm start", () => {
  it.each([[["--query", "two words"]], [["--collection", "shop"]], [["a path"]]])(
    "leaves it to the command line whether %j names a path",
    async (args) => {
      const directory = makePackage("package");
      writeFileSync(
        join(directory, "bin", "commons.mjs"),
        "console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }));",
      );
      const { stdout } = await runScript(directory, "start", ...args);
      expect(JSON.parse(stdout)).toEqual({ args: ["up", "--default-path", directory, ...args], cwd: scratch });
    },
  );
});

describe("commons up", () => {
  it("takes the default path only when no path is given, whatever options there are", async () => {
    const cli = new CommandLine();
    try {
      cli.write({
        "shop/cart.md": "# Cart\n\nWhat a customer wants to buy.\n",
        "other/note.md": "# Note\n\nOther words.\n",
      });
      const shop = join(cli.workspace, "shop");
      type Answer = { ingests: { path: string }[]; search: { query: string } };
      const byDefault = await cli.json<Answer>("up", "--default-path", shop, "--query", "customer wants");
      expect(byDefault.ingests.map(({ path }) => path)).toEqual([shop]);
      expect(byDefault.search.query).toBe("customer wants");
      const given = await cli.json<Answer>("up", "--default-path", shop, "other");
      expect(given.ingests.map(({ path }) => path)).toEqual([join(cli.workspace, "other")]);
    } finally {
      await cli.close();
    }
  });
});
