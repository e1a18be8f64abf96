import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
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

  it("refuses every form of what is no workspace: the own data, the system's directories, the alias, a link to the home", async () => {
    await mkdir(join(directory, "home", ".chroma-commons", "hub"), { recursive: true });
    await symlink(join(directory, "home"), join(directory, "link"));
    const refused = [
      "file:///proc/self/root",
      "file:///proc/self/cwd/..",
      "FILE:///",
      "file:///%2e%2e/",
      "file:///dev",
      `file://${directory}/link`,
      `file://${directory}/root/../home`,
      `file://${directory}/root/%2e%2e/home`,
      `file://${directory}/home/.chroma-commons`,
      `file://${directory}/home/.chroma-commons/hub`,
      "file:///workspace/no-such-directory",
    ];
    for (const uri of refused)
      expect({ uri, chosen: await chosen({ roots: [uri] }) }).toEqual({ uri, chosen: "WORKSPACE_REFUSED" });
    const allowOwnData = { allow: [join(directory, "home", ".chroma-commons")] };
    expect(await chosen({ flag: join(directory, "flag"), ...allowOwnData })).toBe("WORKSPACE_REFUSED");
  });

  it("reads a root as the path that it is, with escapes decoded once", async () => {
    await mkdir(join(directory, "a%2eb c"));
    expect(await chosen({ roots: [`file://${directory}/a%252eb%20c`] })).toBe("a%2eb c");
    expect(await chosen({ roots: [`file://elsewhere${directory}/root`, "file:///%00"] })).not.toBe("root");
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
