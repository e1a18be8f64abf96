import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import { requireCollectionName } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import type { OperationName, OperationOutput, operations } from "../protocol/operations.ts";
import type { CollectionListing, HubStatus } from "../protocol/views.ts";
import type { z } from "zod";
import { authorOf, markUse, requireSession, viewerOf, type Caller } from "./caller.ts";
import { CollectionGate, visibleCollection } from "./collection-lookup.ts";
import type { EngineService } from "./engine-service.ts";
import { scopeHandlers } from "./scope-handlers.ts";
import type { SessionRegistry } from "./session-registry.ts";
import { similarHandlers } from "./similar-handlers.ts";
import { workHandlers } from "./work-handlers.ts";
import type { WorkRegistry } from "./work-registry.ts";

export type Handlers = {
  readonly [N in OperationName]: (
    input: z.output<(typeof operations)[N]["input"]>,
    caller: Caller,
  ) => Promise<OperationOutput<N>>;
};

export interface HandlerParts {
  /** Applies every write, one after another. */
  readonly writer: AsyncCatalog;
  /** Its own thread and connection, so that a search never waits for an ingest. */
  readonly reader: AsyncCatalog;
  readonly registry: SessionRegistry;
  readonly works: WorkRegistry;
  readonly engine: EngineService;
  readonly hubView: () => HubStatus["hub"];
  readonly embedder: HubStatus["embedder"];
  readonly stop: (reason: string) => void;
}

/** The hub's operations: what each does, in terms of the catalog, the registry and the engine. */
export function createHandlers(parts: HandlerParts): Handlers {
  return {
    ...hubHandlers(parts),
    ...collectionHandlers(parts),
    ...documentHandlers(parts),
    ...scopeHandlers(parts),
    ...workHandlers(parts),
    ...similarHandlers(parts),
  };
}

export type HandlersNamed<N extends OperationName> = Pick<Handlers, N>;

function hubHandlers(
  parts: HandlerParts,
): HandlersNamed<"hub.status" | "hub.stop" | "sessions.list" | "session.describe"> {
  const { reader, registry, engine } = parts;
  return {
    "hub.status": async (_input, caller) => {
      const [collections, totals, engineView] = await Promise.all([
        reader.listCollections(viewerOf(caller)),
        reader.totals(),
        engine.view(),
      ]);
      return {
        hub: parts.hubView(),
        engine: engineView,
        sessions: registry.list(caller.space),
        collections,
        totals,
        embedder: parts.embedder,
      };
    },
    "hub.stop": async ({ reason }) => {
      parts.stop(reason);
      return { isStopping: true };
    },
    "sessions.list": async (_input, caller) => registry.list(caller.space),
    "session.describe": async ({ activity, branch, commit }, caller) => {
      registry.describe(requireSession(caller).sessionId, {
        activity,
        ...(branch === undefined ? {} : { branch }),
        ...(commit === undefined ? {} : { commit }),
      });
      return {};
    },
  };
}

function collectionHandlers(
  parts: HandlerParts,
): HandlersNamed<
  | "collections.list"
  | "collections.get"
  | "collections.ofSource"
  | "collections.ensure"
  | "collections.unload"
  | "collections.restore"
