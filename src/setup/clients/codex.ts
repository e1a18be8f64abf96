import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const config = "{CODEX_HOME|{home}/.codex}";

export const codex: ClientAdapter = {
  id: "codex",
  title: "Codex",
  proof: "run",
  documentation: "https://developers.openai.com/codex/mcp",
  signs: { commands: ["codex"], paths: everywhere(config) },
  files: [
    { scope: "user", paths: everywhere(`${config}/config.toml`), format: "toml", servers: ["mcp_servers"] },
    { scope: "project", paths: everywhere("{project}/.codex/config.toml"), format: "toml", servers: ["mcp_servers"] },
  ],
  // A container takes some seconds to start; what is ready earlier is not waited for.
  entry: { command: "{command}", args: "{args}", env: "{env}", startup_timeout_sec: 60, tool_timeout_sec: 300 },
  unattended: { default_tools_approval_mode: "approve" },
  timeout: { key: "tool_timeout_sec", unit: "s" },
  workspace: { kind: "cwd" },
  instructions: { user: `${config}/AGENTS.md`, project: "{project}/AGENTS.md" },
  // A project's entry is shown only after the project is trusted, which a person does in a session.
  ownCheck: { command: "codex", args: ["mcp", "get", "commons", "--json"], expects: '"commons"', scopes: ["user"] },
  notes: [
    "`codex exec` has nobody to ask: it runs the tools that read and that add (`batch_ingest`, `store_context`), and refuses those that can take something away (`batch_delete`, `unload_collection`, `import_collection`). `commons setup --approve` allows these too, by `default_tools_approval_mode`.",
    "A project's `.codex/config.toml` counts only after the project is trusted.",
    "Running sessions keep the configuration that they started with.",
  ],
};
