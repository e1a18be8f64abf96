import type { AnsweredCall } from "../catalog/api.ts";
import { requireCollectionName } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import type { PromoteResult } from "../core/receipts.ts";
import type { KeepResult, TemporaryCollection } from "../protocol/views.ts";
import { runRepeatable } from "./answered-calls.ts";
import { originOf, type Caller } from "./caller.ts";
import type { Handlers, HandlersNamed, HandlerTools } from "./handlers.ts";

type KeepOperations = "collections.temporary" | "collections.keep";
type Input<N extends KeepOperations> = Parameters<Handlers[N]>[0];
type Output<N extends KeepOperations> = ReturnType<Handlers[N]>;

const maxNamed = 10;
const shownIdChars = 8;
// What an import or a migration fills is no collection yet.
const unfinished = /^(?:import|migration)-[0-9a-f]{16}(?:-|$)/;

/** What a person may do with the temporary collections of live agents, which nobody else sees. */
export function keepHandlers(tools: HandlerTools): HandlersNamed<KeepOperations> {
  return {
    "collections.temporary": async (_input, caller) => {
      requirePerson(caller);
      return temporaryOf(tools, caller.space);
    },
    "collections.keep": (input, caller) => keep(tools, input, caller),
  };
}

/** An agent is told the same whether there is something or not. */
function requirePerson({ session }: Caller): void {
  if (session?.kind !== "agent") return;
  throw new CommonsError("REQUEST_REFUSED", "The temporary collections of other sessions are not an agent's.", {
    hint: "A session keeps its own with quick_load and keep: true; a person keeps any with: commons keep NAME",
  });
}

/** By name, then in the order in which their sessions began. */
async function temporaryOf({ reader, registry }: HandlerTools, space: string): Promise<TemporaryCollection[]> {
  const found: TemporaryCollection[] = [];
  for (const { kind, sessionId, agent, workspace } of registry.list(space)) {
    if (kind !== "agent") continue;
    const session = { sessionId, agent, workspace };
    for (const collection of await reader.listCollections({ space, sessionId }))
      if (collection.kind === "temporary" && !unfinished.test(collection.name)) found.push({ ...collection, session });
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

async function keep(
  tools: HandlerTools,
  { collection: wanted, as: name = wanted, session }: Input<"collections.keep">,
  caller: Caller,
): Output<"collections.keep"> {
  requirePerson(caller);
  requireCollectionName(name);
  const { writer, engine, gate, embedding, registry } = tools;
  const origin = originOf(caller);
  await engine.requireNotForeign(caller.space, name);
  let loading: string | null = null;
  const kept = await runRepeatable(writer, {
    origin,
    action: "promote",
    run: async () => {
      const { id, session: owner } = requireOne(await temporaryOf(tools, caller.space), { wanted, session });
      const { activity } = registry.list(caller.space).find((each) => each.sessionId === owner.sessionId) ?? {};
      if (activity?.endsWith(` into ${wanted}`) === true) loading = activity;
      const viewer = { space: caller.space, sessionId: owner.sessionId };
      const change = { collectionId: id, name, overwrite: false, isForced: false, isKept: true };
      return writer.promoteCollection({ ...change, viewer, origin });
    },
    // Safe: the answer of a promotion is what promoteCollection returned.
    answered: ({ answer }: AnsweredCall) => answer as PromoteResult,
  });
  // It is everybody's now.
  gate.forget(kept.collection.id);
  engine.kick();
  embedding.kick();
  return { ...kept, loading } satisfies KeepResult;
}

/** Errors: COLLECTION_NOT_FOUND, and INPUT_INVALID where several have the name; both list what there is. */
function requireOne(
  all: readonly TemporaryCollection[],
  { wanted, session }: { readonly wanted: string; readonly session: string | undefined },
): TemporaryCollection {
  const named = all.filter(({ name }) => name === wanted);
  const [found, ...others] = named.filter(
    (each) => session === undefined || each.session.sessionId.startsWith(session),
  );
  if (found === undefined) throw noneFound(all, { wanted, session });
  if (others.length === 0) return found;
  throw new CommonsError("INPUT_INVALID", `${named.length} live sessions have a temporary collection "${wanted}".`, {
    hint: `Say whose with --session: ${listText([found, ...others])}.`,
    details: { sessions: [found, ...others].map((each) => each.session) },
  });
}

function noneFound(
  all: readonly TemporaryCollection[],
  { wanted, session }: { readonly wanted: string; readonly session: string | undefined },
): CommonsError {
  const whose =
    session === undefined ? "No live session" : `No live session whose id begins with ${session.slice(0, 50)}`;
  const hint =
    all.length === 0
      ? "No session has any now: what a session loaded is gone with it."
      : `There are: ${listText(all)}.`;
  return new CommonsError("COLLECTION_NOT_FOUND", `${whose} has a temporary collection "${wanted.slice(0, 100)}".`, {
    hint,
  });
}

/** "vacation (session 1a2b3c4d, codex in /home/ann/photos)", and how many more. */
function listText(collections: readonly TemporaryCollection[]): string {
  const named = collections
    .slice(0, maxNamed)
    .map(
      ({ name, session: { sessionId, agent, workspace } }) =>
        `${name} (session ${sessionId.slice(0, shownIdChars)}, ${agent} in ${workspace ?? "no workspace"})`,
    );
  const more = collections.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
