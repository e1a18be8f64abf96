import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseWorkspace, type WorkspaceRequest } from "./workspace-choice.ts";

describe("chooseWorkspace", () => {
  let directory: string;
  let request: WorkspaceRequest;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), "choice-")));
    for (const name of ["flag", "root", "cwd", "home"]) await mkdir(join(directory, name));
    request = {
      flag: null,
      allow: [],
      cwd: join(directory, "cwd"),
      env: { HOME: join(directory, "home") },
      roots: null,
    };
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function chosen(change: Partial<WorkspaceRequest>): Promise<string> {
    const choice = await chooseWorkspace({ ...request, ...change });
    return choice.kind === "open" ? choice.workspace.root.slice(directory.length + 1) : choice.error.code;
  }

  it("takes --workspace over a root, a root over the current directory", async () => {
    const roots = [`file://${directory}/root`];
    expect(await chosen({ flag: join(directory, "flag"), roots })).toBe("flag");
    expect(await chosen({ roots })).toBe("root");
    expect(await chosen({})).toBe("cwd");
  });

  it("passes over roots that are no files", async () => {
    expect(await chosen({ roots: ["https://example.com/", "file:", `file://${directory}/root`] })).not.toBe("cwd");
    expect(await chosen({ roots: ["untitled:one"] })).toBe("cwd");
  });

  it("refuses the root of the disk and the home directory, and never takes another directory instead", async () => {
    expect(await chosen({ roots: ["file:///"] })).toBe("WORKSPACE_REFUSED");
    expect(await chosen({ flag: join(directory, "home") })).toBe("WORKSPACE_REFUSED");
    expect(await chosen({ cwd: "/" })).toBe("WORKSPACE_REFUSED");
    expect(await chosen({ flag: join(directory, "missing") })).toBe("WORKSPACE_REFUSED");
  });

  it("warns when the server was started somewhere else than in its root", async () => {
    const choice = await chooseWorkspace({ ...request, roots: [`file://${directory}/root`] });
    expect(choice.kind === "open" ? choice.disagreements : []).toEqual([expect.stringContaining(request.cwd)]);
  });

  it("takes the identity from HOST_WORKSPACE in a container", async () => {
    const choice = await chooseWorkspace({ ...request, env: { ...request.env, HOST_WORKSPACE: "/Users/me/app" } });
    expect(choice.kind === "open" ? choice.source.path : null).toBe("/Users/me/app");
    expect(choice.kind === "open" ? choice.source.name : null).toBe("app");
  });
});
