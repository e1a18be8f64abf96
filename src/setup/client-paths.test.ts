import { describe, expect, test } from "vitest";
import type { ClientPlatform } from "./client-adapter.ts";
import { candidatePaths, clientPath, clientPlatform } from "./client-paths.ts";
import { codex } from "./clients/codex.ts";
import { visualStudio } from "./clients/visual-studio.ts";

interface Case {
  readonly template: string;
  readonly path: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  readonly cwd?: string;
}

const homes: Readonly<Record<ClientPlatform, string>> = {
  linux: "/home/ann",
  darwin: "/Users/ann",
  win32: "C:\\Users\\ann",
};

function filled(platform: ClientPlatform, { template, env = {}, home = homes[platform], cwd = home }: Case): string {
  return clientPath(template, { env, platform, home, cwd });
}

const codexHome = "{CODEX_HOME|{home}/.codex}/config.toml";

describe("a path template", () => {
  test.each<Case>([
    { template: "{home}/.cursor/mcp.json", path: "/home/ann/.cursor/mcp.json" },
    { template: "{config}/zed/settings.json", path: "/home/ann/.config/zed/settings.json" },
    { template: "{config}/zed", env: { XDG_CONFIG_HOME: "/etc/ann" }, path: "/etc/ann/zed" },
    { template: "{config}/zed", env: { XDG_CONFIG_HOME: "relative" }, path: "/home/ann/.config/zed" },
    { template: "{config}/zed", env: { XDG_CONFIG_HOME: "" }, path: "/home/ann/.config/zed" },
    { template: codexHome, path: "/home/ann/.codex/config.toml" },
    { template: codexHome, env: { CODEX_HOME: "/srv/codex" }, path: "/srv/codex/config.toml" },
    { template: codexHome, env: { CODEX_HOME: "~/codex" }, path: "/home/ann/.codex/config.toml" },
    { template: "{project}/.mcp.json", cwd: "/srv/a b", path: "/srv/a b/.mcp.json" },
    { template: codexHome, home: "/home/a|b{home}c", path: "/home/a|b{home}c/.codex/config.toml" },
    { template: "{home}/x", home: "/", path: "/x" },
    // WSL: Linux's own home, also for agents that run on both sides.
    { template: "{home}/.codex", env: { WSL_DISTRO_NAME: "Debian", APPDATA: "C:\\x" }, path: "/home/ann/.codex" },
  ])("on Linux: $template is $path", (each) => {
    expect(filled("linux", each)).toBe(each.path);
  });

  test.each<Case>([
    {
      template: "{applicationSupport}/Claude/claude_desktop_config.json",
      path: "/Users/ann/Library/Application Support/Claude/claude_desktop_config.json",
    },
    { template: "{config}/goose/config.yaml", path: "/Users/ann/.config/goose/config.yaml" },
  ])("on macOS: $template is $path", (each) => {
    expect(filled("darwin", each)).toBe(each.path);
  });

  test.each<Case>([
    {
      template: "{appData}/Code/User/mcp.json",
      env: { APPDATA: "D:\\Roaming" },
      path: "D:\\Roaming\\Code\\User\\mcp.json",
    },
    { template: "{appData}/Zed", path: "C:\\Users\\ann\\AppData\\Roaming\\Zed" },
    { template: "{appData}/Zed", env: { APPDATA: "Roaming" }, path: "C:\\Users\\ann\\AppData\\Roaming\\Zed" },
    { template: "{localAppData}/x", path: "C:\\Users\\ann\\AppData\\Local\\x" },
    { template: "{localAppData}/x", env: { LOCALAPPDATA: "e:/Local" }, path: "e:\\Local\\x" },
    { template: "{appData}/Zed", env: { APPDATA: "\\\\server\\ann" }, path: "\\\\server\\ann\\Zed" },
    { template: "{home}/.mcp.json", home: "\\\\server\\homes\\ann", path: "\\\\server\\homes\\ann\\.mcp.json" },
    { template: codexHome, env: { CODEX_HOME: "D:\\codex" }, path: "D:\\codex\\config.toml" },
    { template: codexHome, env: { CODEX_HOME: "/codex" }, path: "C:\\Users\\ann\\.codex\\config.toml" },
    { template: "{project}/.vscode/mcp.json", cwd: "c:\\Work\\Ä b", path: "c:\\Work\\Ä b\\.vscode\\mcp.json" },
    { template: "{config}/opencode", path: "C:\\Users\\ann\\.config\\opencode" },
  ])("on Windows: $template is $path", (each) => {
    expect(filled("win32", each)).toBe(each.path);
  });

  test("of an unknown place is a defect", () => {
    expect(() => filled("linux", { template: "{Home}/x", path: "" })).toThrow(RangeError);
  });
});

test("an agent without a line for a platform has no file there", () => {
  const surroundings = { env: {}, home: "/home/ann", cwd: "/srv", platform: "linux" as const };
  expect(visualStudio.files.flatMap((file) => candidatePaths(file, surroundings))).toEqual([]);
  expect(codex.files.flatMap((file) => candidatePaths(file, surroundings))).toEqual([
    "/home/ann/.codex/config.toml",
    "/srv/.codex/config.toml",
  ]);
});

test.each<[NodeJS.Platform, ClientPlatform]>([
  ["freebsd", "linux"],
  ["android", "linux"],
  ["darwin", "darwin"],
  ["win32", "win32"],
])("%s counts as %s", (platform, counted) => {
  expect(clientPlatform(platform)).toBe(counted);
});
