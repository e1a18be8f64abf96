import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { statePaths } from "../config/paths.ts";
import { linkSocket, makeDoor } from "./hub-door.ts";
import { makerMark } from "./owner-label.ts";

let directory: string;
let servers: Server[] = [];

beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "cd-"))));
afterEach(async () => {
  for (const server of servers) server.close();
  servers = [];
  await rm(directory, { recursive: true, force: true });
});

async function listen(path: string, word: string): Promise<Server> {
  const server = createServer((socket) => socket.end(word)).listen(path);
  servers.push(server);
  await once(server, "listening");
  return server;
}

async function heard(path: string): Promise<string> {
  const socket = connect(path);
  const [word] = await once(socket.setEncoding("utf8"), "data");
  return String(word);
}

// Windows has named pipes, which no container mounts.
describe.skipIf(process.platform === "win32")("the directory that containers get", () => {
  it("leads to the hub that runs, also after another has taken its place, and holds nothing else", async () => {
    const paths = statePaths(directory);
    await mkdir(dirname(paths.hubAddress), { recursive: true });
    const door = makeDoor(paths);
    linkSocket(paths);
    expect(await readdir(door)).toEqual([]);
    const first = await listen(paths.hubAddress, "first");
    linkSocket(paths);
    expect(await heard(join(door, "hub.sock"))).toBe("first");
    first.close();
    await rm(paths.hubAddress, { force: true });
    await listen(paths.hubAddress, "second");
    linkSocket(paths);
    linkSocket(paths);
    expect(await heard(join(door, "hub.sock"))).toBe("second");
    // As a process leaves it that was killed between linking and renaming.
    await writeFile(join(door, `hub.sock.${makerMark().replace(/^\d+/, "99999999")}.tmp`), "");
    makeDoor(paths);
    expect(await readdir(door)).toEqual(["hub.sock"]);
    expect((await stat(door)).mode & 0o777).toBe(0o700);
  });

  it("is not the directory of the token, the log and the locks", () => {
    const paths = statePaths(directory);
    const door = makeDoor(paths);
    for (const file of [paths.hubToken, paths.hubLog, paths.hubLock, paths.hubTcp])
      expect(file.startsWith(`${door}/`)).toBe(false);
    expect(existsSync(door)).toBe(true);
  });
});
