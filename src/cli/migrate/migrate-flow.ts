import { tmpdir } from "node:os";
import { environment, homePaths, inspectSettings } from "../../config/load-settings.ts";
import { homeDirectory } from "../../config/paths.ts";
import { currentProgram } from "../../config/program.ts";
import { asCommonsError, CommonsError, errorCatalogue } from "../../core/errors.ts";
import type { EarlierPlace } from "../../portable/earlier/earlier-place.ts";
import type { LaunchSpec } from "../../setup/client-adapter.ts";
import { clientPlatform, type PathSurroundings } from "../../setup/client-paths.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { earlierEntries } from "../../setup/earlier-servers.ts";
import { serverLaunch } from "../../setup/launch-spec.ts";
import { readClientFiles } from "../../setup/read-entries.ts";
import type { CliContext } from "../cli-context.ts";
import { printJson } from "../cli-context.ts";
import { printableLine } from "../output/printable-text.ts";
import { openProgress } from "../progress.ts";
import { canAsk } from "../question.ts";
import { openSession } from "../session-access.ts";
import { type Consent, consentOf } from "../setup/consent.ts";
import { requireContainers } from "../setup/containers.ts";
import { bringCollections, type CollectionResult, type NameOptions, planCollections } from "./collections-run.ts";
import { containerTools } from "./container-data.ts";
import { type EntriesResult, replaceEntries } from "./entries-run.ts";
import { findPlaces } from "./found-places.ts";
import { migrationJson } from "./migrate-json.ts";
import { entryLines, errorLines, foundLines, leftoverLines, planTexts, resultTexts } from "./migrate-text.ts";
import { type OpenOptions, openPlace } from "./open-place.ts";
import { parseHeaders, parsePlace, type PlaceRef, placesOf, placeTitle } from "./place-ref.ts";

