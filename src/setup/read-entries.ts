import { existsSync } from "node:fs";
import { homeDirectory } from "../config/paths.ts";
import { asCommonsError } from "../core/errors.ts";
import type { AdapterFile, ClientAdapter, ConfigTable, ConfigValue, SetupScope } from "./client-adapter.ts";
import { candidatePaths, clientPlatform } from "./client-paths.ts";
import { clientAdapters } from "./clients/registry.ts";
import { isTable } from "./documents/config-values.ts";
import { openDocument } from "./documents/open-document.ts";
import { readConfigText } from "./plain-file.ts";
import { asTable, type ServerEntry, toServerEntry } from "./server-entry.ts";

/** One server in an agent's file. */
export interface PlacedEntry {
  /** The keys that lead to it, its name last. */
  readonly keys: readonly string[];
  readonly entry: ServerEntry;
  /** As it stands in the file. */
  readonly value: ConfigValue;
}

/** A configuration file of an agent that is there. */
export interface ClientFile {
  readonly client: ClientAdapter;
  readonly scope: SetupScope;
  /** Absolute, as the agent has it. */
  readonly file: string;
  readonly format: AdapterFile["format"];
  readonly content:
    | { readonly kind: "entries"; readonly entries: readonly PlacedEntry[] }
    /** Why it cannot be read, without a full stop. */
    | { readonly kind: "broken"; readonly reason: string };
}

/** Where to look. */
export interface EntrySearch {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** The directory whose project files are read. */
  readonly cwd: string;
}

/**
 * All servers in all known agents' files, in the registry's order, the user's file before the project's. Every file that is there is told,
 * also the second where an agent may have several. Nothing is changed, nothing is thrown for a broken file, and no file is read beyond
 * 20 MB. Errors: SETTING_INVALID without a home.
 */
export async function readClientFiles(search: EntrySearch): Promise<ClientFile[]> {
  const home = homeDirectory(search.env, search.platform);
  const surroundings = { ...search, platform: clientPlatform(search.platform), home };
  const found: ClientFile[] = [];
  for (const client of clientAdapters)
    for (const place of client.files)
      for (const file of candidatePaths(place, surroundings)) {
        if (found.some((other) => other.client === client && other.file === file) || !existsSync(file)) continue;
        found.push({
          client,
          scope: place.scope,
          file,
          format: place.format,
          content: await contentOf(file, place, client),
        });
      }
  return found;
}

async function contentOf(file: string, place: AdapterFile, client: ClientAdapter): Promise<ClientFile["content"]> {
  try {
    const whole = openDocument(place.format, (await readConfigText(file)) ?? "").value();
    const tables = [place.servers, ...(place.alsoServers ?? [])].flatMap((pattern) => tablesAt(whole, pattern));
    return { kind: "entries", entries: tables.flatMap(({ keys, table }) => entriesOf(keys, table, client)) };
  } catch (error) {
    // Who tells it names the file already.
    const fact = asCommonsError(error)
      .message.replace(`${file} `, "it ")
      .replace(/^The file /, "it ");
    return { kind: "broken", reason: fact.replace(/\.$/, "") };
  }
}

interface ServerTable {
  readonly keys: readonly string[];
  readonly table: ConfigTable;
}

/** The tables that a pattern of keys leads to; "*" is any key. */
export function tablesAt(whole: ConfigTable, pattern: readonly string[]): ServerTable[] {
  let tables: ServerTable[] = [{ keys: [], table: whole }];
  for (const key of pattern)
    tables = tables.flatMap(({ keys, table }) =>
      (key === "*" ? Object.keys(table) : [key]).flatMap((name) => {
        const inner = Object.hasOwn(table, name) ? table[name] : undefined;
        return isTable(inner) ? [{ keys: [...keys, name], table: inner }] : [];
      }),
    );
  return tables;
}

function entriesOf(keys: readonly string[], table: ConfigTable, { timeout }: ClientAdapter): PlacedEntry[] {
  return Object.entries(table)
    .filter(([, value]) => hasOwnValues(value))
    .map(([name, value]) => ({ keys: [...keys, name], entry: toServerEntry(name, value, timeout), value }));
}

/** A table below a server's (`mcp_servers.NAME.env`) makes no server by itself. */
function hasOwnValues(value: ConfigValue): boolean {
  const values = Object.values(asTable(value));
  return (
    values.some((inner) => typeof inner !== "object" || inner === null || Array.isArray(inner)) ||
    "command" in asTable(value)
  );
}
