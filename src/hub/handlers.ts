import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { CollectionSummary } from "../core/collections.ts";
import type { OperationName, OperationOutput, operations } from "../protocol/operations.ts";
import type { CollectionListing, HubStatus, SessionView } from "../protocol/views.ts";
import type { z } from "zod";
import { authorAt, markUse, requireSession, viewerOf, type Caller } from "./caller.ts";
import { CollectionGate, visibleCollection } from "./collection-lookup.ts";
import type { EngineService } from "./engine-service.ts";
import type { EmbeddingService } from "./embedding-service.ts";
import { mirrorHandlers } from "./mirror-handlers.ts";
import type { ModelRoom } from "./model-room.ts";
import type { ForeignCollections } from "./foreign-collections.ts";
import { ensureHandlers } from "./ensure-handler.ts";
import { foreignHandlers } from "./foreign-handlers.ts";
import { keepHandlers } from "./keep-handlers.ts";
import { passageHandlers } from "./passage-handlers.ts";
import { portableHandlers } from "./portable-handlers.ts";
import { reindexHandlers } from "./reindex-handlers.ts";
import { removalHandlers } from "./removal-handlers.ts";
import { scopeHandlers } from "./scope-handlers.ts";
import { searchHandlers } from "./search-handlers.ts";
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
  readonly foreign: ForeignCollections;
  readonly hubView: () => HubStatus["hub"];
  readonly embedder: HubStatus["embedder"];
  readonly embedding: EmbeddingService;
  readonly models: ModelRoom;
  /** The model of new permanent collections. */
  readonly defaultModel: string;
  /** How many connections were hung up on; null when no TCP is asked for. */
  readonly rotateToken: () => Promise<number | null>;
  readonly stop: (reason: string) => void;
}

/** What the handlers share beside what they are given. */
export interface HandlerTools extends HandlerParts {
  readonly gate: CollectionGate;
}

/** The hub's operations: what each does, in terms of the catalog, the registry and the engine. */
export function createHandlers(parts: HandlerParts): Handlers {
  // The writer answers: a collection made a moment ago must be there already.
  const tools: HandlerTools = { ...parts, gate: new CollectionGate(parts.writer) };
  return {
    ...hubHandlers(parts),
    ...collectionHandlers(parts),
    ...ensureHandlers(parts),
    ...documentHandlers(tools),
    ...removalHandlers(tools),
    ...keepHandlers(tools),
    ...portableHandlers(tools),
    ...passageHandlers(tools),
    ...mirrorHandlers(tools),
    ...foreignHandlers(parts),
    ...searchHandlers(parts),
    ...reindexHandlers(parts),
    ...scopeHandlers(tools),
    ...workHandlers(parts),
    ...similarHandlers(parts),
  };
}

export type HandlersNamed<N extends OperationName> = Pick<Handlers, N>;

function hubHandlers(
  parts: HandlerParts,
): HandlersNamed<"hub.status" | "hub.stop" | "hub.rotateToken" | "sessions.list" | "session.describe"> {
  const { reader, registry, engine } = parts;
  return {
    "hub.status": async (_input, caller) => {
      const [collections, stored, engineView, embedding] = await Promise.all([
        reader.listCollections(viewerOf(caller)),
        reader.totals(),
        engine.view(),
        parts.embedding.view(),
      ]);
      return {
        hub: parts.hubView(),
        engine: engineView,
        sessions: sessionsShown(parts, caller, collections),
        collections,
        totals: totalsOf(collections, stored),
        embedder: parts.embedder,
        embedding: {
          ...embedding,
          reindexing: embedding.reindexing.filter(({ space }) => space === viewerOf(caller).space),
        },
      };
    },
    "hub.stop": async ({ reason }) => {
      parts.stop(reason);
      return { isStopping: true };
    },
    "hub.rotateToken": async () => ({ hungUp: await parts.rotateToken() }),
    "sessions.list": async (_input, caller) =>
      sessionsShown(parts, caller, await reader.listCollections(viewerOf(caller))),
    "session.describe": async ({ activity, branch, commit }, caller) => {
      registry.describe(requireSession(caller).sessionId, {
        ...(activity === undefined ? {} : { activity }),
        ...(branch === undefined ? {} : { branch }),
        ...(commit === undefined ? {} : { commit }),
      });
      return {};
    },
  };
}

/** The sessions of the caller's space; what another uses is named only where the caller sees it too. */
function sessionsShown(
  { registry }: HandlerParts,
  caller: Caller,
  visible: readonly CollectionSummary[],
): SessionView[] {
  const ids = new Set(visible.map(({ id }) => id));
  return registry.list(caller.space, (collectionId) => ids.has(collectionId));
}

/** What is counted is the caller's; the vectors and the size of the files are of all spaces, which share them. */
function totalsOf(collections: readonly CollectionSummary[], stored: HubStatus["totals"]): HubStatus["totals"] {
  const sum = (of: (collection: CollectionSummary) => number): number =>
    collections.reduce((total, collection) => total + of(collection), 0);
  return {
    ...stored,
    collections: collections.length,
    documents: sum(({ documents }) => documents),
    chunks: sum(({ chunks }) => chunks),
  };
}

function collectionHandlers(
  parts: HandlerParts,
): HandlersNamed<"collections.list" | "collections.get" | "collections.ofSource"> {
  const { reader, registry, engine } = parts;
  return {
    "collections.list": async (_input, caller): Promise<CollectionListing> => {
      const [collections, gaps, foreign] = await Promise.all([
        reader.listCollections(viewerOf(caller)),
        parts.embedding.gaps(),
        engine.listForeign(caller.space),
      ]);
      return {
        collections: collections.map((collection) => ({
          ...collection,
          usedBy: registry.usersOf(collection.id),
          withoutVector: gaps.find(({ collectionId }) => collectionId === collection.id)?.passages ?? 0,
        })),
        foreign,
      };
    },
    "collections.get": async ({ collection: name }, caller) => {
      const collection = await visibleCollection(parts, viewerOf(caller), name);
      void markUse(parts, caller, collection);
      const [detail, receipts] = await Promise.all([
        reader.collectionDetail(collection.id),
        reader.receipts(viewerOf(caller), { collection: name, limit: 1 }),
      ]);
      return {
        ...detail,
        usedBy: registry.usersOf(collection.id),
        mirror: engine.mirrorOf(collection),
        model: await parts.embedding.problemOf(collection),
        // The newest receipt of that name may be of an earlier collection.
        lastReceipt: receipts.find(({ collectionId }) => collectionId === collection.id) ?? null,
      };
    },
    "collections.ofSource": async ({ sourceKey }, caller) => reader.collectionsOfSource(viewerOf(caller), sourceKey),
  };
}

function documentHandlers(
  parts: HandlerTools,
): HandlersNamed<"documents.known" | "documents.knownPaths" | "documents.write"> {
  const { writer, gate, engine } = parts;
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
      void markUse(parts, caller, await gate.require(viewerOf(caller), collectionId));
      const written = await writer.write({
        collectionId,
        source,
        author: authorAt(requireSession(caller), source),
        ...changes,
      });
      engine.kick();
      parts.embedding.kick();
      return written;
    },
  };
}
