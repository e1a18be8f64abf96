import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const launcher = fileURLToPath(new URL("../../bin/commons.mjs", import.meta.url));

let scratch: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "commons completion-"));
  const bin = join(scratch, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "commons"), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
  chmodSync(join(bin, "commons"), 0o755);
  mkdirSync(join(scratch, "work"));
  for (const name of ["a file.json", "another.json"]) writeFileSync(join(scratch, "work", name), "{}");
  env = {
    HOME: scratch,
    PATH: [bin, process.env["PATH"]].join(delimiter),
    COMMONS_HOME: join(scratch, "state"),
    COMMONS_ENGINE: "false",
  };
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

function ask(shell: string, script: string): string[] {
  const args =
    shell === "zsh" ? ["-f", "-c", script] : shell === "fish" ? ["-N", "-c", script] : ["--norc", "-c", script];
  const answer = execFileSync(shell, args, { cwd: join(scratch, "work"), env, encoding: "utf8" });
  return answer.split("\n").filter((line) => line !== "");
}

/** How a shell is asked for what its key would offer behind the line. */
const asking: Readonly<Record<string, (words: readonly string[]) => string>> = {
  // bash cuts at the equals sign before it asks.
  bash: (words) => {
    const parts = ["commons", ...words]
      .flatMap((word) => word.split(/(=)/))
      .filter((part, index, all) => part !== "" || index === all.length - 1);
    const quoted = parts.map((part) => `'${part}'`).join(" ");
    return `eval "$(commons completion bash)"; COMP_WORDS=(${quoted}); COMP_CWORD=${parts.length - 1}; _commons; printf '%s\\n' "\${COMPREPLY[@]}"`;
  },
  // What _describe and _files are given, without a terminal.
  zsh: (words) => {
    const quoted = ["commons", ...words].map((word) => `'${word}'`).join(" ");
    return `compdef() { :; }; eval "$(commons completion zsh)"; _files() { print -l -- *(N); }
      _describe() { for each in "\${(@P)3}"; do print -r -- "\${each%%:*}"; done; }
      words=(${quoted}); CURRENT=$#words; PREFIX="\${words[CURRENT]}"; _commons`;
  },
  fish: (words) =>
    `commons completion fish | source; complete -C 'commons ${words.join(" ")}' | string replace -r '\\t.*' ''; or true`,
};

const missing = ["bash", "zsh", "fish"].filter((shell) => !isThere(shell));
if (missing.length > 0)
  console.warn(`SKIPPED: not installed, so their completion is not tested: ${missing.join(", ")}.`);

it.runIf(process.env["CI"] !== undefined && process.platform === "linux")("no shell is missing where CI runs", () => {
  expect(missing).toEqual([]);
});

describe.each(["bash", "zsh", "fish"])("%s", (shell) => {
  const has = !missing.includes(shell);
  const offered = (...words: string[]): string[] => ask(shell, asking[shell]?.(words) ?? "");

  it.skipIf(!has)("offers commands, options, choices and paths", () => {
    expect(offered("se")).toEqual(expect.arrayContaining(["setup", "search", "sessions"]));
    expect(offered("hub", "st")).toEqual(expect.arrayContaining(["stop", "status"]));
    expect(offered("search", "--mo")).toEqual(["--mode"]);
    expect(offered("search", "--mode", "")).toEqual(["hybrid", "semantic", "keyword"]);
    expect(offered("import", "").map((name) => name.replaceAll("\\", ""))).toEqual(["a file.json", "another.json"]);
  });

  it.skipIf(!has)("offers nothing, and says nothing, where nothing is known", () => {
    expect(offered("search", "words", "")).toEqual([]);
    expect(offered("info", "")).toEqual([]);
  });
});

it("agents, and what a setting takes, are offered without a hub", () => {
  const complete = (...words: string[]) =>
    execFileSync(process.execPath, [launcher, "complete", "--", ...words], { env, encoding: "utf8" })
      .split("\t\n")
      .filter(Boolean);
  expect(complete("setup", "--client", "co")).toEqual(expect.arrayContaining(["codex", "copilot-cli"]));
  expect(complete("config", "set", "containers.hub", "")).toEqual(["auto", "socket", "tcp"]);
  expect(complete("config", "set", "mirror", "")).toEqual(["all", "vectors", "none"]);
  expect(complete("config", "set", "engine.enabled", "")).toEqual(["true", "false"]);
  expect(complete("config", "set", "containers.image", "")).toEqual([]);
});

it.skipIf(missing.includes("bash"))("bash completes behind an equals sign, which it takes for a word", () => {
  expect(ask("bash", asking["bash"]?.(["search", "--mode=k"]) ?? "")).toEqual(["keyword"]);
});

describe("with a hub", () => {
  const commons = (...args: string[]) =>
    execFileSync(process.execPath, [launcher, ...args], { cwd: join(scratch, "work"), env, encoding: "utf8" });
  beforeAll(() => {
    for (const name of ["tides", "timetables", "weather"]) commons("ingest", ".", "--collection", name);
  });
  afterAll(() => void commons("hub", "stop"));

  // A hub that is slow to answer on a busy machine is not waited for: the next press of the key asks again.
  it("its collections are offered", async () => {
    await expect
      .poll(() => commons("complete", "--", "info", "ti"), { timeout: 60_000 })
      .toBe("tides\t\ntimetables\t\n");
    await expect
      .poll(() => commons("complete", "--", "search", "x", "--collection=w"), { timeout: 60_000 })
      .toBe("--collection=weather\t\n");
    await expect
      .poll(() => commons("complete", "--next", "--", "unload"), { timeout: 60_000 })
      .toContain("weather\t\n");
  });

  it("what was removed from it is offered to be brought back, and nothing else", async () => {
    commons("unload", "weather");
    await expect.poll(() => commons("complete", "--next", "--", "restore"), { timeout: 60_000 }).toBe("weather\t\n");
  });

  it("that has stopped, nothing is offered, and none is started", () => {
    commons("hub", "stop");
    expect(commons("complete", "--", "info", "ti")).toBe("");
    expect(commons("hub", "status")).toContain("No hub is running");
  });
});
