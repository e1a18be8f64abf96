import type { WorkView } from "../protocol/views.ts";
import { markUse, requireSession, viewerOf, type Caller } from "./caller.ts";
import type { HandlerParts, HandlersNamed } from "./handlers.ts";

type WorkOperations =
  | "work.claim"
  | "work.report"
  | "work.finish"
  | "work.release"
  | "work.wait"
  | "work.abandon"
  | "work.list";

/** Leases on work that one session does for all. Keys are kept apart by space, so that no session meets another space's work. */
export function workHandlers(parts: HandlerParts): HandlersNamed<WorkOperations> {
  const { works, reader } = parts;
  return {
    "work.claim": async ({ collection: name, ...claim }, caller) => {
      const session = requireSession(caller);
      const collection = name === undefined ? null : await reader.findCollection(viewerOf(caller), name);
      if (collection !== null) void markUse(parts, caller, collection);
      const whole = { ...claim, key: keyOf(claim.key, caller) };
      const { isHolder, work } = works.claim(whole, session, collection?.id ?? null);
      return { isHolder, work: shown(work) };
    },
    "work.report": async ({ key, runId, progress }, caller) => ({
      isHolder: works.report({ key: keyOf(key, caller), runId }, progress),
    }),
    "work.finish": async ({ key, runId, result }, caller) => {
      works.finish({ key: keyOf(key, caller), runId }, result);
      return {};
    },
    "work.release": async ({ key, runId }, caller) => {
      works.release({ key: keyOf(key, caller), runId });
      return {};
    },
    "work.wait": async ({ key, runId, timeoutMs }, caller) => works.wait({ key: keyOf(key, caller), runId }, timeoutMs),
    "work.abandon": async (_input, caller) => {
      works.abandon(requireSession(caller).sessionId, "ingest");
      return {};
    },
    "work.list": async (_input, caller) => works.list(caller.session?.space ?? caller.space).map(shown),
  };
}

function keyOf(key: string, caller: Caller): string {
  return `${caller.session?.space ?? caller.space}\0${key}`;
}

function shown(work: WorkView): WorkView {
  return { ...work, key: work.key.slice(work.key.indexOf("\0") + 1) };
}
