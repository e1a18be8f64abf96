import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchPackage, findNpm, type NpmCommand } from "./npm-fetch.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "npm-fetch-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A program in npm's place: writes its arguments down, then does what `body` says with `prefix`. */
function fakeNpm(body: string): NpmCommand {
  const script = join(root, "fake-npm.mjs");
  writeFileSync(
    script,
    `import { mkdirSync, writeFileSync } from "node:fs";
     const args = process.argv.slice(2);
     writeFileSync(${JSON.stringify(join(root, "arguments.json"))}, JSON.stringify(args));
     const prefix = args[args.indexOf("--prefix") + 1];
     ${body}`,
  );
  return { program: process.execPath, prefixArguments: [script] };
}

const lines: string[] = [];
const request = (npm: NpmCommand) => ({
  package: "some-binding",
  version: "1.0.3",
  directory: join(root, "bindings", "a directory", "some-binding-1.0.3"),
  npm,
  signal: new AbortController().signal,
  onLine: (line: string) => void lines.push(line),
});

const install = `mkdirSync(prefix + "/node_modules/some-binding", { recursive: true });
  writeFileSync(prefix + "/node_modules/some-binding/package.json", "{}");
  console.error("npm http fetch GET 200");`;

test("npm is asked for exactly one package, without scripts and without saving, and its lines are handed on", async () => {
  const options = request(fakeNpm(install));
  await fetchPackage(options);
  const given: unknown = JSON.parse(readFileSync(join(root, "arguments.json"), "utf8"));
  expect(given).toEqual([
    "install",
    "--prefix",
    `${options.directory}.partial`,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=http",
    "some-binding@1.0.3",
  ]);
  expect(existsSync(join(options.directory, "node_modules", "some-binding", "package.json"))).toBe(true);
  expect(lines).toContain("npm http fetch GET 200");
});

test("a failed npm leaves nothing behind and says what npm said", async () => {
  const options = request(fakeNpm(`${install} console.error("npm error ENOTFOUND"); process.exitCode = 1;`));
  await expect(fetchPackage(options)).rejects.toThrow(/code 1.*ENOTFOUND/);
  expect(existsSync(options.directory)).toBe(false);
  expect(existsSync(`${options.directory}.partial`)).toBe(false);
});

test("an npm that ends well without the package is a failure", async () => {
  await expect(fetchPackage(request(fakeNpm("")))).rejects.toThrow(/is not there/);
});

test("no npm at all is a failure with the system's reason", async () => {
  await expect(fetchPackage(request({ program: join(root, "missing"), prefixArguments: [] }))).rejects.toThrow(
    /ENOENT/,
  );
});

test("npm beside Node comes before npm in PATH", () => {
  const script = join(root, "lib", "node_modules", "npm", "bin", "npm-cli.js");
  expect(findNpm(join(root, "bin", "node"), "linux")).toEqual({ program: "npm", prefixArguments: [] });
  expect(findNpm(join(root, "node.exe"), "win32")).toEqual({ program: "npm.cmd", prefixArguments: [] });
  mkdirSync(join(script, ".."), { recursive: true });
  writeFileSync(script, "");
  expect(findNpm(join(root, "bin", "node"), "linux")).toEqual({
    program: join(root, "bin", "node"),
    prefixArguments: [script],
  });
});
