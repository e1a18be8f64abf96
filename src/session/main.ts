import { flushCompileCache } from "node:module";
import { parseArgs } from "node:util";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { currentProgram } from "../config/program.ts";
import { LineTransport } from "./line-transport.ts";
import type { LiveSession, LiveSessionOptions } from "./live-session.ts";
import { createMcpServer } from "./server.ts";

const usage = `Usage: commons mcp [--workspace DIR] [--allow DIR]... [--space NAME] [--collection NAME]
       commons mcp --docker [--runtime NAME] [--image NAME] [--hub WAY] [--network NAME] [and the above]
An MCP server on standard input and output, started by an agent. Reads one workspace, shares one ChromaDB.`;

/** Entry of `commons mcp`: one session, from the first byte of standard input to its end or a signal, whatever comes first. */
function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    allowPositionals: false,
    options: {
      workspace: { type: "string" },
      allow: { type: "string", multiple: true, default: [] },
      space: { type: "string" },
      collection: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stderr.write(`${usage}\n`);
    return;
  }
  const rootsGiven = Promise.withResolvers<readonly string[] | null>();
  let isSettled = values.workspace !== undefined;
  const roots = {
    isSettled: () => isSettled,
    settle: (uris: readonly string[] | null) => {
      isSettled = true;
      rootsGiven.resolve(uris);
    },
  };
  const program = currentProgram();
  const open = sessionOpener({
    program,
    workspaceFlag: values.workspace ?? null,
    allow: values.allow,
    flags: {
      ...(values.space === undefined ? {} : { space: values.space }),
      ...(values.collection === undefined ? {} : { collection: values.collection }),
    },
    askRoots: () => rootsGiven.promise,
  });
  // Nothing is persisted here: an agent may kill us 60 ms after it closes the pipe. The hub sees the connection close.
  const end = () => process.exit(0);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);
  // Anything but protocol on stdout would break the client.
  console.log = console.info = console.debug = console.error;
  const transport = new LineTransport(process.stdin, process.stdout);
  const server = serveStdio(() => createMcpServer({ version: program.version, roots, open }), {
    transport,
    onerror: (error) => process.stderr.write(`commons mcp: ${error.message}\n`),
  });
  process.stdin.on("end", end);
  process.stdin.on("close", end);
  process.stdout.on("error", end);
  process.on("uncaughtException", (error) => process.stderr.write(`commons mcp: ${error.stack}\n`));
  process.on("unhandledRejection", (reason) => process.stderr.write(`commons mcp: ${String(reason)}\n`));
  void server;
}

/** Most of the program is loaded here and not at import, so that `initialize` waits for none of it. */
function sessionOpener(options: LiveSessionOptions): () => Promise<LiveSession> {
  let opened: Promise<LiveSession> | null = null;
  const load = async () => {
    const { openLiveSession } = await import("./live-session.ts");
    // Node writes its compile cache at exit, which agents that kill their servers never let happen.
    setTimeout(flushCompileCache, 1_000).unref();
    return openLiveSession(options);
  };
  return () => (opened ??= load());
}

/** bin/commons.mjs starts another program for --docker, which alone knows the options of containers. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const option = /'(--(?:runtime|image|hub|network))\b/.exec(message)?.[1];
  return option === undefined ? message : `The option ${option} is of sessions in containers and needs --docker.`;
}

try {
  main(process.argv.slice(process.argv[2] === "mcp" ? 3 : 2));
} catch (error) {
  process.stderr.write(`commons mcp: ${reasonOf(error)}\n${usage}\n`);
  process.exit(2);
}
