import { homeDirectory } from "../config/paths.ts";
import { clientPlatform } from "./client-paths.ts";
import { chromaMcpData, chromaMcpProblems } from "./earlier-chroma-mcp.ts";
import { containerRunOf } from "./earlier-container.ts";
import { contextServerData, contextServerProblems } from "./earlier-context-server.ts";
import type { EarlierEntry } from "./earlier-entry.ts";
import type { ClientFile, EntrySearch } from "./read-entries.ts";
import { type ServerEntry, startsThisProgram } from "./server-entry.ts";

/** The entries of earlier servers in agents' files that were read, with what is wrong with each and where its texts are. */
export function earlierEntries(
  files: readonly ClientFile[],
  search: Pick<EntrySearch, "env" | "platform">,
): EarlierEntry[] {
  const surroundings = {
    env: search.env,
    platform: clientPlatform(search.platform),
    home: homeDirectory(search.env),
  };
  return files.flatMap(({ client, scope, file, format, content }) =>
    (content.kind === "entries" ? content.entries : []).flatMap(({ keys, entry }) => {
      const kind = earlierKind(entry);
      if (kind === null) return [];
      const told =
        kind === "chroma-mcp"
          ? { problems: chromaMcpProblems(entry, surroundings), data: chromaMcpData(entry, surroundings) }
          : { problems: contextServerProblems(entry, client), data: contextServerData(entry, surroundings) };
      return [{ client: client.id, title: client.title, scope, file, format, keys, entry, kind, ...told }];
    }),
  );
}

/** Which of the earlier servers the entry starts; null: none of them. */
function earlierKind(entry: ServerEntry): EarlierEntry["kind"] | null {
  if (startsThisProgram(entry)) return null;
  if (/^chromadb[-_]context(?:[-_]vespo)?$|^chromadb[-_]vespo$/i.test(entry.name)) return "context-server";
  const words = [entry.command ?? "", ...entry.args];
  if (words.some((word) => isContextServerWord(word))) return "context-server";
  const run = containerRunOf(entry);
  if (run === null) return words.some((word) => isChromaMcpWord(word)) ? "chroma-mcp" : null;
  if (/^(?:[\w.-]+\/)*(?:mcp\/chroma|chroma-mcp)(?:[:@].*)?$/i.test(run.image)) return "chroma-mcp";
  // Other programs have a docker-wrapper too: it is the earlier server's where a ChromaDB is named beside it.
  const isWrapped = run.wrapper !== null && Object.keys(run.env).some((name) => /^CHROMA(?:DB)?_/.test(name));
  return isContextImage(run.image) || isWrapped ? "context-server" : null;
}

/** Whether a word of a process or of a container names one of the earlier servers: packages, images, scripts, containers. */
export function isEarlierWord(word: string): boolean {
  return (
    isContextServerWord(word) ||
    isContextImage(word) ||
    isChromaMcpWord(word) ||
    /^chromadb-(?:vespo|mcp-server)$/.test(word)
  );
}

function isContextServerWord(word: string): boolean {
  return (
    /chromadb[-_]context[-_]vespo|chroma-mcp-vespo|chromamcp-vespo|chromadblocal-mcp-server/i.test(word) ||
    /[\\/]vespo-patched[\\/]|[\\/]\.codex[\\/]docker-wrapper\.\w+$/i.test(word)
  );
}

function isContextImage(image: string): boolean {
  return /^(?:[\w.-]+\/)*(?:chroma-mcp-vespo(?:-patched)?|chromamcp-vespo|chroma-mcp-server|chromadblocal-mcp-server)(?:[:@].*)?$/i.test(
    image,
  );
}

/** The command, also as a path, as a module (`python -m chroma_mcp`), as a package with a version or an extra (`chroma-mcp[x]@1`). */
function isChromaMcpWord(word: string): boolean {
  const name = word.split(/[\\/]/).at(-1) ?? "";
  return /^chroma[-_]mcp(?:\.exe|\.server)?(?:\[[^\]]*\])?(?:(?:@|==|>=|~=|:).*)?$/i.test(name);
}
