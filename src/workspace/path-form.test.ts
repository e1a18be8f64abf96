import { describe, expect, test } from "vitest";
import { isGitName, loosestName, mayBeInside, pathFault } from "./path-form.ts";
import { isSecretName } from "./secret-names.ts";

const on = (platform: NodeJS.Platform, root: string) => (path: string) =>
  pathFault(path, { platform, roots: [root] })?.fact ?? null;
const onWindows = on("win32", String.raw`C:\work\app`);
const onLinux = on("linux", "/srv/app");

describe("the form of a path", () => {
  test.each([
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "FiLe:a.ts",
    " file:///etc/passwd",
    "http://127.0.0.1/a",
    "javascript://a",
    "vscode-remote://ssh/etc",
    "\\\\?\\file://a".slice(4),
  ])("%j is a URL on every system", (path) => {
    expect([onWindows(path), onLinux(path)]).toEqual(["A URL is not a path.", "A URL is not a path."]);
  });

  test.each([
    [String.raw`\\?\C:\Windows\win.ini`, "A device path or a network share is not taken."],
    [String.raw`\\.\PhysicalDrive0`, "A device path or a network share is not taken."],
    [String.raw`\\server\share\a.ts`, "A device path or a network share is not taken."],
    ["//server/share/a.ts", "A device path or a network share is not taken."],
    [String.raw`\\?\UNC\server\share`, "A device path or a network share is not taken."],
    ["C:a.ts", "A drive letter without a slash names the drive's current directory."],
    ["d:", "A drive letter without a slash names the drive's current directory."],
    ["NUL", "The path holds the name of a Windows device."],
    ["con", "The path holds the name of a Windows device."],
    ["src/aux.ts", "The path holds the name of a Windows device."],
    ["src/COM1.txt", "The path holds the name of a Windows device."],
    ["lpt¹", "The path holds the name of a Windows device."],
    ["CONIN$", "The path holds the name of a Windows device."],
    ["a.txt:b", "The path names an alternate data stream."],
    ["a.txt::$DATA", "The path names an alternate data stream."],
    [String.raw`C:\work\app\a.ts:secret`, "The path names an alternate data stream."],
    [".env.", "Windows drops dots and blanks at the end of a name."],
    ["src /a.ts", "Windows drops dots and blanks at the end of a name."],
    ["src/.../a.ts", "Windows drops dots and blanks at the end of a name."],
  ])("%j is refused on Windows and a plain name on Linux", (path, fact) => {
    expect([onWindows(path), onLinux(path)]).toEqual([fact, null]);
  });

  test.each([
    "src/a.ts",
    String.raw`src\a.ts`,
    String.raw`C:\work\app\a.ts`,
    "c:/srv/app/a.ts",
    "..",
    "./a.ts",
    "PROGRA~1/a.ts",
    "console.ts",
    "com/a.ts",
    "nullable.ts",
    "--help",
    "-rf",
    "a\nb.ts",
    "%2e%2e/a.ts",
    "．．/a.ts",
  ])("%j is a path on both: what it leads to is for the disk to say", (path) => {
    expect([onWindows(path), onLinux(path)]).toEqual([null, null]);
  });

  test("a network share may be named where the workspace lies on it", () => {
    const share = on("win32", String.raw`\\wsl$\Debian\home\ann\app`);
    expect(share(String.raw`\\wsl$\debian\home\ann\app\a.ts`)).toBeNull();
    expect(share(String.raw`\\wsl$\Debian\etc\passwd`)).not.toBeNull();
  });

  test("nothing, a NUL, and more bytes than any system takes are refused", () => {
    for (const path of ["", "a\0b", "a".repeat(4_097), "é".repeat(2_049)]) expect(onLinux(path)).not.toBeNull();
    expect(onLinux("é".repeat(2_048))).toBeNull();
  });
});

describe("names as any system may take them", () => {
  test.each([
    [".ENV", ".env"],
    [".env.", ".env"],
    [".env ", ".env"],
    [".env. . ", ".env"],
    [".env::$DATA", ".env"],
    [".e\u200cnv", ".env"],
    ["．env", ".env"],
    ["ID_RSA", "id_rsa"],
    ["...", "..."],
    ["a.ts", "a.ts"],
  ])("%j is taken for %j", (name, loosest) => {
    expect(loosestName(name)).toBe(loosest);
  });

  test.each([".git", ".GIT", ".Git ", ".git.", "git~1", "GIT~1", ".g\u200cit", ".git::$INDEX_ALLOCATION"])(
    "%j is git's own",
    (name) => {
      expect(isGitName(name)).toBe(true);
    },
  );

  test.each(["git", ".gitignore", ".github", "agit~1", "..git", "git~1.ts"])("%j is not git's own", (name) => {
    expect(isGitName(name)).toBe(false);
  });

  test.each([".env", ".ENV", ".env ", ".Env.", ".env::$DATA", "ID_RSA", "．env", "id_rsa.", "Server.PEM"])(
    "%j holds secrets, however it is written",
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );
});

describe("what is refused is refused in every spelling of its place", () => {
  test.each([
    ["win32", "C:\\Users\\Ann", "c:\\users\\ann\\x", true],
    ["win32", "C:\\Users\\Ann", "C:/USERS/ANN", true],
    ["win32", "C:\\Users\\Ann\\", "C:\\Users\\Anna", false],
    ["win32", "C:\\", "c:\\x", true],
    ["win32", "C:\\", "D:\\x", false],
    ["darwin", "/Users/Ann/State", "/users/ann/state/x", true],
    ["darwin", "/Users/re\u0301my", "/Users/r\u00e9my/x", true],
    ["darwin", "/Users/Ann", "/Users/Anna", false],
    ["linux", "/home/Ann", "/home/ann/x", false],
    ["linux", "/home/ann", "/home/ann/x", true],
    ["linux", "/", "/home", true],
    ["linux", "/home/a\\b", "/home/a/b", false],
  ] as const)("on %s, within %s: %s is %s", (platform, root, path, expected) => {
    expect(mayBeInside(root, path, platform)).toBe(expected);
  });
});
