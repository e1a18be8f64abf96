import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { currentProgram } from "../config/program.ts";
import { containerOf, type ContainerRequest } from "./container-request.ts";
import { sessionArguments } from "./session-container.ts";

let directory: string;
let env: NodeJS.ProcessEnv;
const nothing: ContainerRequest = {
  workspace: null,
  allow: [],
  space: undefined,
  collection: undefined,
  runtime: undefined,
  image: undefined,
  hub: undefined,
  network: undefined,
};

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "commons request ")));
  for (const name of ["home", "app"]) await mkdir(join(directory, name));
  await writeFile(join(directory, "docker"), '#!/bin/sh\necho "[] Debian"\n', { mode: 0o755 });
  env = {
    HOME: join(directory, "home"),
    COMMONS_HOME: join(directory, "state"),
    COMMONS_CONTAINERS_RUNTIME: join(directory, "docker"),
    COMMONS_CONTAINERS_HUB: "socket",
  };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const made = (request: Partial<ContainerRequest> = {}) =>
  containerOf({ ...nothing, ...request }, { program: currentProgram(), env, cwd: join(directory, "app"), start: "s" });

// A program in docker's place is a script, which Windows does not run.
describe.skipIf(process.platform === "win32")("a session's container", () => {
  it("hands in what the person set for sessions, and neither secrets nor what the project decides", async () => {
    await mkdir(join(directory, "state"), { mode: 0o700 });
    await writeFile(join(directory, "state/config.json"), '{"search.refreshMs": 700, "ingest.maxFileBytes": 5000}');
    await writeFile(join(directory, "app/.commons.json"), '{"ingest.maxFileBytes": 9000, "collection": "theirs"}');
    Object.assign(env, {
      COMMONS_SPACE: "work",
      COMMONS_OPENAI_API_KEY: "k3y-of-mine",
      COMMONS_HUB_TOKEN: "t0ken-of-mine",
      COMMONS_CHROMA_HEADERS: "x-chroma-token: h3ader-of-mine",
      COMMONS_CHROMA_URL: "http://127.0.0.1:8000",
      COMMONS_HUB_TCP_PORT: "8765",
      SOMETHING_ELSE: "private",
    });
    const container = await made();
    expect(container.settings).toEqual({ COMMONS_SPACE: "work", COMMONS_REFRESH_MS: "700" });
    expect(sessionArguments(container).join(" ")).not.toMatch(/of-mine|private|[=:]8765\b/);
  });

  it("is of the current directory, or the one that is named, and refuses what a session refuses", async () => {
    expect((await made()).workspace).toBe(join(directory, "app"));
    expect((await made({ workspace: join(directory, "app"), allow: [join(directory, "app")] })).allowed).toEqual([
      join(directory, "app"),
    ]);
    await expect(made({ workspace: "/" })).rejects.toMatchObject({ code: "WORKSPACE_REFUSED" });
    await expect(made({ workspace: join(directory, "home") })).rejects.toMatchObject({ code: "WORKSPACE_REFUSED" });
    await expect(made({ allow: ["/"] })).rejects.toMatchObject({ code: "WORKSPACE_REFUSED" });
  });

  it("says what to do where there is no program for containers, or a network that no session has", async () => {
    await expect(made({ runtime: join(directory, "nothing") })).rejects.toMatchObject({
      code: "CONTAINERS_UNAVAILABLE",
      hint: expect.stringContaining("Install Docker or Podman"),
    });
    await expect(made({ network: "host" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
