import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commonsBin, eventually, isRunning } from "../fixtures/world.ts";

// A program in docker's place is a script, which Windows does not run. With a real Docker: test/slow/containers.test.ts.
describe.skipIf(process.platform === "win32")("commons mcp --docker", () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "container wrapper "));
    await mkdir(join(directory, "app"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** The command with a script as docker: it notes its pid, and then does as told. */
  async function started(script: string): Promise<ChildProcessWithoutNullStreams> {
    const docker = join(directory, "docker");
    const whole = `#!/bin/sh\n[ "$1" = run ] || { echo '[] Debian'; exit 0; }\necho $$ > "${directory}/pid"\n${script}\n`;
    await rm(join(directory, "pid"), { force: true });
    await writeFile(docker, whole, { mode: 0o755 });
    return spawn(process.execPath, [commonsBin, "mcp", "--docker", "--runtime", docker, "--hub", "volume:any"], {
      cwd: join(directory, "app"),
      env: { HOME: directory, COMMONS_HOME: join(directory, "home"), PATH: process.env["PATH"] },
    });
  }

  const clientPid = async () => {
    let pid = 0;
    await eventually("the client runs", async () => {
      pid = Number(await readFile(join(directory, "pid"), "utf8").catch(() => ""));
      return pid > 0;
    });
    return pid;
  };

  it("hands input and output on byte for byte, and the exit code", async () => {
    const child = await started("cat; exit 7");
    const bytes = randomBytes(300_000);
    child.stdin.end(bytes);
    const [out, [code]] = await Promise.all([buffer(child.stdout), once(child, "close")]);
    expect(out.equals(bytes)).toBe(true);
    expect(code).toBe(7);
  });

  it("takes its container's client with it when it is killed", async () => {
    const child = await started("exec cat");
    const pid = await clientPid();
    child.kill("SIGKILL");
    await eventually("the client ends", async () => !(await isRunning(pid)));
    expect(await isRunning(pid)).toBe(false);
  });

  it("answers the client's first request with what docker said, where no container was started", async () => {
    const child = await started("echo 'docker: Cannot connect to the Docker daemon at unix:///x.' >&2; exit 125");
    child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"initialize"}\n');
    const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    expect(JSON.parse(out)).toMatchObject({ id: 1, error: { data: { code: "CONTAINERS_UNAVAILABLE" } } });
    expect(errors).toContain("next: Start Docker Desktop, or the daemon");
    expect(code).toBe(5);
  });
});
