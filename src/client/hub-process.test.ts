import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually, isRunning } from "../../test/fixtures/world.ts";
import { startHubProcess } from "./hub-process.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub process "));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function start(program: string, canAdopt: boolean) {
  const file = join(directory, "hub.mjs");
  await writeFile(file, program);
  const log = openSync(join(directory, "log"), "a");
  try {
    const options = { node: process.execPath, args: [file, "a b", "$HOME"], cwd: directory, log, env: { HOME: "/x" } };
    return startHubProcess(options, canAdopt);
  } finally {
    closeSync(log);
  }
}

const logOf = () => readFile(join(directory, "log"), "utf8");
const reporting = `import { writeSync } from "node:fs";
process.once("exit", (code) => { if (process.argv.includes("--report-end")) writeSync(3, String(code)); });\n`;

describe.skipIf(process.platform === "win32").each([true, false])("a hub's process, adopted: %s", (canAdopt) => {
  test("gets its arguments as they are, and its words go to the log", async () => {
    const hub = await start(`${reporting}console.log(JSON.stringify(process.argv.slice(2, 4)));`, canAdopt);
    await eventually("it ended", () => hub.end() !== null);
    expect(hub.end()).toEqual({ kind: "exit", code: 0 });
    expect(await logOf()).toContain('["a b","$HOME"]');
  });

  test("the code with which it exits is told", async () => {
    const hub = await start(`${reporting}process.exit(3);`, canAdopt);
    await eventually("it ended", () => hub.end() !== null);
    expect(hub.end()).toEqual({ kind: "exit", code: 3 });
  });

  test("one that is killed is told from one that exits", async () => {
    const hub = await start(`${reporting}process.kill(process.pid, "SIGKILL");`, canAdopt);
    await eventually("it ended", () => hub.end() !== null);
    expect(hub.end()).toEqual({ kind: "killed", how: expect.stringContaining("SIGKILL") });
  });

  test("lives on when nobody watches any more, and may exit then", async () => {
    const hub = await start(
      `${reporting}console.log(process.pid); process.once("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1000);`,
      canAdopt,
    );
    await eventually("it lives", async () => /\d/.test(await logOf()));
    hub.release();
    const pid = Number(await logOf());
    expect(await isRunning(pid)).toBe(true);
    process.kill(pid, "SIGTERM");
    await eventually("it ended", async () => !(await isRunning(pid)));
  });
});

test.skipIf(process.platform !== "linux")("an adopted hub is no descendant of who started it", async () => {
  const hub = await start("console.log(process.pid); setInterval(() => {}, 1000);", true);
  await eventually("it lives", async () => /\d/.test(await logOf()));
  const pid = Number(await logOf());
  const ancestors = async (of: number): Promise<number[]> => {
    const parent = Number((await readFile(`/proc/${of}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[1]);
    return parent <= 1 ? [parent] : [parent, ...(await ancestors(parent))];
  };
  await eventually("the shell is gone", async () => !(await ancestors(pid)).includes(process.pid));
  expect(await isRunning(pid)).toBe(true);
  process.kill(pid, "SIGKILL");
  await eventually("it ended", () => hub.end() !== null);
});
