/** How an agent starts one MCP server. */
export interface ServerEntry {
  readonly name: string;
  readonly command: string | null;
  readonly args: readonly string[];
  /** The client's own time limit for a tool call; null: not set. */
  readonly toolTimeoutSeconds: number | null;
}

/** What an agent's file says of one server, in any of the shapes that agents have. */
export function toEntry(name: string, entry: unknown): ServerEntry {
  const given = valueAt(entry, "command");
  // Zed has {path, args} below command, opencode a list.
  const words = Array.isArray(given) ? given.map(String) : null;
  const nested = typeof given === "object" && given !== null && words === null ? given : entry;
  const command = words?.[0] ?? (typeof given === "string" ? given : valueAt(nested, "path"));
  const args = words?.slice(1) ?? valueAt(nested, "args");
  const timeoutMs = valueAt(entry, "timeout");
  return {
    name,
    command: typeof command === "string" ? command : null,
    args: Array.isArray(args) ? args.map(String) : [],
    toolTimeoutSeconds: typeof timeoutMs === "number" ? timeoutMs / 1_000 : null,
  };
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  // Safe: any object can be asked for any key; what comes is checked.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function valueAt(value: unknown, key: string): unknown {
  const record = asRecord(value);
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
