import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const config = "{config}/kilo";

export const kiloCode: ClientAdapter = {
  id: "kilo-code",
  title: "Kilo Code",
  proof: "format",
  documentation: "https://kilo.ai/docs/automate/mcp/using-in-kilo-code",
  signs: { commands: ["kilo"], paths: everywhere(config) },
  files: [
    {
      scope: "user",
      paths: everywhere(`${config}/kilo.jsonc`, `${config}/kilo.json`),
      format: "jsonc",
      servers: ["mcp"],
    },
    {
      scope: "project",
      paths: everywhere(
        "{project}/kilo.jsonc",
        "{project}/kilo.json",
        "{project}/.kilo/kilo.jsonc",
        "{project}/.kilo/kilo.json",
      ),
      format: "jsonc",
      servers: ["mcp"],
    },
  ],
  entry: { type: "local", command: "{argv}", environment: "{env}", enabled: true },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: { command: "kilo", args: ["mcp", "list"], expects: "commons" },
  notes: ["Versions before the common configuration file (`mcp_settings.json`, `.kilocode/mcp.json`) are not served."],
};
