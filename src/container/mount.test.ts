import { expect, it } from "vitest";
import { keepsItsPath, mountFlag, mountSource } from "./mount.ts";

it.each([
  ["/home/me/app", "type=bind,source=/home/me/app,target=/workspace,readonly"],
  ["C:\\Users\\me\\app", "type=bind,source=C:\\Users\\me\\app,target=/workspace,readonly"],
  ["/tmp/a:b", "type=bind,source=/tmp/a:b,target=/workspace,readonly"],
  ["/tmp/a,b", 'type=bind,"source=/tmp/a,b",target=/workspace,readonly'],
  ['/tmp/say "hi", he', 'type=bind,"source=/tmp/say ""hi"", he",target=/workspace,readonly'],
  ["/tmp/a,readonly=false", 'type=bind,"source=/tmp/a,readonly=false",target=/workspace,readonly'],
])("a mount of %j cannot be read as anything else", (source, flag) => {
  expect(mountFlag({ kind: "bind", source, target: "/workspace" })).toBe(flag);
});

it.each(["/tmp/a\nb", "/tmp/a\rb", "/tmp/a\0b"])("a directory named %j is refused with the way out", (source) => {
  expect(() => mountFlag({ kind: "bind", source, target: "/workspace" })).toThrow(/line break/);
});

it.each([
  ["C:\\Users\\me\\app", "docker", "C:\\Users\\me\\app"],
  ["c:/Users/me/app", "docker", "C:\\Users\\me\\app"],
  ["D:\\", "docker", "D:\\"],
  ["\\\\?\\C:\\very\\long", "docker", "C:\\very\\long"],
  ["\\\\wsl.localhost\\Ubuntu\\home\\me\\app", "docker", "\\\\wsl.localhost\\Ubuntu\\home\\me\\app"],
  ["\\\\wsl$\\Debian\\srv", "docker", "\\\\wsl$\\Debian\\srv"],
  ["\\\\?\\UNC\\wsl.localhost\\Ubuntu\\srv", "docker", "\\\\wsl.localhost\\Ubuntu\\srv"],
  ["C:\\Users\\me\\app", "podman", "/mnt/c/Users/me/app"],
  ["D:\\", "podman", "/mnt/d"],
] as const)("on Windows the path %s is given to %s as %s", (path, runtime, source) => {
  expect(mountSource(path, { platform: "win32", runtime })).toBe(source);
});

it.each(["\\\\server\\share\\app", "\\\\?\\UNC\\server\\share", "//server/share"])(
  "on Windows a share of the network is refused: %s",
  (path) => {
    expect(() => mountSource(path, { platform: "win32", runtime: "docker" })).toThrow(/on the network/);
  },
);

it("elsewhere a path is given as it is, whatever it looks like", () => {
  for (const path of ["/mnt/c/Users/me/app", "/srv/C:\\odd", "/Users/me/app"])
    expect(mountSource(path, { platform: "linux", runtime: "docker" })).toBe(path);
});

it.each([
  ["/home/me/app", true],
  ["/tmp/app", true],
  ["/srv", true],
  ["/usr/src/linux", true],
  ["/opt/mine", true],
  ["/workspaces/app", true],
  ["/tmp", false],
  ["/usr", false],
  ["/usr/lib/python3", false],
  ["/lib/modules", false],
  ["/etc/nixos", false],
  ["/opt/commons", false],
  ["/run/commons/x", false],
  ["/workspace", false],
  ["/workspace/app", false],
  ["/", false],
])("%s keeps its path in a container: %s", (path, keeps) => {
  expect(keepsItsPath(path, "linux")).toBe(keeps);
  expect(keepsItsPath(path, "win32")).toBe(false);
});
