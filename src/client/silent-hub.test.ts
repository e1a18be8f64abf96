import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { statePaths } from "../config/paths.ts";
import { HubConnection } from "./hub-connection.ts";
import { findHub } from "./silent-hub.ts";

const lockModule = fileURLToPath(new URL("../config/file-lock.ts", import.meta.url));

test("a hub that holds its lock and does not answer is told with its pid; none is none, and nothing is made", async () => {
  const directory = mkdtempSync(join(tmpdir(), "silent hub "));
  const paths = statePaths(join(directory, "home"));
  const connection = new HubConnection(paths.hubAddress);
  expect(await findHub(connection, paths, 0)).toBeNull();
  mkdirSync(dirname(paths.hubLock), { recursive: true, mode: 0o700 });
  const entry = join(directory, "hub.mjs");
  const take = `const lock = (await import(${JSON.stringify(lockModule)})).acquireFileLock(${JSON.stringify(paths.hubLock)});`;
  writeFileSync(entry, `${take} console.log("held"); setInterval(() => lock, 60_000);`);
  const hub = spawn(process.execPath, [entry, "--home", paths.home], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    await once(hub.stdout, "data");
    const error: unknown = await findHub(connection, paths, 0).catch((thrown: unknown) => thrown);
    const known = process.platform === "linux" ? { details: { pid: hub.pid } } : {};
    expect(error).toMatchObject({ code: "HUB_UNREACHABLE", ...known });
  } finally {
    hub.kill("SIGKILL");
    await once(hub, "exit");
    connection.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
