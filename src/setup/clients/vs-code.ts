import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const linux = "{config}/Code/User";
const darwin = "{applicationSupport}/Code/User";
const win32 = "{appData}/Code/User";

export const vsCode: ClientAdapter = {
  id: "vs-code",
  title: "VS Code",
  proof: "format",
  documentation: "https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",
  signs: { commands: [], paths: { linux: [linux], darwin: [darwin], win32: [win32] } },
  files: [
    {
      scope: "user",
      paths: { linux: [`${linux}/mcp.json`], darwin: [`${darwin}/mcp.json`], win32: [`${win32}/mcp.json`] },
      format: "jsonc",
      servers: ["servers"],
    },
    { scope: "project", paths: everywhere("{project}/.vscode/mcp.json"), format: "jsonc", servers: ["servers"] },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "variable", variable: "${workspaceFolder}" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: [
    "VS Code asks once whether it may trust the server.",
    "The user's file is the one of the default profile; other profiles have an `mcp.json` of their own.",
  ],
};