export interface MigrateOptions extends NameOptions {
  readonly from?: readonly string[];
  readonly header?: readonly string[];
  readonly tenant?: string;
  readonly database?: string;
  readonly keepEntries?: boolean;
  readonly docker?: boolean;
  readonly approve?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

/** What became of one place. */
export interface PlaceResult {
  readonly title: string;
  readonly collections: readonly CollectionResult[];
  /** It could not be read at all. */
  readonly error: CommonsError | null;
}

interface Flow {
  readonly context: CliContext;
  readonly options: MigrateOptions;
  readonly surroundings: PathSurroundings;
  readonly opening: OpenOptions;
  /** null: nothing is written, only shown. */
  readonly consent: Consent | null;
  readonly taken: Map<string, string>;
  readonly say: (lines: readonly string[]) => void;
}

/**
 * `commons migrate`: the earlier servers' collections first, while their entries still tell where they are, then the entries. What fails for
 * one place, collection or agent stops no other. Errors: INPUT_INVALID also where nobody can agree to it, PATH_NOT_FOUND, CANCELLED.
 */
export async function runMigrate(context: CliContext, options: MigrateOptions): Promise<void> {
  const flow = flowOf(context, options);
  const { env } = flow.surroundings;
  const named = await Promise.all((options.from ?? []).map((text) => parsePlace(text, context.cwd, flow.opening)));
  const files = await readClientFiles({ env, platform: process.platform, cwd: context.cwd });
  const entries = earlierEntries(files, { env, cwd: context.cwd, platform: process.platform }).filter(({ entry }) => entry.isEnabled);
  flow.say(entries.flatMap((entry) => entryLines(context.stdout, entry)));
  // What is in the way of new entries is told before anything is done.
  const launch = options.keepEntries === true || entries.length === 0 ? null : await newLaunch(flow);
  const told = named.length > 0 ? { refs: named, notes: [] } : placesOf(entries, flow.opening);
  flow.say(told.notes.map((note) => `note: ${printableLine(note)}`));
  const places: PlaceResult[] = [];
  for (const ref of told.refs) places.push(await bringPlace(ref, flow));
  const found = named.length > 0 ? { refs: [], notes: [], results: [] } : await furtherPlaces(told.refs, flow);
  places.push(...found.results);
  const replaced = launch === null ? null : await replace(entries, launch, flow);
  if (options.json) printJson(context, migrationJson({ entries, places, found: found.refs, replaced }));
  else flow.say(closing(entries, { places, found, replaced }));
  end(flow, places, replaced);
}

function flowOf(context: CliContext, options: MigrateOptions): Flow {
  const env = environment();
  const signal = context.interruption.signal();
  const isAgreed = options.yes ?? false;
  const isWriting = options.dryRun !== true && (isAgreed || (options.json !== true && canAsk(context)));
  const { settings } = inspectSettings({ env, userFile: homePaths(env).configFile });
  const scratch = tmpdir();
  return {
    context,
    options,
    surroundings: { env, platform: clientPlatform(process.platform), home: homeDirectory(env), cwd: context.cwd },
    opening: {
      headers: parseHeaders(options.header ?? []),
      tenant: options.tenant ?? null,
      database: options.database ?? null,
      signal,
      scratch,
      containers: () => containerTools(settings["containers.runtime"], { env, signal, scratch }),
    },
    consent: isWriting ? consentOf(context, isAgreed) : null,
    taken: new Map(),
    say: (lines) => {
      if (options.json !== true) for (const line of lines) context.stdout.line(line);
    },
  };
}

async function bringPlace(ref: PlaceRef, flow: Flow): Promise<PlaceResult> {
  const { context, options, opening, say } = flow;
  const title = placeTitle(ref);
  let place: EarlierPlace | null = null;
  try {
    place = await openPlace(ref, opening);
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
    return { title, collections, error: null };
  } catch (error) {
    opening.signal.throwIfAborted();
    const failure = asCommonsError(error);
    if (failure.code === "INTERNAL" || failure.code === "CANCELLED") throw error;
    const again = `  To try it again: commons migrate --from ${printableLine(title)}`;
    say([printableLine(`Collections of ${title}`), ...errorLines(context.stdout, failure), again, ""]);
    return { title, collections: [], error: failure };
  } finally {
    await place?.close();
  }
}

function unwritten(plan: ReturnType<typeof planCollections>[number], { consent }: Flow): CollectionResult {
  return plan.kind === "bring" ? { ...plan, kind: consent === null ? "pending" : "declined" } : plan;
}

async function bringAll(
  place: EarlierPlace,
  plans: ReturnType<typeof planCollections>,
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

interface FurtherPlaces {
  readonly refs: readonly PlaceRef[];
  readonly notes: readonly string[];
  readonly results: readonly PlaceResult[];
}

/** What only looks like an earlier server's is never taken for granted: a person is asked, and `--yes` does not count. */
async function furtherPlaces(known: readonly PlaceRef[], flow: Flow): Promise<FurtherPlaces> {
  const { context, options, opening } = flow;
  const { refs, notes } = await findPlaces(opening.containers, opening.signal);
  const fresh = refs.filter((ref) => !known.some((other) => placeTitle(other) === placeTitle(ref)));
  const isAsked = options.yes !== true && flow.consent !== null;
  if (!isAsked || fresh.length === 0) return { refs: fresh, notes, results: [] };
  const asking = consentOf(context, false);
  const results: PlaceResult[] = [];
  const left: PlaceRef[] = [];
  for (const ref of fresh) {
    const answer = await asking.ask(
      `${printableLine(placeTitle(ref))} looks like an earlier ChromaDB. Look at its collections?`,
    );
    if (answer === "yes") results.push(await bringPlace(ref, flow));
    else left.push(ref);
  }
  return { refs: left, notes, results };
}

/** Errors: INPUT_INVALID where the program lies in a place that vanishes, CONTAINERS_UNAVAILABLE for `--docker` without. */
async function newLaunch({ options, surroundings: { env } }: Flow): Promise<LaunchSpec> {
  const isDocker = options.docker ?? false;
  if (isDocker) await requireContainers(env);
  return serverLaunch({ program: currentProgram(), env, isDocker }).spec;
}

async function replace(entries: readonly EarlierEntry[], launch: LaunchSpec, flow: Flow): Promise<EntriesResult> {
  const { context, surroundings, consent, say, options } = flow;
  const isUnattended = options.approve ?? false;
  return replaceEntries(entries, { context, surroundings, launch, consent, say, isUnattended });
}

function closing(
  entries: readonly EarlierEntry[],
  {
    places,
    found,
    replaced,
  }: { places: readonly PlaceResult[]; found: Omit<FurtherPlaces, "results">; replaced: EntriesResult | null },
): string[] {
  const isNothing = entries.length === 0 && places.length === 0;
  const isDone = replaced?.agents.some(({ outcome }) => outcome === "changed") === true || places.length > 0;
  return [
    ...(isNothing && found.refs.length === 0
      ? ["No entry of an earlier server was found. To name its data yourself: commons migrate --from PLACE"]
      : []),
    ...foundLines(found.refs),
    ...(isNothing ? found.notes.map((note) => `note: ${printableLine(note)}`) : []),
    ...(isDone ? leftoverLines() : []),
  ];
}

/** The exit code of the first thing that failed; work that nobody could agree to is a wrong use. */
function end({ options }: Flow, places: readonly PlaceResult[], replaced: EntriesResult | null): void {
  const collections = places.flatMap((place) => place.collections);
  const outcomes = [...(replaced?.agents ?? []), ...(replaced?.removals ?? [])];
  const isPending =
    collections.some(({ kind }) => kind === "pending") || outcomes.some(({ outcome }) => outcome === "pending");
  if (isPending && options.dryRun !== true)
    throw new CommonsError("INPUT_INVALID", "Nothing was changed: nobody is there to agree to it.", {
      hint: "Repeat with --yes to do it, or with --dry-run only to look.",
    });
  const failure =
    places.find(({ error }) => error !== null)?.error ??
    collections.find((result) => result.kind === "refused")?.error ??
    outcomes.find(({ error }) => error !== null)?.error;
  if (failure) process.exitCode = errorCatalogue[failure.code].exitCode;
  else if (replaced?.agents.some(({ check }) => check?.kind === "failed") === true) process.exitCode = 1;
}
