import type { ClientAdapter } from "../client-adapter.ts";

const config = "{CODEX_HOME|{home}/.codex}";

export const codex: ClientAdapter = {
  id: "codex",
  title: "Codex",
  proof: "run",
  documentation: "https://developers.openai.com/codex/mcp",
  signs: { commands: ["codex"], paths: { linux: [config], darwin: [config], win32: [config] } },
  files: [
    {
      scope: "user",
      paths: {
        linux: [`${config}/config.toml`],
        darwin: [`${config}/config.toml`],
        win32: [`${config}/config.toml`],
      },
      format: "toml",
      servers: ["mcp_servers"],
    },
    {
      scope: "project",
      paths: {
        linux: ["{project}/.codex/config.toml"],
        darwin: ["{project}/.codex/config.toml"],
        win32: ["{project}/.codex/config.toml"],
      },
      format: "toml",
      servers: ["mcp_servers"],
    },
  ],
  // Codex waits for a slow start-up only as long as it must; a container needs some seconds.
  entry: {
    command: "{command}",
    args: "{args}",
    env: "{env}",
    startup_timeout_sec: 60,
    tool_timeout_sec: 300,
  },
  unattended: { default_tools_approval_mode: "approve" },
  workspace: { kind: "cwd" },
  instructions: { user: `${config}/AGENTS.md`, project: "{project}/AGENTS.md" },
  ownCheck: { command: "codex", args: ["mcp", "get", "commons", "--json"], expects: '"commons"' },
  notes: [
    "`codex exec` runs tools that write only where the entry allows it: `commons setup --approve` sets `default_tools_approval_mode`.",
    "A project's `.codex/config.toml` counts only after the project is trusted.",
    "Running sessions keep the configuration that they started with.",
  ],
};
