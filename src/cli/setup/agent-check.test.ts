import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SetupScope } from "../../setup/client-adapter.ts";
import { codex } from "../../setup/clients/codex.ts";
import { opencode } from "../../setup/clients/opencode.ts";
import { runOwnCheck, type OwnCheckResult } from "./agent-check.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "own-check-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What the agent's command is taken to say when it is that script. */
function checked(
  client: typeof opencode,
  script: string,
  { scope = "user", env = {} }: { readonly scope?: SetupScope; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<OwnCheckResult | null> {
  const command = join(directory, client.ownCheck?.command ?? "");
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  return runOwnCheck(client, {
    scope,
    surroundings: {
      env: { PATH: `${directory}:/usr/bin:/bin`, ...env },
      platform: "linux",
      home: directory,
      cwd: directory,
    },
    signal: new AbortController().signal,
  });
}

describe("the agent's own check", () => {
  it("passes where the command ends well and names the entry", async () => {
    const answer = await checked(
      opencode,
      String.raw`printf '\033[1mcommons\033[0m connected\n    /opt/bin/commons.mjs mcp\n'`,
    );
    expect(answer).toMatchObject({ isThere: true, exitCode: 0 });
  });

  it("fails where the command fails, whatever it says", async () => {
    const answer = await checked(opencode, "echo 'Error: commons is invalid'; exit 1");
    expect(answer).toMatchObject({ isThere: false, exitCode: 1 });
  });

  it("fails where the name is only a part of another", async () => {
    const answer = await checked(opencode, "echo 'other: node /opt/chroma-commons/bin/commons.mjs mcp'");
    expect(answer).toMatchObject({ isThere: false, exitCode: 0 });
  });

  it("keeps a Rust program from hiding its message behind a backtrace", async () => {
    const answer = await checked(codex, 'echo "trace: ${RUST_BACKTRACE:-none}"', { env: { RUST_BACKTRACE: "1" } });
    expect(answer?.output).toBe("trace: none");
  });

  it("does not ask Codex for a project's entry, which it shows only once the project is trusted", async () => {
    expect(await checked(codex, "exit 1", { scope: "project" })).toBeNull();
  });
});
