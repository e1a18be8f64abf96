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
