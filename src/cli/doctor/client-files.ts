import { constants, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { configHome, homeDirectory } from "../../config/paths.ts";
import { systemErrorCode } from "../../core/errors.ts";
import { parseLooseJson } from "./loose-json.ts";
import { asRecord, type ServerEntry, toEntry, valueAt } from "./server-entry.ts";
import { readServerTables } from "./toml-servers.ts";

export interface ClientFile {
  readonly client: string;
  readonly file: string;
  readonly content:
    | { readonly kind: "entries"; readonly entries: readonly ServerEntry[] }
    | { readonly kind: "broken"; readonly reason: string };
}

const largestFile = 20_000_000;

interface KnownFile {
  readonly client: string;
  readonly file: string;
  /** Where the servers stand in a JSON file; null: Codex's TOML. */
  readonly key: "mcpServers" | "servers" | "mcp" | "context_servers" | null;
}

/** Configuration files of agents that this program knows (shared/design/clients.md lists where from): the user's, and the directory's. */
function knownFiles(env: NodeJS.ProcessEnv, cwd: string): KnownFile[] {
  const home = homeDirectory(env);
  const config = configHome(env);
  const codexHome = env["CODEX_HOME"] ?? join(home, ".codex");
  const mac = join(home, "Library", "Application Support");
  const json = (client: string, key: KnownFile["key"], ...files: string[]): KnownFile[] =>
    files.map((file) => ({ client, file, key }));
  return [
    ...[join(codexHome, "config.toml"), join(cwd, ".codex", "config.toml")].map((file) => ({
      client: "Codex",
      file,
      key: null,
    })),
    ...json("Claude Code", "mcpServers", join(home, ".claude.json"), join(cwd, ".mcp.json")),
    ...json("Gemini CLI", "mcpServers", join(home, ".gemini", "settings.json"), join(cwd, ".gemini", "settings.json")),
    ...json("opencode", "mcp", join(config, "opencode", "opencode.json"), join(cwd, "opencode.json")),
    ...json(
      "VS Code",
      "servers",
      join(cwd, ".vscode", "mcp.json"),
      join(config, "Code", "User", "mcp.json"),
      join(mac, "Code", "User", "mcp.json"),
    ),
    ...json("Cursor", "mcpServers", join(home, ".cursor", "mcp.json"), join(cwd, ".cursor", "mcp.json")),
    ...json("Windsurf", "mcpServers", join(home, ".codeium", "windsurf", "mcp_config.json")),
    ...json("Zed", "context_servers", join(config, "zed", "settings.json")),
    ...json(
      "Claude Desktop",
      "mcpServers",
      join(mac, "Claude", "claude_desktop_config.json"),
      join(config, "Claude", "claude_desktop_config.json"),
    ),
  ];
}

/** The files that are there, read and never changed. */
export async function readClientFiles(env: NodeJS.ProcessEnv, cwd: string): Promise<ClientFile[]> {
  const found: ClientFile[] = [];
  const seen = new Set<string>();
  for (const { client, file, key } of knownFiles(env, cwd)) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    found.push({ client, file, content: await readEntries(file, key) });
  }
  return found;
}

async function readEntries(file: string, key: KnownFile["key"]): Promise<ClientFile["content"]> {
  try {
    const text = await readPlain(file);
    if (key === null) return { kind: "entries", entries: readServerTables(text) };
    const parsed = text.trim() === "" ? {} : parseLooseJson(text);
    return { kind: "entries", entries: [...entriesOf(parsed, key), ...projectEntries(parsed)] };
  } catch (error) {
    return {
      kind: "broken",
      reason: systemErrorCode(error) ?? (error instanceof Error ? error.message : String(error)),
    };
  }
}

/** A pipe or a device would hang or have no end: only plain files are read, and so much of them. */
async function readPlain(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error("it is no plain file");
    if (stats.size > largestFile) throw new Error("it is larger than 20 MB");
    const bytes = Buffer.alloc(stats.size);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Claude Code keeps servers of single directories in the user's file. */
function projectEntries(parsed: unknown): ServerEntry[] {
  const projects = valueAt(parsed, "projects");
  return Object.values(asRecord(projects)).flatMap((project) => entriesOf(project, "mcpServers"));
}

function entriesOf(parsed: unknown, key: string): ServerEntry[] {
  return Object.entries(asRecord(valueAt(parsed, key))).map(([name, entry]) => toEntry(name, entry));
}
