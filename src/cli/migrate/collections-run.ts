import { asCommonsError, CommonsError } from "../../core/errors.ts";
import { countOf } from "../../core/quantities.ts";
import { joinSentences } from "../../core/sentences.ts";
import type { EarlierCollection, EarlierPlace } from "../../portable/earlier/earlier-place.ts";
import { type MigrationReport, migrateCollection } from "../../session/migration.ts";
import type { Session } from "../../session/session.ts";

export interface NameOptions {
  /** Only these; undefined: all. */
  readonly collection?: readonly string[] | undefined;
  readonly as?: string | undefined;
  readonly prefix?: string | undefined;
}

export const leaveReasons = {
  unasked: "not asked for",
  own: "made by this program from its own catalog",
  repeated: "the same was listed before",
} as const;

/** One collection of a place, and what is to be done with it. */
export type CollectionPlan =
  | { readonly kind: "bring"; readonly collection: EarlierCollection; readonly to: string }
  /** Not asked for, or made by this program itself. */
  | { readonly kind: "leave"; readonly collection: EarlierCollection; readonly reason: string }
  | { readonly kind: "refused"; readonly collection: EarlierCollection; readonly error: CommonsError };

export type CollectionResult =
  | { readonly kind: "done"; readonly collection: EarlierCollection; readonly report: MigrationReport }
  | Exclude<CollectionPlan, { kind: "bring" }>
  | { readonly kind: "pending" | "declined"; readonly collection: EarlierCollection; readonly to: string };

/**
 * Decides under which name each collection is to stand. Names are kept unless a person gave others; two of one name are not put into one.
 * `taken`: names of this run so far, with what is to stand under them; it grows. Errors: INPUT_INVALID for `--as` with several, COLLECTION_NOT_FOUND.
 */
export function planCollections(place: EarlierPlace, names: NameOptions, taken: Map<string, string>): CollectionPlan[] {
  const wanted = names.collection === undefined ? null : new Set(names.collection);
  const plans = place.collections.map((collection): CollectionPlan => {
    if (wanted !== null && !wanted.has(collection.name))
      return { kind: "leave", collection, reason: leaveReasons.unasked };
    if (collection.isOwn) return { kind: "leave", collection, reason: leaveReasons.own };
    return { kind: "bring", collection, to: `${names.prefix ?? ""}${names.as ?? collection.name}` };
  });
  const brought = plans.filter(({ kind }) => kind === "bring");
  if (names.as !== undefined && brought.length > 1)
    throw new CommonsError("INPUT_INVALID", `--as names one collection, and ${place.title} has ${brought.length}.`, {
      hint: "Choose one with --collection NAME, or give all of them a beginning with --prefix.",
    });
  return plans.map((plan) => {
    if (plan.kind !== "bring") return plan;
    if (plan.to === "" || plan.to === names.prefix)
      return { kind: "refused", collection: plan.collection, error: unnamed(place) };
    const { identity } = plan.collection;
    // Two ways may lead to one server.
    if (taken.get(plan.to) === identity)
      return { kind: "leave", collection: plan.collection, reason: leaveReasons.repeated };
    if (taken.has(plan.to)) return { kind: "refused", collection: plan.collection, error: twice(plan.to) };
    taken.set(plan.to, identity);
    return plan;
  });
}

export interface CollectionsRun {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly onProgress: (collection: EarlierCollection, records: number) => void;
  readonly onResult: (result: CollectionResult) => void;
}

/** One after the other; what fails for one stops no other. Errors: CANCELLED; those that are done stay. */
export async function bringCollections(
  place: EarlierPlace,
  plans: readonly CollectionPlan[],
  run: CollectionsRun,
): Promise<CollectionResult[]> {
  const results: CollectionResult[] = [];
  for (const plan of plans) {
    run.signal.throwIfAborted();
    const result = plan.kind === "bring" ? await bring(place, plan, run) : plan;
    results.push(result);
    run.onResult(result);
  }
  return results;
}

async function bring(
  place: EarlierPlace,
  { collection, to }: Extract<CollectionPlan, { kind: "bring" }>,
  { session, signal, onProgress }: CollectionsRun,
): Promise<CollectionResult> {
  let read = 0;
  try {
    const report = await migrateCollection(session, {
      to,
      identity: collection.identity,
      from: collection.name,
      pages: place.read(collection, signal),
      count: () => place.count(collection, signal),
      isMirror: place.isWhole,
      overwrite: false,
      force: false,
      signal,
      onProgress: (records) => {
        read = records;
        onProgress(collection, records);
      },
    });
    return { kind: "done", collection, report };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "refused", collection, error: withRead(asCommonsError(error), read) };
  }
}

/** How far it came, for what broke in the middle. */
function withRead(error: CommonsError, read: number): CommonsError {
  if (error.code !== "MIGRATION_UNUSABLE" || read === 0) return error;
  return new CommonsError(
    error.code,
    joinSentences(error.message, `${countOf(read, "record")} could be read until there.`),
    {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    },
  );
}

function unnamed({ title }: EarlierPlace): CommonsError {
  return new CommonsError("INPUT_INVALID", `${title} does not say what its collection is called.`, {
    hint: "Name it with --as NAME.",
  });
}

function twice(name: string): CommonsError {
  return new CommonsError("COLLECTION_EXISTS", `Another collection of this run is called "${name}" too.`, {
    hint: "Bring them over one by one: --collection, --database and --as or --prefix.",
  });
}
