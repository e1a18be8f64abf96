import type { CollectionSummary } from "../../core/collections.ts";
import { countOf, firstOf, formatAge, formatBytes, formatDuration } from "../../core/quantities.ts";
import { gapText } from "../../core/model-vectors.ts";
import { builtInModel, isBuiltInModel } from "../../core/model-id.ts";
import type {
  EngineView,
  HubView,
  ListedCollection,
  SessionView,
  TcpView,
  TemporaryCollection,
} from "../../protocol/views.ts";
import { printableLine } from "./printable-text.ts";
import { tableLines } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** A line such as "hub       pid 12 ...": the label padded and bold. */
export function labelled(terminal: Terminal, label: string, text: string): string {
  return `${terminal.style("bold", label.padEnd(9))} ${printableLine(text)}`;
}

export function hubText(hub: HubView): string {
  return `pid ${hub.pid}, version ${hub.version}, up ${formatDuration(hub.uptimeMs)}, ${formatBytes(hub.rssBytes)} of memory`;
}

/** The hub's door over TCP; how its token is had is said, the token is not. */
export function tcpText(tcp: TcpView): string {
  if (tcp.state === "closed") return `closed: ${tcp.problem}`;
  return `${tcp.url}, ${countOf(tcp.connections, "connection")}; its token: commons hub token`;
}

/** State of ChromaDB: where it is and how far the mirror is, then what the hub says of it in sentences. */
export function engineText(engine: EngineView): string {
  if (engine.state === "off") return `off${engine.detail === null ? "" : `: ${engine.detail}`}`;
  const place = engine.url === null ? "" : ` at ${engine.url}`;
  const version = engine.version === null ? "" : `, version ${engine.version}`;
  const mirrored =
    engine.mirror === "none"
      ? ", nothing is mirrored to it"
      : engine.behind === 0
        ? heldText(engine)
        : `, ${countOf(engine.behind, "record")} behind`;
  // The detail names collections that ChromaDB cannot hold, and the next step.
  return `${engine.state}${place}${version}${mirrored}${engine.detail === null ? "" : `. ${engine.detail}`}`;
}

/** Nothing waits to be carried over. What a server that does not answer holds is not known. */
function heldText({ state, conflicts }: EngineView): string {
  if (state !== "ready") return "";
  return conflicts.length === 0 ? ", holds everything" : ", holds everything else";
}

export function sessionLines(terminal: Terminal, sessions: readonly SessionView[], nowMs: number): string[] {
  if (sessions.length === 0) return ["No session is live."];
  const columns = [
    { header: "AGENT", minWidth: 12 },
    { header: "WORKSPACE", minWidth: 16, keep: "end" as const },
    { header: "BRANCH", minWidth: 8 },
    { header: "DOING", minWidth: 8 },
    { header: "SINCE" },
    { header: "CALLS", align: "right" as const },
    { header: "COLLECTIONS", minWidth: 12 },
  ];
  const rows = sessions.map((session) => [
    session.agent,
    session.workspace ?? "-",
    session.branch ?? "-",
    session.activity ?? "idle",
    formatDuration(nowMs - session.startedAtMs),
    session.calls.toLocaleString("en-US"),
    firstOf(session.collections) || "-",
  ]);
  return withBoldHeader(terminal, tableLines(columns, rows, terminal.columns));
}

const shownIdChars = 8;

/** What live agents have for themselves, one sentence each, and how a person keeps it; nothing where there is none. */
export function temporaryLines(temporary: readonly TemporaryCollection[]): string[] {
  const [first] = temporary;
  if (first === undefined) return [];
  const lines = temporary.map(({ name, documents, session: { sessionId, agent, workspace } }) => {
    const whose = `${agent} in ${workspace ?? "no workspace"}, session ${sessionId.slice(0, shownIdChars)}`;
    return `Temporary: ${name}, ${countOf(documents, "document")}, of ${whose}`;
  });
  return [...lines, `They go with their sessions. To keep one: commons keep ${first.name}`];
}

export function collectionLines(
  terminal: Terminal,
  collections: readonly (CollectionSummary & Partial<Pick<ListedCollection, "usedBy" | "withoutVector">>)[],
  nowMs: number,
): string[] {
  if (collections.length === 0) return ["There are no collections yet."];
  // The built-in model needs no word.
  const hasModels = collections.some(({ embedder }) => !isBuiltInModel(embedder));
  const hasUse = collections.some((collection) => collection.usedBy !== undefined);
  const columns = [
    // A name is typed again in the next command: it is cut last.
    { header: "NAME", minWidth: 24 },
    { header: "DOCUMENTS", align: "right" as const },
    { header: "CHUNKS", align: "right" as const },
    { header: "SIZE", align: "right" as const },
    { header: "CHANGED" },
    ...(hasModels ? [{ header: "MODEL", minWidth: 10 }] : []),
    { header: "OWNER", minWidth: 12, keep: "end" as const },
    ...(hasUse ? [{ header: "IN USE BY", minWidth: 12 }] : []),
  ];
  const rows = collections.map((collection) => [
    collection.kind === "temporary" ? `${collection.name} (temporary)` : collection.name,
    collection.documents.toLocaleString("en-US"),
    collection.chunks.toLocaleString("en-US"),
    formatBytes(collection.sizeBytes),
    formatAge(collection.updatedAtMs, nowMs),
    ...(hasModels ? [modelText(collection)] : []),
    collection.owner,
    firstOf([...new Set(collection.usedBy?.map((use) => use.agent))]) || "-",
  ]);
  return withBoldHeader(terminal, tableLines(columns, rows, terminal.columns));
}

function modelText({ embedder, withoutVector }: CollectionSummary & { readonly withoutVector?: number }): string {
  const name = isBuiltInModel(embedder) ? builtInModel : embedder;
  return withoutVector ? `${name} (${gapText(withoutVector)} to come)` : name;
}

export function withBoldHeader(terminal: Terminal, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? terminal.style("bold", line) : line));
}
