import { flushCompileCache } from "node:module";
import { environment } from "../config/load-settings.ts";
import { currentProgram } from "../config/program.ts";
import { asCommonsError } from "../core/errors.ts";
import { endGroup, hasProcessGroups } from "../reader/process-group.ts";
import { startWatchdog } from "../reader/watchdog.ts";
import type { Ingester, IngesterMethod, IngesterOptions } from "./ingester.ts";
import type { IngesterIdentity, IngesterReply, IngesterRequest } from "./ingester-messages.ts";
import { createLocalIngester } from "./local-ingester.ts";
import { Session } from "./session.ts";

const progressEveryMs = 100;

/** Entry of the process that looks at an agent session's files: a guest in that session, with the same id in the hub. */
function main(): void {
  let ingester: Ingester | null = null;
  const running = new Map<number, AbortController>();
  startWatchdog({ ofGroup: hasProcessGroups });
  process.on("disconnect", end);
  process.on("message", (request: IngesterRequest) => {
    if (request.kind === "open") ingester = createLocalIngester(openGuest(request.identity));
    else if (request.kind === "cancel") running.get(request.id)?.abort();
    else if (ingester !== null) void answer(ingester, request, running);
  });
}

/** With the readers, of which one may hang in a file. */
function end(): void {
  // What is killed does not write its compile cache.
  flushCompileCache();
  endGroup(process.pid);
  process.exit(0);
}

async function answer(
  ingester: Ingester,
  { id, method, input }: IngesterRequest & { kind: "call" },
  running: Map<number, AbortController>,
): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  let reportedMs = -Infinity;
  const options: IngesterOptions = {
    signal: stop.signal,
    onProgress: (progress) => {
      if (performance.now() - reportedMs < progressEveryMs) return;
      reportedMs = performance.now();
      reply({ kind: "progress", id, progress });
    },
  };
  try {
    reply({ kind: "result", id, value: await run(ingester, { method, input, options }) });
  } catch (error) {
    reply({ kind: "error", id, error: asCommonsError(error).toWire() });
  } finally {
    running.delete(id);
  }
}

/** Safe: RemoteIngester sends each method with the arguments of its type. */
function run(
  ingester: Ingester,
  call: { readonly method: IngesterMethod; readonly input: readonly unknown[]; readonly options: IngesterOptions },
): Promise<unknown> {
  const method = ingester[call.method] as (...input: readonly unknown[]) => Promise<unknown>;
  return call.method === "refresh" ? method(...call.input) : method(...call.input, call.options);
}

function openGuest({ sessionId, agent, cwd, workspace, allow, flags }: IngesterIdentity): Session {
  return new Session({
    kind: "agent",
    guestOf: sessionId,
    agent,
    program: currentProgram(),
    env: environment(),
    cwd,
    workspaceFlag: workspace,
    allow,
    flags,
  });
}

function reply(message: IngesterReply): void {
  process.send?.(message);
}

main();