> {
  const { reader, writer, registry, engine } = parts;
  return {
    "collections.list": async (_input, caller): Promise<CollectionListing> => {
      const [collections, foreign] = await Promise.all([
        reader.listCollections(viewerOf(caller)),
        engine.listForeign(caller.space),
      ]);
      return {
        collections: collections.map((collection) => ({ ...collection, usedBy: registry.usersOf(collection.id) })),
        foreign,
      };
    },
    "collections.get": async ({ collection: name }, caller) => {
      const collection = await visibleCollection(parts, viewerOf(caller), name);
      markUse(registry, caller, collection);
      const detail = await reader.collectionDetail(collection.id);
      return { ...detail, usedBy: registry.usersOf(collection.id), mirror: engine.mirrorOf(collection) };
    },
    "collections.ofSource": async ({ sourceKey }, caller) => reader.collectionsOfSource(viewerOf(caller), sourceKey),
    "collections.ensure": async ({ collection: name, kind }, caller) => {
      requireCollectionName(name);
      const session = requireSession(caller);
      const found = await writer.findCollection(viewerOf(caller), name);
      if (found === null && kind !== "temporary") await engine.requireNotForeign(caller.space, name);
      const wanted = kind === "any" ? (found?.kind ?? "permanent") : kind;
      const ensured = await writer.ensureCollection({
        ...viewerOf(caller),
        name,
        kind: wanted,
        author: authorOf(session),
      });
      markUse(registry, caller, ensured.collection);
      engine.kick();
      return ensured;
    },
    "collections.unload": async ({ collection: name, force }, caller) => {
      const collection = await visibleCollection(parts, viewerOf(caller), name);
      const others = registry.usersOf(collection.id).filter((use) => use.sessionId !== caller.session?.sessionId);
      if (others.length > 0 && !force) {
        const who = others.map((use) => `${use.agent} in ${use.workspace ?? "no workspace"}`).join(", ");
        throw new CommonsError("COLLECTION_IN_USE", `"${name}" is in use by ${who}.`, {
          hint: "Wait until they are done, or repeat with force.",
          details: { usedBy: others },
        });
      }
      const removed = await writer.unloadCollection(collection.id);
      registry.forgetCollection(collection.id);
      engine.kick();
      return { collection: name, kind: collection.kind, ...removed };
    },
    "collections.restore": async ({ collection: name }, caller) => {
      const restored = await writer.restoreCollection(viewerOf(caller), name);
      engine.kick();
      return restored;
    },
  };
}

function documentHandlers(
  parts: HandlerParts,
): HandlersNamed<"documents.known" | "documents.knownPaths" | "documents.write" | "documents.delete" | "search"> {
  const { reader, writer, registry, engine } = parts;
  // The writer answers: a collection made a moment ago must be there already.
  const gate = new CollectionGate(writer);
  return {
    "documents.known": async (input, caller) => {
      await gate.require(viewerOf(caller), input.collectionId);
      return writer.knownFiles(input);
    },
    "documents.knownPaths": async (input, caller) => {
      await gate.require(viewerOf(caller), input.collectionId);
      return writer.knownPaths(input);
    },
    "documents.write": async ({ collectionId, source, changes }, caller) => {
      markUse(registry, caller, await gate.require(viewerOf(caller), collectionId));
      const written = await writer.write({
        collectionId,
        source,
        author: authorOf(requireSession(caller)),
        ...changes,
      });
      engine.kick();
      return written;
    },
    "documents.delete": async ({ collection: name, ids, where, sourceKey, isDryRun }, caller) => {
      if ((ids === undefined) === (where === undefined)) {
        throw new CommonsError("INPUT_INVALID", "Give either ids or where.", {
          hint: 'For example ids: ["note-1"] or where: {"language": "python"}.',
        });
      }
      const collection = await visibleCollection(parts, viewerOf(caller), name);
      const selection = {
        collectionId: collection.id,
        sourceKey,
        ...(ids === undefined ? {} : { ids }),
        ...(where === undefined ? {} : { where }),
      };
      const deleted = await writer.deleteDocuments(selection, { isDryRun });
      if (!isDryRun) engine.kick();
      markUse(registry, caller, collection);
      return deleted;
    },
    search: async ({ collections: wanted, query, limit, mode, filters, preferredSources }, caller) => {
      const viewer = viewerOf(caller);
      const collections =
        wanted === "*"
          ? await reader.listCollections(viewer)
          : await Promise.all(wanted.map((name) => visibleCollection(parts, viewer, name)));
      if (wanted !== "*") for (const collection of collections) markUse(registry, caller, collection);
      const collectionIds = collections.map(({ id }) => id);
      return reader.search({ collectionIds, query, limit, mode, filters, preferredSources });
    },
  };
}
