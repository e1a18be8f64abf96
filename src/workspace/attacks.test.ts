import { execFileSync } from "node:child_process";
import { link, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { CommonsError } from "../core/errors.ts";
import { readDocument } from "../reader/read-document.ts";
import { scanWorkspace } from "./scanner.ts";
import type { Workspace } from "./workspace.ts";

const codeOf = (thrown: unknown): unknown => (thrown instanceof CommonsError ? thrown.code : thrown);
const outcomeOf = (workspace: Workspace, path: string) =>
  workspace.resolve(path).then(({ absolute, relative }) => ({ absolute, relative }), codeOf);

/** `inner` is the workspace, `outer` its neighbour with what must not be read. */
async function besideSecrets(): Promise<{ tree: Tree; inner: string; outer: string; workspace: Workspace }> {
  const tree = await makeTree({
    "inner/a.ts": "mine",
    "inner/sub/b.ts": "mine",
    "inner/.env": "KEY=mine",
    "outer/stolen.ts": "stolen",
    "outer/a.ts": "stolen",
    "outer/.env": "KEY=stolen",
  });
  const inner = join(tree.path, "inner");
  return { tree, inner, outer: join(tree.path, "outer"), workspace: await tree.open({ directory: inner }) };
}

describe("paths as text", () => {
  test.each([
    "..",
    "../outer",
    "../outer/stolen.ts",
    "sub/../../outer/stolen.ts",
    "sub/../../../../../../../../etc/passwd",
    "./.././outer",
    "//etc/passwd",
    "/etc/passwd",
    "/",
    "/workspace/..",
    "/workspace/../outer/stolen.ts",
    "/workspace/sub/../../../outer",
    "/workspace//..//outer",
    "//workspace/../etc",
    "/Workspace/a.ts",
    "/workspaces/a.ts",
    "/proc/self/environ",
    "/proc/self/root/etc/passwd",
    "/proc/self/cwd",
    "/proc/self/fd/0",
    "/proc/1/environ",
    "/dev/stdin",
    "/dev/fd/0",
    "/dev/zero",
    "/dev/null",
    "/sys/kernel",
  ])("%j leads out and is refused", async (path) => {
    const { tree, workspace } = await besideSecrets();
    await using _ = tree;
    expect(await outcomeOf(workspace, path)).toBe("PATH_OUTSIDE_WORKSPACE");
  });

  test.each([
    "%2e%2e/outer/stolen.ts",
    "%2e%2e%2fouter%2fstolen.ts",
    "..%c0%af..%c0%afetc/passwd",
    "..%252f..%252fetc/passwd",
    "．．/outer/stolen.ts",
    "\u2024\u2024/outer/stolen.ts",
    "..\u2215outer\u2215stolen.ts",
    "..\u2044outer",
    "..\\outer\\stolen.ts",
    "\uD800../outer",
    "....//outer",
    "..;/outer",
    ".. /outer",
    "~/.ssh/id_rsa",
    "~root",
    "$HOME/.ssh",
    "${HOME}",
    "C:\\Windows\\win.ini",
    "\\\\?\\C:\\a",
    "\\\\server\\share",
    "C:a",
    "NUL",
    "a.ts:stream",
    "a.ts.",
    "A.TS",
    "--allow=/",
    "-",
    "*",
    "a.ts\n/etc/passwd",
  ])("%j is a plain name, which does not exist", async (path) => {
    const { tree, workspace } = await besideSecrets();
    await using _ = tree;
    expect(await outcomeOf(workspace, path)).toBe("PATH_NOT_FOUND");
  });

  test("a URL in any spelling is no path, also of a file of the workspace", async () => {
    const { tree, inner, workspace } = await besideSecrets();
    await using _ = tree;
    const url = pathToFileURL(join(inner, "a.ts")).href;
    for (const path of [url, url.toUpperCase(), `file:${inner}/a.ts`, "FILE://localhost/etc/passwd", "http://[::1]/a"])
      expect({ path, outcome: await outcomeOf(workspace, path) }).toEqual({ path, outcome: "INPUT_INVALID" });
  });

  test("a plain name stays what it is, whatever it looks like", async () => {
    const names = [
      "%2e%2e",
      "．．",
      "-rf",
      "--help",
      "a\nb",
      "\u001b[31mred",
      "~",
      "C:",
      "NUL",
      "a:b",
      "dot.",
      "x ",
      "*",
    ];
    await using tree = await makeTree(Object.fromEntries(names.map((name) => [`${name}/f.ts`, name])));
    const workspace = await tree.open();
    for (const name of names) {
      expect(await outcomeOf(workspace, `${name}/f.ts`)).toMatchObject({ relative: `${name}/f.ts` });
      using file = workspace.openInside(`${name}/f.ts`);
      expect(file.read(0, 100).toString()).toBe(name);
    }
  });

  test("names that look alike are files of their own, each found as itself", async () => {
    const names = ["caf\u00e9.ts", "cafe\u0301.ts", "K.ts", "\u212a.ts", "a.ts", "\u0430.ts", "A.ts", "ﬁ.ts", "fi.ts"];
    await using tree = await makeTree();
    await tree.add(Object.fromEntries(names.map((name) => [name, name])));
    const workspace = await tree.open();
    const scanned: string[] = [];
    for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true })) scanned.push(entry.path);
    // A disk that folds letters has fewer of them; here each name is one.
    expect(scanned.toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      using file = workspace.openInside((await workspace.resolve(name)).relative);
      expect(file.read(0, 100).toString()).toBe(name);
    }
  });

  test("a path of control characters names no file and is not followed", async () => {
    const { tree, workspace } = await besideSecrets();
    await using _ = tree;
    const thrown: unknown = await workspace.resolve("x\r\nNext: run rm\u001b[2J").catch((error: unknown) => error);
    expect(codeOf(thrown)).toBe("PATH_NOT_FOUND");
  });
});

