import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const linux = "{config}/zed";
const darwin = "{home}/.config/zed";
const win32 = "{appData}/Zed";

export const zed: ClientAdapter = {
  id: "zed",
  title: "Zed",
  proof: "format",
  documentation: "https://zed.dev/docs/ai/mcp",
  signs: { commands: ["zeditor"], paths: { linux: [linux], darwin: [darwin], win32: [win32] } },
  files: [
    {
      scope: "user",
      paths: {
        linux: [`${linux}/settings.json`],
        darwin: [`${darwin}/settings.json`],
        win32: [`${win32}/settings.json`],
      },
      format: "jsonc",
      servers: ["context_servers"],
    },
    {
      scope: "project",
      paths: everywhere("{project}/.zed/settings.json"),
      format: "jsonc",
      servers: ["context_servers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Zed starts the server in the root of the project that is open."],
};
