import type { TimeoutKey } from "./client-adapter.ts";

/** How an agent starts one MCP server, whatever shape its configuration has. */
export interface ServerEntry {
  readonly name: string;
  /** null: none is named, as for a server that is reached by its address. */
  readonly command: string | null;
  readonly args: readonly string[];
  /** What is no text is left out. */
  readonly env: Readonly<Record<string, string>>;
  /** Of a server that runs elsewhere. */
  readonly url: string | null;
  /** false: a person switched it off; the agent does not start it. */
  readonly isEnabled: boolean;
  /** The agent's own time limit for a tool call; null: not set. */
  readonly toolTimeoutSeconds: number | null;
}

/** What an agent's file says of one server, in any of the shapes that agents have. Takes any value; what is not understood is left out. */
export function toServerEntry(name: string, value: unknown, timeout?: TimeoutKey): ServerEntry {
  const given = valueAt(value, "command") ?? valueAt(value, "cmd");
  // opencode has a list, earlier versions of Zed {path, args} below command.
  const words = Array.isArray(given) ? given.map(String) : null;
  const nested = words === null && typeof given === "object" && given !== null ? given : value;
  const command = words?.[0] ?? (typeof given === "string" ? given : valueAt(nested, "path"));
  const args = words?.slice(1) ?? valueAt(nested, "args");
  const url =
    valueAt(value, "url") ?? valueAt(value, "uri") ?? valueAt(value, "httpUrl") ?? valueAt(value, "serverUrl");
  return {
    name,
    command: typeof command === "string" ? command : null,
    args: Array.isArray(args) ? args.map(String) : [],
    env: texts(valueAt(nested, "env") ?? valueAt(value, "environment") ?? valueAt(value, "envs")),
    url: typeof url === "string" ? url : null,
    isEnabled: valueAt(value, "enabled") !== false && valueAt(value, "disabled") !== true,
    toolTimeoutSeconds: timeoutSeconds(value, timeout),
  };
}

/** Whether the entry starts this program, from wherever: by its name on PATH, by its launcher's path, by npx, or from an image of it. */
export function startsThisProgram({ command, args }: Pick<ServerEntry, "command" | "args">): boolean {
  const words = [command ?? "", ...args];
  return words.some((word) => isOurName(word)) && args.includes("mcp");
}

function isOurName(word: string): boolean {
  const name = word.split(/[\\/]/).at(-1) ?? "";
  return (
    /^(?:commons(?:\.mjs|\.cmd|\.exe|\.ps1)?|chroma-commons(?:[@:].*)?)$/i.test(name) ||
    /[\\/]chroma-commons[\\/]/.test(word)
  );
}

/** The value as a table; anything else is an empty one. */
export function asTable(value: unknown): Readonly<Record<string, unknown>> {
  // Safe: any object can be asked for any key; what comes is checked.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** What stands at an own key of a table; undefined for anything else. */
export function valueAt(value: unknown, key: string): unknown {
  const table = asTable(value);
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function texts(value: unknown): Record<string, string> {
  const pairs = Object.entries(asTable(value)).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return Object.fromEntries(pairs);
}

function timeoutSeconds(value: unknown, timeout: TimeoutKey | undefined): number | null {
  const limit = timeout === undefined ? undefined : valueAt(value, timeout.key);
  if (typeof limit !== "number" || timeout === undefined) return null;
  return timeout.unit === "ms" ? limit / 1_000 : limit;
}
