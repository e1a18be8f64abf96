import { asCommonsError, CommonsError } from "../../core/errors.ts";
import type { EarlierPlace } from "../../portable/earlier/earlier-place.ts";
import { printableLine } from "../output/printable-text.ts";
import { openProgress } from "../progress.ts";
import { openSession } from "../session-access.ts";
import { consentOf } from "../setup/consent.ts";
import {
  bringCollections,
  type CollectionPlan,
  type CollectionResult,
  leaveReasons,
  planCollections,
} from "./collections-run.ts";
import { findPlaces } from "./found-places.ts";
import type { Flow } from "./migrate-flow.ts";
import { errorLines, planTexts, resultTexts } from "./migrate-text.ts";
import { openPlace } from "./open-place.ts";
import { distinctPlaces, migrateCommand, type PlaceRef, placeTitle } from "./place-ref.ts";

/** What became of one place. */
export interface PlaceResult {
  readonly ref: PlaceRef;
  readonly title: string;
  readonly collections: readonly CollectionResult[];
  /** It could not be read at all. */
  readonly error: CommonsError | null;
}

/**
 * Whether every record of the place is here now: nothing was left out, neither by a person nor for what it is. What this program made there
 * itself is not to be thrown away.
 */
export function isWhole({ error, collections }: PlaceResult): boolean {
  const isHere = (result: CollectionResult) =>
    result.kind === "done" ? isComplete(result) : result.kind === "leave" && result.reason === leaveReasons.repeated;
  return error === null && collections.length > 0 && collections.every(isHere);
}

function isComplete({ report }: Extract<CollectionResult, { kind: "done" }>): boolean {
  const { withoutText, unusableIds, secretIds, cutFacts, repeated, tooLarge, withoutId } = report;
  return report.isComplete && withoutText + unusableIds + secretIds + cutFacts + repeated + tooLarge + withoutId === 0;
}

/** `isTrusted`: a person or a file of theirs named it, so that what they gave on the command line goes to it. */
export async function bringPlace(ref: PlaceRef, flow: Flow, isTrusted = true): Promise<PlaceResult> {
  const { context, options, opening, say } = flow;
  const title = placeTitle(ref);
  let place: EarlierPlace | null = null;
  try {
    place = await openPlace(ref, isTrusted ? opening : { ...opening, headers: {}, tenant: null, database: null });
    for (const { name } of place.collections) flow.seen.add(name);
    const plans = planCollections(place, options, flow.taken);
    say(planTexts(context.stdout, place, plans));
    const brought = plans.filter(({ kind }) => kind === "bring").length;
    const answer =
      brought === 0 || flow.consent === null
        ? "yes"
        : await flow.consent.ask(`Bring ${brought === 1 ? "it" : "them"} over?`);
    const isWritten = flow.consent !== null && answer === "yes";
    const collections =
      isWritten || brought === 0 ? await bringAll(place, plans, flow) : plans.map((plan) => unwritten(plan, flow));
    return { ref, title, collections, error: null };
  } catch (error) {
    opening.signal.throwIfAborted();
    const failure = asCommonsError(error);
    if (failure.code === "INTERNAL" || failure.code === "CANCELLED") throw error;
    const again = `  To try it again: ${printableLine(migrateCommand(ref))}`;
    say([printableLine(`Collections of ${title}`), ...errorLines(context.stdout, failure), again, ""]);
    return { ref, title, collections: [], error: failure };
  } finally {
    await place?.close();
  }
}

function unwritten(plan: CollectionPlan, { consent }: Flow): CollectionResult {
  return plan.kind === "bring" ? { ...plan, kind: consent === null ? "pending" : "declined" } : plan;
}

async function bringAll(
  place: EarlierPlace,
  plans: readonly CollectionPlan[],
  { context, options, opening, say }: Flow,
): Promise<CollectionResult[]> {
  const session = openSession({ agent: "commons migrate", cwd: context.cwd, workspace: null, space: options.space });
  const board = openProgress(context, { isQuiet: options.json ?? false });
  try {
    return await bringCollections(place, plans, {
      session,
      signal: opening.signal,
      onProgress: ({ name, records: total }, done) =>
        board.update(name, { phase: "copying", unit: "record", current: null, done, total }),
      onResult: (result) => {
        board.finish(result.collection.name);
        say(resultTexts(context.stdout, result));
      },
    });
  } finally {
    board.close();
    session.close();
    say([""]);
  }
}

/**
 * Places that nobody of trust named: a person is asked about each on a terminal, and `--yes` does not count. `question` is shown with the
 * place's title before it. What is not looked at is left.
 */
export async function askedPlaces(
  refs: readonly PlaceRef[],
  question: string,
  flow: Flow,
): Promise<{ results: PlaceResult[]; left: PlaceRef[] }> {
  const distinct = distinctPlaces(refs);
  if (flow.options.yes === true || flow.consent === null || flow.consent.hasQuit())
    return { results: [], left: distinct };
  const asking = consentOf(flow.context, false);
  const results: PlaceResult[] = [];
  const left: PlaceRef[] = [];
  for (const ref of distinct) {
    const answer = await asking.ask(`${printableLine(placeTitle(ref))} ${question}`);
    if (answer === "yes") results.push(await bringPlace(ref, flow, false));
    else left.push(ref);
  }
  return { results, left };
}

export interface FurtherPlaces {
  readonly refs: readonly PlaceRef[];
  readonly notes: readonly string[];
  readonly results: readonly PlaceResult[];
}

/** What only looks like an earlier server's. */
export async function furtherPlaces(known: readonly PlaceRef[], flow: Flow): Promise<FurtherPlaces> {
  const { refs, notes } = await findPlaces(flow.opening.containers, flow.opening.signal);
  const fresh = refs.filter((ref) => !known.some((other) => placeTitle(other) === placeTitle(ref)));
  const { results, left } = await askedPlaces(fresh, "looks like an earlier ChromaDB. Look at its collections?", flow);
  return { refs: left, notes, results };
}
