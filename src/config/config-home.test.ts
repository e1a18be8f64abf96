import { expect, test } from "vitest";
import { configHome } from "./paths.ts";

test("settings of other programs are looked for where XDG_CONFIG_HOME says, if that is a whole path", () => {
  expect(configHome({ HOME: "/home/ann", XDG_CONFIG_HOME: "/cfg" })).toBe("/cfg");
  expect(configHome({ HOME: "/home/ann", XDG_CONFIG_HOME: "cfg" })).toBe("/home/ann/.config");
  expect(configHome({ HOME: "/home/ann" })).toBe("/home/ann/.config");
});
