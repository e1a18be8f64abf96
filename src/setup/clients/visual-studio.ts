import type { ClientAdapter } from "../client-adapter.ts";

export const visualStudio: ClientAdapter = {
  id: "visual-studio",
  title: "Visual Studio",
  proof: "format",
  documentation: "https://learn.microsoft.com/en-us/visualstudio/ide/mcp-servers",
  signs: { commands: ["devenv"], paths: { win32: ["{localAppData}/Microsoft/VisualStudio"] } },
  files: [
    { scope: "user", paths: { win32: ["{home}/.mcp.json"] }, format: "jsonc", servers: ["servers"] },
    { scope: "project", paths: { win32: ["{project}/.mcp.json"] }, format: "jsonc", servers: ["servers"] },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: null,
  ownCheck: null,
  notes: [
    "Needs Visual Studio 2022 17.14 or later, and its agent mode.",
    "The project is the directory of the solution.",
  ],
};
