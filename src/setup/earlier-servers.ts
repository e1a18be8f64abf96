import { homeDirectory } from "../config/paths.ts";
import { clientPlatform } from "./client-paths.ts";
import { chromaMcpData, chromaMcpProblems } from "./earlier-chroma-mcp.ts";
import { contextServerData, contextServerProblems } from "./earlier-context-server.ts";
import type { EarlierEntry } from "./earlier-entry.ts";
import { earlierKind } from "./earlier-kind.ts";
import { variablesOfFile } from "./environment-file.ts";
import type { ClientFile, EntrySearch, PlacedEntry } from "./read-entries.ts";

/** The entries of earlier servers in agents' files that were read, with what is wrong with each and where its texts are. */
export function earlierEntries(
  files: readonly ClientFile[],
  search: Pick<EntrySearch, "env" | "platform" | "cwd">,
): EarlierEntry[] {
  return files.flatMap((file) =>
    file.content.kind === "entries" ? file.content.entries.flatMap((placed) => earlierEntry(file, placed, search)) : [],
  );
}

function earlierEntry(
  { client, scope, file, format }: ClientFile,
  { keys, entry }: PlacedEntry,
  search: Pick<EntrySearch, "env" | "platform" | "cwd">,
): EarlierEntry[] {
  const found = earlierKind(entry);
  if (found === null) return [];
  const isOwn = scope === "user";
  const surroundings = {
    // A project's file may come from anybody: this person's variables, which may be secrets, and files are not for it.
    env: isOwn ? search.env : {},
    readVariables: isOwn ? variablesOfFile : () => null,
    platform: clientPlatform(search.platform),
    home: homeDirectory(search.env, search.platform),
    cwd: search.cwd,
  };
  const told =
    found.kind === "chroma-mcp"
      ? { problems: chromaMcpProblems(entry, surroundings), data: chromaMcpData(entry, surroundings) }
      : { problems: contextServerProblems(entry, client), data: contextServerData(entry, surroundings) };
  return [{ client: client.id, title: client.title, scope, file, format, keys, entry, ...found, ...told }];
}
