import { environment, homePaths } from "../config/load-settings.ts";
import type { Program } from "../config/program.ts";
import { closeHome } from "../config/state-directory.ts";
import { IdleMemory, useFullSpeed } from "./footprint.ts";
import type { Ingester } from "./ingester.ts";
import { withCompileCache } from "./own-processes.ts";
import { Session, type SessionOptions } from "./session.ts";
import type { ToolAnswer } from "./tool-call.ts";
import type { ResourceContents } from "./export-resources.ts";
import type { ResourceLink, ToolContext } from "./tools/tool.ts";

export type LiveSessionOptions = Pick<SessionOptions, "workspaceFlag" | "allow" | "flags" | "askRoots"> & {
  readonly program: Program;
};

/** A session and its tools, as the protocol needs them. Tools are loaded at the first call of one. */
export interface LiveSession {
  readonly session: Session;
  callTool(name: string, args: unknown, context: Omit<ToolContext, "session">): Promise<ToolAnswer>;
  /** What tools have linked to, newest first; at most 100. */
  resources(): ResourceLink[];
  /** null: there is none of that URI. Errors: CommonsError. */
  readResource(uri: string): Promise<ResourceContents | null>;
}

const maxResources = 100;

/**
 * The session of this process. The protocol imports this file only after it has answered `initialize`, and with it everything that knows
 * the workspace and talks to the hub.
 */
export function openLiveSession(options: LiveSessionOptions): LiveSession {
  closeHome(homePaths(environment()).home);
  const session = new Session({
    ...options,
    kind: "agent",
    agent: "unknown agent",
    env: environment(),
    cwd: process.cwd(),
    openIngester: (owner) => openRemote(owner, options),
  });
  const idleMemory = new IdleMemory();
  let linked: ResourceLink[] = [];
  return {
    session,
    callTool: async (name, args, context) => {
      useFullSpeed();
      idleMemory.begin();
      try {
        const { callTool } = await import("./tool-call.ts");
        const answer = await callTool(name, args, { ...context, session });
        const links = answer.content.filter((part) => part.type === "resource_link");
        linked = [...links, ...linked].slice(0, maxResources);
        return answer;
      } finally {
        idleMemory.end();
      }
    },
    resources: () => [...linked],
    readResource: async (uri) => {
      idleMemory.begin();
      try {
        return await (await import("./export-resources.ts")).readExportResource(session, uri);
      } finally {
        idleMemory.end();
      }
    },
  };
}

/** What looks at many files does so in a process of its own, so that a waiting session stays small. */
async function openRemote(session: Session, { program, allow, flags = {} }: LiveSessionOptions): Promise<Ingester> {
  const [{ RemoteIngester }, { lookingFirst, QuickLook }] = await Promise.all([
    import("./remote-ingester.ts"),
    import("./quick-look.ts"),
  ]);
  const remote = new RemoteIngester({
    entry: program.entries.ingester,
    env: withCompileCache(environment()),
    identity: async () => {
      const { workspace } = await session.workspace();
      // The guest calls in this session's name, so the hub must know it. Without a hub, what needs none still works.
      await session.join().catch(() => undefined);
      return {
        sessionId: session.id,
        agent: session.agent,
        cwd: process.cwd(),
        workspace: workspace.root,
        allow,
        flags,
      };
    },
    onDeath: () => void session.call("work.abandon", {}).catch(() => undefined),
  });
  return lookingFirst(remote, new QuickLook(session));
}
