import type { Program } from "../../config/program.ts";
import type { LaunchSpec } from "../../setup/client-adapter.ts";
import { launcherOf, launchVariables } from "../../setup/launch-spec.ts";

/** How an agent starts a session: an absolute Node and the launcher, because agents start with a bare environment. */
export function agentEntry(program: Program, env: NodeJS.ProcessEnv): LaunchSpec {
  return { command: program.node, args: [launcherOf(program), "mcp"], env: launchVariables(env, false) };
}

/** The entry in the words of the clients' own configuration. */
export function agentEntryLines({ command, args, env }: LaunchSpec): string[] {
  const words = [command, ...args].map(shellWord).join(" ");
  const variables = Object.entries(env);
  const options = variables.map(([name, value]) => `--env ${shellWord(`${name}=${value}`)} `).join("");
  const table = variables.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ");
  return [
    "Codex, in ~/.codex/config.toml:",
    "  [mcp_servers.commons]",
    `  command = ${JSON.stringify(command)}`,
    `  args = [${args.map((arg) => JSON.stringify(arg)).join(", ")}]`,
    ...(variables.length === 0 ? [] : [`  env = { ${table} }`]),
    "Claude Code:",
    `  claude mcp add ${options}--scope user commons -- ${words}`,
    "Clients with a JSON configuration (mcpServers):",
    `  "commons": ${JSON.stringify({ command, args, ...(variables.length === 0 ? {} : { env }) })}`,
  ];
}

/** A word as a POSIX shell takes it literally. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
