import { expect, test } from "vitest";
import { compileCacheDirectory } from "../../bin/runtime.mjs";
import { configHome, defaultHome } from "./paths.ts";

test("settings of other programs are looked for where XDG_CONFIG_HOME says, if that is a whole path", () => {
  expect(configHome({ HOME: "/home/ann", XDG_CONFIG_HOME: "/cfg" })).toBe("/cfg");
  expect(configHome({ HOME: "/home/ann", XDG_CONFIG_HOME: "cfg" })).toBe("/home/ann/.config");
  expect(configHome({ HOME: "/home/ann" })).toBe("/home/ann/.config");
});

test("the root of the disk and the person's own directory cannot be the program's, nor keep its compiled code", () => {
  for (const given of ["/", "//", "/home/ann", "/home/ann/", "/home/ann/code/.."]) {
    const env = { HOME: "/home/ann", COMMONS_HOME: given };
    expect(() => defaultHome(env)).toThrow(/^COMMONS_HOME is (the root of the disk|your home directory itself) /);
    expect(compileCacheDirectory(env)).toBeNull();
  }
  expect(defaultHome({ HOME: "/home/ann", COMMONS_HOME: "/home/ann/commons" })).toBe("/home/ann/commons");
});

test("the home directory is the one that agents pass on: USERPROFILE on Windows, HOME elsewhere", () => {
  const cases: readonly (readonly [NodeJS.Platform, NodeJS.ProcessEnv, string])[] = [
    ["win32", { HOME: "H:\\home", USERPROFILE: "C:\\Users\\ann" }, "C:\\Users\\ann\\.chroma-commons"],
    ["win32", { USERPROFILE: "C:\\Users\\ann" }, "C:\\Users\\ann\\.chroma-commons"],
    ["win32", { HOME: "H:\\home", USERPROFILE: "" }, "H:\\home\\.chroma-commons"],
    ["win32", { HOME: "H:\\home", USERPROFILE: "Users\\ann" }, "H:\\home\\.chroma-commons"],
    ["linux", { HOME: "/home/ann", USERPROFILE: "/mnt/c/Users/ann" }, "/home/ann/.chroma-commons"],
    ["linux", { HOME: "", USERPROFILE: "/mnt/c/Users/ann" }, "/mnt/c/Users/ann/.chroma-commons"],
    ["darwin", { HOME: "/Users/ann", USERPROFILE: "C:\\Users\\ann" }, "/Users/ann/.chroma-commons"],
  ];
  for (const [platform, env, home] of cases) expect(defaultHome(env, platform)).toBe(home);
});
