import { expect, it } from "vitest";
import { sessionArguments, type SessionContainer } from "./session-container.ts";

const session: SessionContainer = {
  runtime: { kind: "docker", command: "/usr/bin/docker" },
  facts: { isRootless: false, isRemote: false },
  platform: "linux",
  image: "chroma-commons-session:1.2.3",
  workspace: "/home/me/app",
  allowed: ["/home/me/lib"],
  beside: ["/home/me/main/.git"],
  home: "/home/me",
  stateHome: "/home/me/.chroma-commons",
  exports: "/home/me/.chroma-commons/exports",
  machine: { id: "a".repeat(64), name: "desk" },
  hub: { kind: "socket", directory: "/home/me/.chroma-commons/hub/door" },
  settings: { COMMONS_MAX_FILE_BYTES: "1000" },
  arguments: ["--space", "work"],
  user: "1000:1000",
  hasSelinux: false,
  labels: { kind: "session", home: "h", version: "1.2.3", start: "s", pid: "7", began: "8", boot: "b", pidns: "n" },
};

/** The values of a flag that is given by a word of its own. */
function values(args: readonly string[], flag: string): string[] {
  return args.flatMap((arg, index) => (arg === flag ? [args[index + 1] ?? ""] : []));
}

it("a session's container has no name, no network, no rights, and is gone at its end", () => {
  const args = sessionArguments(session);
  const flags = args.slice(0, args.indexOf(session.image));
  for (const flag of ["--rm", "--interactive", "--init", "--network=none", "--read-only", "--cap-drop=ALL"])
    expect(flags).toContain(flag);
  expect(flags.filter((flag) => /^(?:--name|--privileged|--publish|-p$|--pid=|--ipc)/.test(flag))).toEqual([]);
  expect(values(args, "--security-opt")).toEqual(["no-new-privileges"]);
  expect(values(args, "--user")).toEqual(["1000:1000"]);
});

it("all that it sees of the host is read-only but the exports, and of the hub it sees the socket alone", () => {
  const mounts = values(sessionArguments(session), "--mount");
  expect(mounts.filter((mount) => !mount.endsWith(",readonly"))).toEqual([
    "type=bind,source=/home/me/.chroma-commons/exports,target=/home/me/.chroma-commons/exports",
  ]);
  expect(mounts).toEqual(
    expect.arrayContaining([
      "type=bind,source=/home/me/app,target=/workspace,readonly",
      "type=bind,source=/home/me/app,target=/home/me/app,readonly",
      "type=bind,source=/home/me/lib,target=/home/me/lib,readonly",
      "type=bind,source=/home/me/main/.git,target=/home/me/main/.git,readonly",
      "type=bind,source=/home/me/.chroma-commons/hub/door,target=/run/commons,readonly",
    ]),
  );
  expect(mounts).toHaveLength(6);
});

it("the session in it is the one that it would be on the host", () => {
  const args = sessionArguments(session);
  expect(args.slice(args.indexOf(session.image) + 1)).toEqual(
    "mcp --workspace /home/me/app --allow /home/me/lib --space work".split(" "),
  );
  expect(values(args, "--env")).toEqual(
    expect.arrayContaining([
      "HOST_WORKSPACE=/home/me/app",
      `HOST_MACHINE_ID=${"a".repeat(64)}`,
      "COMMONS_HUB_SOCKET=/run/commons/hub.sock",
      "COMMONS_MAX_FILE_BYTES=1000",
      "HOME=/home/me",
    ]),
  );
});

it("on Windows the workspace is /workspace, its source the host's path, and the hub is reached by TCP with the token's file", () => {
  const args = sessionArguments({
    ...session,
    platform: "win32",
    workspace: "C:\\Users\\me\\app",
    allowed: ["D:\\lib"],
    beside: ["C:\\Users\\me\\main\\.git"],
    home: "C:\\Users\\me",
    stateHome: "C:\\Users\\me\\.chroma-commons",
    exports: "C:\\Users\\me\\.chroma-commons\\exports",
    hub: { kind: "tcp", port: 8765, tokenFile: "C:\\Users\\me\\.chroma-commons\\hub\\token", network: null },
    user: null,
  });
  expect(args.slice(args.indexOf("mcp"))).toEqual(
    "mcp --workspace /workspace --allow /allowed/1 --space work".split(" "),
  );
  expect(values(args, "--mount")).toEqual([
    "type=bind,source=C:\\Users\\me\\app,target=/workspace,readonly",
    "type=bind,source=D:\\lib,target=/allowed/1,readonly",
    "type=bind,source=C:\\Users\\me\\.chroma-commons\\exports,target=/tmp/home/.chroma-commons/exports",
    "type=bind,source=C:\\Users\\me\\.chroma-commons\\hub\\token,target=/run/commons/token,readonly",
  ]);
  expect(values(args, "--env")).toEqual(
    expect.arrayContaining([
      "HOST_WORKSPACE=C:\\Users\\me\\app",
      "COMMONS_HUB_URL=http://host.docker.internal:8765",
      "COMMONS_HUB_PLAIN_HOST=host.docker.internal",
      "COMMONS_HUB_TOKEN_FILE=/run/commons/token",
    ]),
  );
  expect(args).not.toContain("--user");
  expect(values(args, "--add-host")).toEqual(["host.docker.internal:host-gateway"]);
});

it.each([
  ["docker", true, ["--user", "0:0"]],
  ["podman", true, ["--userns=keep-id", "--user", "1000:1000"]],
  ["podman", false, ["--user", "1000:1000"]],
] as const)("runs as the person with %s, rootless %s", (kind, isRootless, expected) => {
  const args = sessionArguments({
    ...session,
    runtime: { kind, command: `/usr/bin/${kind}` },
    facts: { isRootless, isRemote: false },
  });
  expect(args.filter((arg, index) => arg.startsWith("--user") || args[index - 1] === "--user")).toEqual(expected);
});

it("with a hub in a container it mounts that hub's volume, and runs as the image's user as the hub does", () => {
  const args = sessionArguments({ ...session, hub: { kind: "volume", name: "chroma-commons-run" } });
  expect(values(args, "--mount")).toContain("type=volume,source=chroma-commons-run,target=/run/commons,readonly");
  expect(args).toContain("--network=none");
  expect(args).not.toContain("--user");
});

it("a workspace that would hide the image's own files is there as /workspace alone", () => {
  const args = sessionArguments({ ...session, workspace: "/usr" });
  expect(args[args.indexOf("--workspace") + 1]).toBe("/workspace");
  expect(values(args, "--mount").filter((mount) => mount.includes("source=/usr,"))).toHaveLength(1);
});
