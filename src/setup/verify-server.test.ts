import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bareEnvironment } from "./bare-environment.ts";
import { verifyServer } from "./verify-server.ts";

const directory = mkdtempSync(join(tmpdir(), "commons verify "));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const answering = `
  const { createInterface } = require("node:readline");
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method } = JSON.parse(line);
    const result = method === "initialize" ? { serverInfo: { name: "x", version: "9.9" } } : { tools: TOOLS };
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
  });`;

function check(
  script: string,
  options: { timeoutMs?: number; patienceMs?: number; env?: Record<string, string> } = {},
) {
  return verifyServer(
    { command: process.execPath, args: ["-e", script], env: options.env ?? {} },
    {
      cwd: directory,
      env: { PATH: "/usr/bin" },
      signal: new AbortController().signal,
      timeoutMs: options.timeoutMs ?? 15_000,
      patienceMs: options.patienceMs ?? 2_000,
    },
  );
}

/** An orphan may stay as a zombie where nobody waits for it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("a check of the server", () => {
  it("counts the tools of one that answers, and gives it the environment of the entry alone", async () => {
    const script = answering.replace("TOOLS", "Object.keys(process.env).map((name) => ({ name }))");
    const found = await check(script, { env: { ONLY: "this" } });
    expect(found).toMatchObject({ kind: "ok", tools: 2, version: "9.9" });
  });

  it("says what is wrong with one that is missing, ends, says nothing to the point, or has no tools", async () => {
    const signal = new AbortController().signal;
    const missing = await verifyServer(
      { command: join(directory, "nothing"), args: [], env: {} },
      { cwd: directory, env: {}, signal },
    );
    expect(missing).toMatchObject({ kind: "failed", reason: expect.stringContaining("ENOENT") });
    const [ended, noise, empty] = await Promise.all([
      check("console.error('no home'); process.exitCode = 7"),
      check(
        "console.log('Welcome'); setInterval(() => {}, 1000); process.stdin.resume().on('end', () => process.exit())",
      ),
      check(answering.replace("TOOLS", "[]")),
    ]);
    expect(ended).toMatchObject({ kind: "failed", reason: "It ended by itself (exit code 7).", stderr: "no home\n" });
    expect(noise).toMatchObject({ kind: "failed", reason: expect.stringContaining("no protocol: Welcome") });
    expect(empty).toMatchObject({ kind: "failed", reason: "It answers, but names no tools." });
  });

  it("leaves nothing of one that hangs, not even what it started", async () => {
    const script = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      process.stderr.write(String(child.pid) + "\\n");
      setInterval(() => {}, 1000);`;
    const found = await check(script, { timeoutMs: 600, patienceMs: 50 });
    expect(found).toMatchObject({ kind: "failed", reason: expect.stringContaining("no answer within") });
    const pid = found.kind === "failed" ? Number(found.stderr) : 0;
    expect(pid).toBeGreaterThan(0);
    expect(isAlive(pid)).toBe(false);
  });
});

describe("the bare environment", () => {
  it("has the home and the system's search path, and nothing that a person exported", () => {
    const env = { HOME: "/home/ann", PATH: "/home/ann/bin", XDG_CONFIG_HOME: "/x", COMMONS_HOME: "/y", LANG: "de_DE" };
    expect(bareEnvironment(env, "linux")).toEqual({
      HOME: "/home/ann",
      LANG: "de_DE",
      PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    });
  });

  it("has on Windows what programs there do not start without, in whatever case it is written", () => {
    const env = { SYSTEMROOT: String.raw`D:\Win`, UserProfile: String.raw`C:\Users\ann`, Path: "x", OTHER: "y" };
    expect(bareEnvironment(env, "win32")).toEqual({
      SystemRoot: String.raw`D:\Win`,
      USERPROFILE: String.raw`C:\Users\ann`,
      PATH: String.raw`D:\Win\System32;D:\Win;D:\Win\System32\Wbem`,
    });
  });
});
