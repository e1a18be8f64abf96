import type { Program } from "../../config/program.ts";
import { launcherOf } from "../../setup/launch-spec.ts";

/** How an agent starts a session: an absolute Node and the launcher, because agents start with a bare environment. */
export interface AgentEntry {
  readonly command: string;
  readonly args: readonly string[];
}

export function agentEntry(program: Program): AgentEntry {
  return { command: program.node, args: [launcherOf(program), "mcp"] };
}

/** The entry in the words of the clients' own configuration. */
export function agentEntryLines({ command, args }: AgentEntry): string[] {
  const words = [command, ...args].map(shellWord).join(" ");
  return [
    "Codex, in ~/.codex/config.toml:",
    "  [mcp_servers.commons]",
    `  command = ${JSON.stringify(command)}`,
    `  args = [${args.map((arg) => JSON.stringify(arg)).join(", ")}]`,
    "Claude Code:",
    `  claude mcp add --scope user commons -- ${words}`,
    "Clients with a JSON configuration (mcpServers):",
    `  "commons": ${JSON.stringify({ command, args })}`,
  ];
}

/** A word as a POSIX shell takes it literally. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
