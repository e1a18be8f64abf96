import type { ServerEntry } from "./client-files.ts";

/**
 * The `[mcp_servers.NAME]` tables of Codex's config.toml: command, args and tool_timeout_sec, as far as they are plain strings, lists and
 * numbers. It reads lines, no TOML in general: enough to tell which servers there are. Throws for a line that no TOML has.
 */
export function readServerTables(text: string): ServerEntry[] {
  const servers = new Map<string, { command: string | null; args: string[]; toolTimeoutSeconds: number | null }>();
  let current: string | null = null;
  for (const [index, line] of joinedLines(text).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const table = /^\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$/.exec(trimmed);
    if (table !== null) {
      current = serverName(table[1] ?? "");
      if (current !== null && !servers.has(current))
        servers.set(current, { command: null, args: [], toolTimeoutSeconds: null });
      continue;
    }
    const pair = /^((?:"[^"]*"|'[^']*'|[\w.-])+)\s*=\s*(\S.*)$/s.exec(trimmed);
    if (pair === null) throw new SyntaxError(`entry ${index + 1} is no TOML: ${trimmed.slice(0, 60)}`);
    const server = current === null ? undefined : servers.get(current);
    const [, key, value = ""] = pair;
    if (server === undefined) continue;
    if (key === "command") server.command = stringsOf(value)[0] ?? null;
    if (key === "args") server.args = stringsOf(value);
    if (key === "tool_timeout_sec") server.toolTimeoutSeconds = Number.parseFloat(value);
  }
  return [...servers].map(([name, server]) => ({ name, ...server }));
}

/** `mcp_servers.NAME`, and null for other tables and those below it. */
function serverName(table: string): string | null {
  const found = /^mcp_servers\.(?:"([^"]+)"|'([^']+)'|([\w-]+))$/.exec(table);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
}

function stringsOf(value: string): string[] {
  const found = value.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g);
  return [...found].map(([, basic, literal]) => literal ?? (JSON.parse(`"${basic ?? ""}"`) as string));
}

/** Lists and long strings over several lines become one. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let open: { text: string; isClosed: (text: string) => boolean } | null = null;
  for (const line of text.split(/\r?\n/)) {
    const whole: string = open === null ? line : `${open.text}\n${line}`;
    const isClosed: ((text: string) => boolean) | null = open === null ? closing(line) : open.isClosed;
    if (isClosed === null || isClosed(whole)) {
      lines.push(whole);
      open = null;
    } else open = { text: whole, isClosed };
  }
  if (open !== null) throw new SyntaxError(`a list or text is not closed: ${open.text.slice(0, 60)}`);
  return lines;
}

function closing(line: string): ((text: string) => boolean) | null {
  const value = /^\s*[\w.\-"']+\s*=\s*(.*)$/.exec(line)?.[1];
  if (value === undefined) return null;
  const quotes = /^("""|''')/.exec(value)?.[1];
  if (quotes !== undefined) return (text) => text.split(quotes).length > 2;
  if (!/^[[{]/.test(value)) return null;
  return (text) => {
    const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|#[^\n]*/g, "");
    const count = (sign: string) => bare.split(sign).length;
    return count("[") <= count("]") && count("{") <= count("}");
  };
}
