import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { eventually, isRunning } from "../fixtures/world.ts";

const entry = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test("a reader that hangs in a file ends with its session, even when that one is killed", async () => {
  const owner = fork(entry("../fixtures/reader-owner.ts"), { execArgv: ["--no-warnings"] });
  const [pid] = (await once(owner, "message")) as [number];
  expect(await isRunning(pid)).toBe(true);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  await eventually("the reader is gone", async () => !(await isRunning(pid)));
});

test("an idle reader does not keep its program alive", async () => {
  const program = spawn(process.execPath, ["--no-warnings", entry("../fixtures/reader-owner.ts"), "idle"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  program.stdout.on("data", (part: Buffer) => (output += part.toString()));
  const [code] = (await once(program, "exit")) as [number];
  expect([code, output]).toEqual([0, "vanished\n"]);
});
