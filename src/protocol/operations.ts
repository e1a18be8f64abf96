import { z } from "zod";
import type { CollectionDetail, CollectionSummary, DeleteResult } from "../core/collections.ts";
import type { KnownFile } from "../core/document.ts";
import type { Hit } from "../core/search.ts";
import type { WriteResult } from "../core/writes.ts";
import { changesSchema, filtersSchema, searchModeSchema, sourceSchema, whereSchema } from "./schemas.ts";
import type { CollectionListing, CollectionUse, HubStatus, SessionView } from "./views.ts";

/** Raised when the wire changes so that the two sides cannot understand each other. */
export const protocolVersion = 1;

export const headers = { session: "x-commons-session", space: "x-commons-space", protocol: "x-commons-protocol" } as const;

interface Operation<I extends z.ZodType, O> {
  readonly input: I;
  /** Type only: what the hub answers. */
  readonly output?: O;
}

const operation = <I extends z.ZodType, O>(input: I, _output: (value: never) => O): Operation<I, O> => ({ input });
const returns =
  <O>() =>
  (value: never): O =>
    value;

const name = z.string().max(2_000);
const nothing = z.strictObject({});

/** Every hub operation: name to input schema and output type. The hub's routes and the client's methods are made from it. */
export const operations = {
  "hub.status": operation(nothing, returns<HubStatus>()),
  "hub.stop": operation(z.strictObject({ reason: z.string().max(200) }), returns<{ isStopping: true }>()),
  "sessions.list": operation(nothing, returns<SessionView[]>()),
  "session.describe": operation(
    z.strictObject({ activity: z.string().max(500).nullable(), branch: z.string().nullable().optional(), commit: z.string().nullable().optional() }),
    returns<Record<string, never>>(),
  ),
  "collections.list": operation(nothing, returns<CollectionListing>()),
  "collections.get": operation(z.strictObject({ collection: name }), returns<CollectionDetail & { usedBy: CollectionUse[] }>()),
  "collections.ofSource": operation(z.strictObject({ sourceKey: z.string() }), returns<CollectionSummary[]>()),
  "collections.ensure": operation(
    z.strictObject({ collection: name, kind: z.enum(["permanent", "temporary", "any"]) }),
    returns<{ collection: CollectionSummary; isNew: boolean }>(),
  ),
  "collections.unload": operation(
    z.strictObject({ collection: name, force: z.boolean() }),
    returns<{ collection: string; kind: "permanent" | "temporary"; documents: number; chunks: number }>(),
  ),
  "collections.restore": operation(z.strictObject({ collection: name }), returns<CollectionSummary>()),
  "documents.known": operation(
    z.strictObject({ collectionId: z.string(), sourceKey: z.string(), after: z.string().nullable(), limit: z.number().int().min(1).max(20_000) }),
    returns<KnownFile[]>(),
  ),
  "documents.knownPaths": operation(
    z.strictObject({ collectionId: z.string(), sourceKey: z.string(), paths: z.array(z.string()).max(20_000) }),
    returns<KnownFile[]>(),
  ),
  "documents.write": operation(
    z.strictObject({ collectionId: z.string(), source: sourceSchema, changes: changesSchema }),
    returns<WriteResult>(),
  ),
  "documents.delete": operation(
    z.strictObject({
      collection: name,
      ids: z.array(z.string().max(8_192)).min(1).max(10_000).optional(),
      where: whereSchema.optional(),
      isDryRun: z.boolean(),
    }),
    returns<DeleteResult>(),
  ),
  search: operation(
    z.strictObject({
      /** Names, or "*" for all that the session may see. */
      collections: z.union([z.literal("*"), z.array(name).min(1).max(500)]),
      query: z.string().max(20_000),
      limit: z.number().int().min(1).max(200),
      mode: searchModeSchema,
      filters: filtersSchema,
    }),
    returns<{ hits: Hit[]; collections: string[] }>(),
  ),
} as const;

export type OperationName = keyof typeof operations;
export type OperationInput<N extends OperationName> = z.input<(typeof operations)[N]["input"]>;
export type OperationOutput<N extends OperationName> = NonNullable<(typeof operations)[N]["output"]>;
