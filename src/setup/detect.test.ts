import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandCandidates, commandPath, detectClients } from "./detect.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "commons detect "))));
afterEach(() => rmSync(home, { recursive: true }));

function program(name: string, mode = 0o755): string {
  const directory = join(home, "bin");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), "#!/bin/sh\n");
  chmodSync(join(directory, name), mode);
  return join(directory, name);
}

const detected = (env: NodeJS.ProcessEnv = {}) =>
  detectClients({ HOME: home, ...env }, "linux", home).map(({ client, signs }) => [client.id, ...signs]);

test("a machine without agents has none, also where PATH or a file is strange", () => {
  symlinkSync("nowhere", join(home, ".cursor"));
  symlinkSync(".kiro", join(home, ".kiro"));
  writeFileSync(join(home, "codex"), "");
  mkdirSync(join(home, "dir", "codex"), { recursive: true });
  expect(detected({ PATH: `::.:${home}/absent:${home}/dir` })).toEqual([]);
  expect(detected()).toEqual([]);
});

test.skipIf(process.platform === "win32")("an agent shows by its command or by its files, with what showed it", () => {
  const codex = program("codex");
  program("gemini", 0o644);
  mkdirSync(join(home, ".codex"));
  mkdirSync(join(home, ".cursor"));
  writeFileSync(join(home, ".claude.json"), "{}");
  expect(detected({ PATH: join(home, "bin") })).toEqual([
    ["codex", codex, join(home, ".codex")],
    ["claude-code", join(home, ".claude.json")],
    ["cursor", join(home, ".cursor")],
  ]);
});

test("the settings of Gemini CLI show it, and not what Antigravity keeps beside them", () => {
  mkdirSync(join(home, ".gemini", "antigravity"), { recursive: true });
  expect(detected().map(([id]) => id)).toEqual(["antigravity"]);
});

test("on Windows a command is sought with each extension of PATHEXT, in the order of PATH", () => {
  const surroundings = { platform: "win32" as const, env: { Path: "C:\\a;relative;;D:\\b", PATHEXT: ".EXE;.CMD" } };
  expect(commandCandidates("codex", surroundings)).toEqual([
    "C:\\a\\codex.EXE",
    "C:\\a\\codex.CMD",
    "D:\\b\\codex.EXE",
    "D:\\b\\codex.CMD",
  ]);
  expect(commandPath("codex", surroundings)).toBeNull();
  expect(commandCandidates("codex", { platform: "win32", env: { PATH: "C:\\a" } })).toHaveLength(4);
});