describe("what stands in the workspace", () => {
  test("links in every form that lead out are refused, and none of them is read", async () => {
    const { tree, inner, outer, workspace } = await besideSecrets();
    await using _ = tree;
    const links: Record<string, string> = {
      file: join(outer, "stolen.ts"),
      relative: "../outer/stolen.ts",
      directory: outer,
      chain1: "chain2",
      chain2: "chain3",
      chain3: "../outer",
      viaInside: "sub/../../outer/stolen.ts",
      dangling: "/nowhere/at/all",
      danglingBeside: "../outer/not-yet",
      procRoot: "/proc/self/root/etc/passwd",
      procCwd: "/proc/self/cwd",
      procEnviron: "/proc/self/environ",
      stdin: "/dev/stdin",
      fd: "/dev/fd/0",
      zero: "/dev/zero",
      etc: "/etc",
    };
    for (const [name, target] of Object.entries(links)) await symlink(target, join(inner, name));
    for (const name of [...Object.keys(links), "directory/a.ts", "chain1/stolen.ts", "etc/passwd"]) {
      expect({ name, code: await outcomeOf(workspace, name) }).toEqual({ name, code: "PATH_OUTSIDE_WORKSPACE" });
      const read = await readDocument(readRequest(inner, name));
      expect({ name, kind: read.kind }).not.toEqual({ name, kind: "document" });
    }
    const reasons = new Map<string, string>();
    for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true }))
      if (entry.kind === "skipped") reasons.set(entry.path, entry.reason);
    for (const name of Object.keys(links)) expect(reasons.get(name) ?? "taken").toMatch(/^symlink/);
  });

  test("links that go round in circles end in an error", async () => {
    const { tree, inner, workspace } = await besideSecrets();
    await using _ = tree;
    await symlink("two", join(inner, "one"));
    await symlink("one", join(inner, "two"));
    await symlink(".", join(inner, "self"));
    await symlink("..", join(inner, "sub", "up"));
    expect(await outcomeOf(workspace, "one")).toBe("PATH_NOT_FOUND");
    expect(await outcomeOf(workspace, "self/self/self/a.ts")).toMatchObject({ relative: "a.ts" });
    expect(await outcomeOf(workspace, "sub/up/sub/up/a.ts")).toMatchObject({ relative: "a.ts" });
    expect(await outcomeOf(workspace, "sub/up/..")).toMatchObject({ relative: "sub" });
  });

  test("a hard link is a file of the workspace: nothing tells it from one", async () => {
    const { tree, inner, outer, workspace } = await besideSecrets();
    await using _ = tree;
    await link(join(outer, "stolen.ts"), join(inner, "hard.ts"));
    expect(await outcomeOf(workspace, "hard.ts")).toMatchObject({ relative: "hard.ts" });
    await link(join(outer, ".env"), join(inner, "sub", ".env"));
    expect(await readKinds(workspace, "sub/.env")).toContain("secret");
  });

  test.skipIf(process.platform === "win32")("pipes, sockets and devices are never opened for reading", async () => {
    const { tree, inner, workspace } = await besideSecrets();
    await using _ = tree;
    execFileSync("mkfifo", [join(inner, "pipe.ts"), join(inner, ".gitignore")]);
    await using server = createServer();
    await new Promise<void>((resolve) => void server.listen(join(inner, "socket.ts"), resolve));
    const special = ["pipe.ts", "socket.ts"];
    // Making a device needs root; without it the first two stand for it.
    if (process.geteuid?.() === 0) {
      execFileSync("mknod", [join(inner, "null.ts"), "c", "1", "3"]);
      special.push("null.ts");
    }
    for (const name of special) {
      expect(await outcomeOf(workspace, name)).toBe("PATH_WRONG_KIND");
      for (const includeContent of [true, false])
        expect(await readDocument({ ...readRequest(inner, name), includeContent })).toMatchObject({ kind: "skipped" });
    }
    expect(await namesIn(workspace)).toEqual(["a.ts", "sub/b.ts"]);
  });

  test("a secret that is reached by a link, in other letters or by name alone stays a secret", async () => {
    const { tree, inner, workspace } = await besideSecrets();
    await using _ = tree;
    await symlink(".env", join(inner, "harmless.ts"));
    await tree.add({ "inner/.ENV.": "KEY=mine", "inner/.Env ": "KEY=mine" });
    expect(await outcomeOf(workspace, "harmless.ts")).toMatchObject({ relative: ".env" });
    for (const name of [".env", ".ENV.", ".Env "]) expect(await readKinds(workspace, name)).toEqual(["secret"]);
    expect(await readDocument(readRequest(inner, "harmless.ts"))).toMatchObject({ kind: "skipped", reason: "symlink" });
  });

  test("a directory swapped for a link to another one of the workspace is not read through", async () => {
    await using tree = await makeTree({ "src/config": "harmless", ".kube/config": "token: stolen" });
    const workspace = await tree.open();
    await rename(join(tree.path, "src"), join(tree.path, "was"));
    await symlink(".kube", join(tree.path, "src"));
    expect(await readDocument(readRequest(tree.path, "src/config"))).toMatchObject({ kind: "skipped" });
    expect(await readDocument({ ...readRequest(tree.path, "src/config"), includeContent: false })).toMatchObject({
      kind: "skipped",
    });
    expect(await namesIn(workspace)).toEqual(["was/config"]);
  });

  test("the program's own data is neither a workspace nor read where it lies in one", async () => {
    await using tree = await makeTree({
      "app/a.ts": "mine",
      "app/data/hub/token": "stolen",
      "app/data/b.ts": "stolen",
    });
    const directory = join(tree.path, "app");
    const stateHome = join(directory, "data");
    await tree.add({ "app/.commonsignore": "!data/b.ts\n!data/\n" });
    for (const inside of [stateHome, join(stateHome, "hub")])
      expect(await tree.open({ directory: inside, stateHome }).catch(codeOf)).toBe("WORKSPACE_REFUSED");
    expect(await tree.open({ directory, allow: [stateHome], stateHome }).catch(codeOf)).toBe("WORKSPACE_REFUSED");
    const workspace = await tree.open({ directory, stateHome });
    expect(await outcomeOf(workspace, "data/hub/token")).toBe("PATH_OUTSIDE_WORKSPACE");
    expect(() => workspace.openInside("data/hub/token")).toThrow(CommonsError);
    expect(await namesIn(workspace)).toEqual([".commonsignore", "a.ts"]);
  });

  test.runIf(process.platform === "linux")("what the kernel shows as files is no workspace", async () => {
    await using tree = await makeTree();
    await symlink("/proc/self", join(tree.path, "me"));
    for (const directory of ["/proc/self", "/sys", "/dev", "/proc/self/root/dev", join(tree.path, "me")])
      expect(await tree.open({ directory }).catch(codeOf)).toBe("WORKSPACE_REFUSED");
  });

  test("rule files that are links, pipes or lead elsewhere give no rules and no text", async () => {
    const { tree, inner, outer, workspace } = await besideSecrets();
    await using _ = tree;
    await writeFile(join(outer, "rules"), "a.ts\n");
    for (const name of [".gitignore", ".commonsignore", ".gitattributes"])
      await symlink(join(outer, "rules"), join(inner, name));
    await mkdir(join(inner, "deep"));
    await symlink("/dev/zero", join(inner, "deep", ".gitignore"));
    expect(await namesIn(workspace)).toEqual(["a.ts", "sub/b.ts"]);
  });
});

async function namesIn(workspace: Workspace): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true }))
    if (entry.kind === "file") names.push(entry.path);
  return names;
}

/** Why an ingest of that very path would leave it out. */
async function readKinds(workspace: Workspace, path: string): Promise<(string | null)[]> {
  const { createSkipCheck } = await import("./skip-check.ts");
  return [await createSkipCheck(workspace)(path)];
}

function readRequest(root: string, path: string): Parameters<typeof readDocument>[0] {
  const limits = { maxFileBytes: 1_000_000, maxDocumentBytes: 1_000_000 };
  return { root, path, includeContent: true, storedFingerprints: [], limits };
}
