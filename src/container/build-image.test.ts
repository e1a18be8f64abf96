import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildFailure, makeContextDirectory } from "./build-image.ts";
import { makerMark } from "./owner-label.ts";

const runtime = { kind: "docker", command: "/usr/bin/docker" } as const;

describe("a build that fails", () => {
  it.each([
    ["Get https://images.example/v2/: dial tcp: lookup images.example: Temporary failure", "--base IMAGE"],
    ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is it running?", "Start Docker Desktop"],
    ["The command 'node x' returned a non-zero code: 1", "--base IMAGE"],
  ])("because of %s is told with the next step, and not as a session's", (line, hint) => {
    const error = buildFailure(runtime, ["Sending build context to Docker daemon  9.1MB", "Step 1/9 : ARG BASE", line]);
    expect(error.hint).toContain(hint);
    expect(error.message).not.toContain("session");
  });
});

describe("the directory of a build's files", () => {
  let temporary: string;
  beforeEach(async () => (temporary = await mkdtemp(join(tmpdir(), "commons build "))));
  afterEach(() => rm(temporary, { recursive: true, force: true }));

  it("is swept when its build was killed, and left while another build lives", async () => {
    const dead = makerMark().replace(/^\d+/, "99999999");
    for (const name of [`commons-image-${dead}-Ab12Cd`, "commons-image-other", "mine"])
      await writeFile(join(temporary, name), "");
    const first = makeContextDirectory(temporary);
    const second = makeContextDirectory(temporary);
    expect((await readdir(temporary)).map((name) => join(temporary, name)).toSorted()).toEqual(
      [first, second, join(temporary, "commons-image-other"), join(temporary, "mine")].toSorted(),
    );
  });
});
