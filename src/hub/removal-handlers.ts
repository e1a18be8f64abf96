import type { AnsweredCall } from "../catalog/api.ts";
import { requireCollectionName } from "../core/collection-name.ts";
import type { DeleteResult } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { PromoteResult, UnloadResult } from "../core/receipts.ts";
import { overWhatIsThere } from "../core/vanished-collection.ts";
import { runRepeatable } from "./answered-calls.ts";
import { markUse, originOf, viewerOf, type Caller } from "./caller.ts";
import { visibleCollection } from "./collection-lookup.ts";
import type { Handlers, HandlersNamed, HandlerTools } from "./handlers.ts";
import { requireUnused } from "./removal-guard.ts";

type RemovalOperations =
  | "collections.unload"
  | "collections.restore"
  | "collections.promote"
  | "documents.delete"
  | "receipts.list";
type Input<N extends RemovalOperations> = Parameters<Handlers[N]>[0];
type Output<N extends RemovalOperations> = ReturnType<Handlers[N]>;

/** Taking things away, bringing them back, and the list of what was done. Only a session may: each change has an author. */
export function removalHandlers(tools: HandlerTools): HandlersNamed<RemovalOperations> {
  return {
    "collections.unload": (input, caller) => unload(tools, input, caller),
    "collections.restore": (input, caller) => restore(tools, input, caller),
    "collections.promote": (input, caller) => promote(tools, input, caller),
    "documents.delete": (input, caller) => deleteDocuments(tools, input, caller),
    "receipts.list": (query, caller) => tools.reader.receipts(viewerOf(caller), query),
  };
}

async function unload(
  tools: HandlerTools,
  { collection: name, force }: Input<"collections.unload">,
  caller: Caller,
): Output<"collections.unload"> {
  const { writer, registry, gate, engine } = tools;
  const origin = originOf(caller);
  const run = async () => {
    const collection = await visibleCollection(tools, viewerOf(caller), name);
    const { isForced } = requireUnused(tools, caller, { collection, force });
    const removed = await writer.unloadCollection(collection.id, { origin, isForced, named: name });
    registry.forgetCollection(collection.id);
    gate.forget(collection.id);
    engine.kick();
    return { collection: name, kind: collection.kind, ...removed };
  };
  return runRepeatable(writer, {
    origin,
    action: "unload",
    run: () => overWhatIsThere(run),
    answered: ({ receipt: { kind }, answer }) => {
      // Safe: the answer of an unload is what unloadCollection returned.
      return { collection: name, kind, ...(answer as UnloadResult) };
    },
  });
}

async function restore(
  tools: HandlerTools,
  { collection, receipt }: Input<"collections.restore">,
  caller: Caller,
): Output<"collections.restore"> {
  if ((collection === undefined) === (receipt === undefined)) {
    throw new CommonsError("INPUT_INVALID", "Give either a collection or a receipt.", {
      hint: "commons restore --list says what can be brought back.",
    });
  }
  const { writer, engine, embedding } = tools;
  const origin = originOf(caller);
  const viewer = viewerOf(caller);
  const name = collection ?? (await nameThatComesBack(tools, viewer, receipt));
  // Another program may have taken the name meanwhile.
  if (name !== null) await engine.requireNotForeign(viewer.space, name);
  const restored =
    receipt === undefined
      ? await writer.restoreCollection(viewer, collection ?? "", origin)
      : await writer.restoreReceipt(viewer, receipt, origin);
  engine.kick();
  embedding.kick();
  return restored;
}

/** The name that the undoing of an unload makes visible; null: the receipt is of something else, or not there. */
async function nameThatComesBack(
  { reader }: HandlerTools,
  viewer: ReturnType<typeof viewerOf>,
  receipt: number | undefined,
): Promise<string | null> {
  if (receipt === undefined) return null;
  const [found] = await reader.receipts(viewer, { limit: 1, beforeId: receipt + 1 });
  return found?.id === receipt && found.action === "unload" && found.restorableUntilMs !== null
    ? found.collection
    : null;
}

/** The guard is for the collection that would be replaced; nobody else can use the temporary one. */
async function promote(
  tools: HandlerTools,
  { collectionId, name, overwrite, force, isKept }: Input<"collections.promote">,
  caller: Caller,
): Output<"collections.promote"> {
  const { writer, registry, gate, engine, embedding } = tools;
  requireCollectionName(name);
  const origin = originOf(caller);
  const viewer = viewerOf(caller);
  await engine.requireNotForeign(viewer.space, name);
  const run = async () => {
    const replaced = overwrite ? await writer.findCollection({ ...viewer, sessionId: null }, name) : null;
    const { isForced } =
      replaced === null ? { isForced: false } : requireUnused(tools, caller, { collection: replaced, force });
    const overwrites = replaced?.id ?? null;
    const request = { viewer, collectionId, name, overwrite, overwrites, origin, isForced, isKept };
    const promoted = await writer.promoteCollection(request);
    if (replaced !== null) {
      registry.forgetCollection(replaced.id);
      gate.forget(replaced.id);
    }
    return promoted;
  };
  // Safe: the answer of a promotion is what promoteCollection returned.
  const answered = ({ answer }: AnsweredCall) => answer as PromoteResult;
  const promoted = await runRepeatable(writer, {
    origin,
    action: "promote",
    run: () => overWhatIsThere(run),
    answered,
  });
  // It is everybody's now.
  gate.forget(collectionId);
  await markUse(tools, caller, promoted.collection);
  engine.kick();
  embedding.kick();
  return promoted;
}

/** A dry run only looks, so it is never refused. */
async function deleteDocuments(
  tools: HandlerTools,
  { collection: name, ids, where, sourceKey, isDryRun, force }: Input<"documents.delete">,
  caller: Caller,
): Output<"documents.delete"> {
  if ((ids === undefined) === (where === undefined)) {
    throw new CommonsError("INPUT_INVALID", "Give either ids or where.", {
      hint: 'For example ids: ["note-1"] or where: {"language": "python"}.',
    });
  }
  const { writer, engine } = tools;
  const origin = originOf(caller);
  const run = async () => {
    const collection = await visibleCollection(tools, viewerOf(caller), name);
    const { isForced } = isDryRun ? { isForced: false } : requireUnused(tools, caller, { collection, force });
    const selection = {
      collectionId: collection.id,
      sourceKey,
      ...(ids === undefined ? {} : { ids }),
      ...(where === undefined ? {} : { where }),
    };
    const deleted = await writer.deleteDocuments(selection, { isDryRun, origin, isForced, named: name });
    await markUse(tools, caller, collection);
    return { kind: collection.kind, ...deleted };
  };
  const answered = ({ receipt: { kind }, answer }: AnsweredCall) => {
    // Safe: the answer of a deletion is what deleteDocuments returned.
    return { kind, ...(answer as DeleteResult) };
  };
  const deleted = await runRepeatable(writer, {
    origin,
    action: "delete",
    run: () => overWhatIsThere(run),
    answered,
  });
  if (!isDryRun) engine.kick();
  return deleted;
}
