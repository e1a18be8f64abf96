import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type Implementation,
  inputRequired,
  inputResponse,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { errorText } from "./error-text.ts";
import type { LiveSession } from "./live-session.ts";
import type { Session } from "./session.ts";
import { shownName } from "./shown-name.ts";
import { listTools } from "./tool-list.ts";

/** Codex shows a model about the first 240 characters: the pitch comes first. */
const instructions = `Shared memory of all coding agents on this machine. Search it before you explore or rewrite: code, docs and notes that other agents and repositories stored. search_context finds; batch_ingest indexes this workspace; store_context saves a note.
Paths may be relative or begin with /workspace. Each session reads only its own workspace; collections are shared, so "*" searches everything that others ingested. Hits say whether the file is fresh, changed or deleted. Ingest again after larger edits: unchanged files cost nothing.`;

/** Protocol versions are dates. */
const firstWithLinks = "2025-06-18";

export interface RootsBox {
  /** Resolves `wanted` with the URIs of the client's roots. */
  readonly settle: (roots: readonly string[] | null) => void;
  readonly isSettled: () => boolean;
}

export interface McpServerOptions {
  readonly version: string;
  readonly roots: RootsBox;
  /** The session; the first call loads its code, every call answers the same one. */
  readonly open: () => Promise<LiveSession>;
}

/** The MCP server of one session, for both protocol eras: it answers tools/list without touching workspace, hub or engine. */
export function createMcpServer({ version, roots, open }: McpServerOptions): McpServer {
  const mcp = new McpServer(
    { name: "commons", title: "chroma-commons", version },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );
  const { server } = mcp;
  // Once a tool was called: before that there is nothing to list.
  let opened: LiveSession | null = null;

  server.setRequestHandler("tools/list", async () => ({ tools: await listTools() }));

  server.setRequestHandler("tools/call", async (request, context) => {
    const live = await open().catch(replacedOnDisk);
    opened = live;
    const client = clientOf(server, context);
    noteClient(live.session, client.info);
    if (!roots.isSettled()) {
      if (client.capabilities?.roots === undefined) roots.settle(null);
      else {
        const given = inputResponse(context.mcpReq.inputResponses, "roots");
        // The client lists its roots and repeats the call; for clients of the 2025 era the SDK asks them itself.
        if (given.kind === "missing" && context.mcpReq.inputResponses === undefined) {
          return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } });
        }
        roots.settle(given.kind === "roots" ? given.roots.map((root) => root.uri) : null);
      }
    }
    const { name, arguments: args } = request.params;
    const callContext = { signal: context.mcpReq.signal, progress: progressReporter(context) };
    const answer = await live.callTool(name, args, callContext).catch(replacedOnDisk);
    return knowsLinks(server) ? answer : { ...answer, content: answer.content.filter(({ type }) => type === "text") };
  });

  serveResources(server, { open, opened: () => opened });

  server.oninitialized = () => {
    if (server.getClientCapabilities()?.roots === undefined) roots.settle(null);
    // Others see the session from its first moment; the first tool call reports what fails here.
    void join().catch(() => undefined);
  };
  const join = async () => {
    const { session } = await open();
    noteClient(session, server.getClientVersion());
    if (roots.isSettled()) await session.join();
  };
  return mcp;
}

/** The exports that this session made, and reading those of its space. Clients ask for lists when they connect: that waits for nothing. */
function serveResources(
  server: Server,
  { open, opened }: { readonly open: McpServerOptions["open"]; readonly opened: () => LiveSession | null },
): void {
  server.setRequestHandler("resources/list", () => ({
    resources: (opened()?.resources() ?? []).map(({ type: _type, ...resource }) => resource),
  }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: [] }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }) => {
    const live = await open().catch(replacedOnDisk);
    const contents = await live.readResource(uri).catch((error: unknown) => {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, errorText(error));
    });
    if (contents === null) throw new ResourceNotFoundError(uri);
    return { contents: [{ ...contents }] };
  });
}

/** Clients of an earlier protocol refuse a whole answer for a kind of content that it does not have. */
function knowsLinks(server: Server): boolean {
  const version = server.getNegotiatedProtocolVersion();
  return version !== undefined && version >= firstWithLinks;
}

/** Tools answer every error of their own, so what fails here is the loading of their code: an update has taken its files away. */
function replacedOnDisk(cause: unknown): never {
  const message = "chroma-commons was replaced on disk while this session ran. Restart the agent, or its MCP server.";
  throw new Error(message, { cause });
}

interface ClientFacts {
  readonly info: Implementation | undefined;
  readonly capabilities: ClientCapabilities | undefined;
}

/** Who asks: since 2026 each request says it, before that `initialize` said it once. */
function clientOf(server: Server, { mcpReq }: ServerContext): ClientFacts {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return {
    // Safe: the SDK refuses a request whose envelope does not fit the schemas of these types.
    info: (envelope[CLIENT_INFO_META_KEY] as Implementation | undefined) ?? server.getClientVersion(),
    // Safe: see above.
    capabilities:
      (envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined) ?? server.getClientCapabilities(),
  };
}

function noteClient(session: Session, client: { name: string; version: string } | undefined): void {
  if (client !== undefined) session.agent = shownName(`${client.name} ${client.version}`).slice(0, 200);
}

/** Sends at most five progress notifications a second, to clients that asked for them. */
function progressReporter(
  context: ServerContext,
): (step: { done: number; total: number | null; message: string }) => void {
  const token = context.mcpReq._meta?.progressToken;
  if (token === undefined) return () => undefined;
  let sentAtMs = 0;
  return ({ done, total, message }) => {
    const now = Date.now();
    if (now - sentAtMs < 200) return;
    sentAtMs = now;
    const params = { progressToken: token, progress: done, message, ...(total === null ? {} : { total }) };
    void context.mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
}
