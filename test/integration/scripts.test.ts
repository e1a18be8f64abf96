import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isNewEnough } from "../../bin/runtime.mjs";
import { closingLine, failureLines, totalsOfReport } from "../../scripts/lib/closing-line.mjs";
import { withDirectoryLock } from "../../scripts/lib/directory-lock.mjs";
import { showElapsed } from "../../scripts/lib/elapsed-line.mjs";
import { installDependencies, matchesLockFile } from "../../scripts/lib/install.mjs";
import { findLeftoverProcesses } from "../../scripts/lib/leftover-processes.mjs";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "scripts test-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("installing", () => {
  const one = { "node_modules/one": { version: "1.0.0" } };
  const write = (file: string, packages: object) => writeFileSync(join(root, file), JSON.stringify({ packages }));

  beforeEach(() => {
    write("package-lock.json", { "": {}, ...one, "node_modules/elsewhere": { version: "1.0.0", optional: true } });
    mkdirSync(join(root, "node_modules", "one"), { recursive: true });
    writeFileSync(join(root, "node_modules", "one", "package.json"), "{}");
    write("node_modules/.package-lock.json", one);
  });
  afterEach(() => vi.unstubAllEnvs());

  it("what a person installed with npm counts, and is stamped", async () => {
    expect(await installDependencies(root)).toBe(true);
    expect(existsSync(join(root, "node_modules", ".commons-install"))).toBe(true);
    expect(await installDependencies(root)).toBe(false);
  });

  it.each([
    ["another version", { "node_modules/one": { version: "0.9.0" } }],
    ["a package for another platform", { "node_modules/one": { version: "1.0.0", os: ["none"] } }],
    ["a missing package", {}],
    ["a package that the lock file does not know", { ...one, "node_modules/two": { version: "1.0.0" } }],
  ])("%s does not belong to the lock file", async (_name, packages) => {
    write("node_modules/.package-lock.json", packages);
    expect(await matchesLockFile(root)).toBe(false);
  });

  it("a changed lock file makes the stamp worthless", async () => {
    await installDependencies(root);
    write("package-lock.json", { "": {}, "node_modules/one": { version: "1.0.0" } });
    expect(await installDependencies(root)).toBe(true);
  });

  it("a package that was deleted afterwards is installed again", async () => {
    await installDependencies(root);
    const file = join(root, "node_modules", "one", "package.json");
    rmSync(join(root, "node_modules", "one"), { recursive: true });
    writeFileSync(
      join(root, "npm-cli.js"),
      `const fs = require("node:fs"); fs.mkdirSync("node_modules/one"); fs.writeFileSync("node_modules/one/package.json", process.argv[2]);`,
    );
    vi.stubEnv("npm_execpath", join(root, "npm-cli.js"));
    vi.stubEnv("npm_node_execpath", process.execPath);
    expect(await installDependencies(root)).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("ci");
    expect(await installDependencies(root)).toBe(false);
  });
});

describe("the line of a long step", () => {
  const stream = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => void written.push(text) };
  };
  afterEach(() => void vi.useRealTimers());

  it("counts the seconds on a terminal, and leaves nothing there", () => {
    vi.useFakeTimers();
    const terminal = stream(true);
    const stop = showElapsed(terminal, "Installing");
    vi.advanceTimersByTime(2_000);
    expect(terminal.written).toEqual(["\rInstalling ... 0 s", "\rInstalling ... 1 s", "\rInstalling ... 2 s"]);
    expect(stop()).toBe(2);
    expect(terminal.written.at(-1)).toBe("\r\u001B[K");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is written once where nobody watches", () => {
    const file = stream(false);
    showElapsed(file, "Installing")();
    expect(file.written).toEqual(["Installing ...\n"]);
  });
});

describe("the lock of a directory", () => {
  it("lets one work at a time, and all in the end", async () => {
    let atWork = 0;
    const seen: number[] = [];
    const work = async () => {
      seen.push(++atWork);
      await new Promise((resolve) => setImmediate(resolve));
      atWork--;
    };
    await Promise.all([1, 2, 3].map(() => withDirectoryLock(join(root, "lock"), work)));
    expect(seen).toEqual([1, 1, 1]);
  });

  it("of a dead process is taken over", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    mkdirSync(join(root, "lock"));
    writeFileSync(join(root, "lock", "owner.json"), JSON.stringify({ pid: dead.pid, sinceMs: Date.now() }));
    expect(await withDirectoryLock(join(root, "lock"), () => "done")).toBe("done");
  });

  it("of a process that died before it said who it is is taken over", async () => {
    mkdirSync(join(root, "lock"));
    utimesSync(join(root, "lock"), 1, 1);
    expect(await withDirectoryLock(join(root, "lock"), () => "done")).toBe("done");
  });

  it("is freed when the work fails", async () => {
    const lock = join(root, "lock");
    await expect(withDirectoryLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(lock)).toBe(false);
  });
});

describe("the closing line", () => {
  it("names skipped tests only when there are any", () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
    expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
  });

  it("counts a file that could not be loaded as a failure", () => {
    const report = { numPassedTests: 5, testResults: [{ status: "failed", assertionResults: [] }] };
    expect(totalsOfReport(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it("never says 0 failed of a run that failed", () => {
    expect(totalsOfReport({ numPassedTests: 5, testResults: [] }, 1).failed).toBe(1);
    expect(totalsOfReport(null, 137).failed).toBe(1);
  });

  it("names each failed test and each file that could not be loaded, on a line of its own", () => {
    const failed = { status: "failed", fullName: "cats purr", failureMessages: ["\u001b[31mno\npurr\u001b[0m"] };
    const testResults = [
      { name: join(root, "cat.test.ts"), status: "failed", assertionResults: [failed, { status: "passed" }] },
      { name: join(root, "dog.test.ts"), status: "failed", assertionResults: [], message: "no such module" },
      { name: join(root, "ox.test.ts"), status: "passed", assertionResults: [{ status: "passed" }] },
    ];
    expect(failureLines({ testResults }, root)).toEqual([
      "FAILED cat.test.ts > cats purr: no purr",
      "FAILED dog.test.ts: no such module",
    ]);
    expect(failureLines(null, root)).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("leftover processes", () => {
  it("are found by their environment, and not when they have ended", async () => {
    const child = spawn(process.execPath, ["-e", 'setInterval(() => {}, 1000); console.log("up")'], {
      env: { COMMONS_HOME: root },
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    expect((await findLeftoverProcesses(root, 0))?.map(({ pid }) => pid)).toEqual([child.pid]);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await findLeftoverProcesses(root, 0)).toEqual([]);
  });
});

it("a Node is new enough from 22.18 on", () => {
  expect(["v22.18.0", "v24.0.0", "23.1.0"].map((version) => isNewEnough(version))).toEqual([true, true, true]);
  expect(["v22.17.1", "v20.20.2", "v18.0.0"].map((version) => isNewEnough(version))).toEqual([false, false, false]);
});
