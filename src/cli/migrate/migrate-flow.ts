import { tmpdir } from "node:os";
import { environment, homePaths, inspectSettings } from "../../config/load-settings.ts";
import { homeDirectory } from "../../config/paths.ts";
import { currentProgram } from "../../config/program.ts";
import { nearestNames } from "../../core/collection-name.ts";
import { CommonsError, errorCatalogue } from "../../core/errors.ts";
import type { LaunchSpec, SetupScope } from "../../setup/client-adapter.ts";
import { clientPlatform, type PathSurroundings } from "../../setup/client-paths.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { earlierEntries } from "../../setup/earlier-servers.ts";
import { serverLaunch } from "../../setup/launch-spec.ts";
import { readClientFiles } from "../../setup/read-entries.ts";
import type { CliContext } from "../cli-context.ts";
import { printJson } from "../cli-context.ts";
import { printableLine } from "../output/printable-text.ts";
import { canAsk } from "../question.ts";
import { type Consent, consentOf } from "../setup/consent.ts";
import { requireContainers } from "../setup/containers.ts";
import { servedDirectory } from "../setup/served-directory.ts";
import { chosenEntries } from "./chosen-entries.ts";
import type { NameOptions } from "./collections-run.ts";
import { containerTools } from "./container-data.ts";
import { type EntriesResult, replaceEntries } from "./entries-run.ts";
import { decideEntries, type KeptEntry } from "./entry-fate.ts";
import { leftoverLines } from "./leftover-text.ts";
import { migrationJson } from "./migrate-json.ts";
import { entryLines, foundLines, keptLines } from "./migrate-text.ts";
import type { OpenOptions } from "./open-place.ts";
import { askedPlaces, bringPlace, type FurtherPlaces, furtherPlaces, isWhole, type PlaceResult } from "./place-run.ts";
import {
  distinctPlaces,
  parseHeaders,
  parsePlace,
  type PlaceRef,
  placeTitle,
  type ToldPlace,
  toldPlace,
} from "./place-ref.ts";

export interface MigrateOptions extends NameOptions {
  readonly from?: readonly string[];
  readonly header?: readonly string[];
  readonly tenant?: string;
  readonly database?: string;
  readonly keepEntries?: boolean;
  readonly withoutCollections?: boolean;
  readonly workspace?: string;
  readonly docker?: boolean;
  readonly approve?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

/** One run of the command. */
export interface Flow {
  readonly context: CliContext;
  readonly options: MigrateOptions;
  readonly surroundings: PathSurroundings;
  readonly opening: OpenOptions;
  /** null: nothing is written, only shown. */
  readonly consent: Consent | null;
  readonly taken: Map<string, string>;
  /** Names of the collections of all places so far. */
  readonly seen: Set<string>;
  readonly say: (lines: readonly string[]) => void;
}

/**
 * `commons migrate`: the earlier servers' collections first, while their entries still tell where they are, then the entries. What fails for
 * one place, collection or agent stops no other. Errors: INPUT_INVALID also where nobody can agree to it, PATH_NOT_FOUND,
 * COLLECTION_NOT_FOUND, CANCELLED.
 */
export async function runMigrate(context: CliContext, options: MigrateOptions): Promise<void> {
  const flow = flowOf(context, options);
  const { surroundings, say } = flow;
  const named = await Promise.all((options.from ?? []).map((text) => parsePlace(text, context.cwd, flow.opening)));
  const workspace = options.workspace === undefined ? null : servedDirectory(options.workspace, surroundings);
  const search = { env: surroundings.env, platform: process.platform, cwd: context.cwd };
  const files = await readClientFiles(search);
  const { entries, notes } = await chosenEntries(files, earlierEntries(files, search), flow);
  say(entries.flatMap((entry) => entryLines(context.stdout, entry)));
  // What is in the way of new entries is told before anything is done.
  const launch = options.keepEntries === true || entries.length === 0 ? null : await newLaunch(flow);
  const told = entries.map((entry) => toldPlace(entry, flow.opening));
  const toldNotes = named.length > 0 ? [] : told.flatMap(({ note }) => note ?? []);
  say([...notes, ...toldNotes].map((note) => `note: ${printableLine(note)}`));
  const { places, found } = await bringPlaces(named, told, flow);
  requireSeen(options.collection, places, flow);
  const fates = launch === null ? { replaceable: [], kept: [] } : await decideEntries(told, places, flow);
  say(fates.kept.flatMap((kept) => keptLines(context.stdout, kept)));
  const replaced = launch === null ? null : await replace(fates.replaceable, { launch, workspace }, flow);
  const result = { entries, notes, places, found, kept: fates.kept, replaced };
  if (options.json) printJson(context, migrationJson({ ...result, found: found.refs }));
  else say(closing(result, flow));
  end(flow, result);
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
    seen: new Set(),
    say: (lines) => {
      if (options.json !== true) for (const line of lines) context.stdout.line(line);
    },
  };
}

/** A person's own places unasked, what a project's file or only the looks of it tell after a question. */
async function bringPlaces(
  named: readonly PlaceRef[],
  told: readonly ToldPlace[],
  flow: Flow,
): Promise<{ places: PlaceResult[]; found: Omit<FurtherPlaces, "results"> }> {
  const { options } = flow;
  const places: PlaceResult[] = [];
  const nothing = { refs: [], notes: [] };
  if (named.length > 0) {
    for (const ref of named) places.push(await bringPlace(ref, flow));
    return { places, found: nothing };
  }
  if (options.withoutCollections === true) return { places, found: nothing };
  const refsOf = (scope: SetupScope) =>
    told.flatMap(({ entry, ref }) => (ref !== null && entry.scope === scope ? [ref] : []));
  const own = distinctPlaces(refsOf("user"));
  requireOneAddress(own, options);
  for (const ref of own) places.push(await bringPlace(ref, flow));
  const foreign = refsOf("project").filter((ref) => !own.some((other) => placeTitle(other) === placeTitle(ref)));
  const asked = await askedPlaces(foreign, "is where this project's file says. Look at its collections?", flow);
  const found = await furtherPlaces([...own, ...foreign], flow);
  return { places: [...places, ...asked.results, ...found.results], found };
}

/** What authenticates at one server is not for another. */
function requireOneAddress(own: readonly PlaceRef[], { header }: MigrateOptions): void {
  const servers = own.filter(({ kind }) => kind === "url" || kind === "container");
  if (header === undefined || servers.length < 2) return;
  throw new CommonsError("INPUT_INVALID", `--header is for one server, and the entries tell of ${servers.length}.`, {
    hint: `Name the server that it is for: --from ${servers.map(placeTitle).join(" or --from ")}`,
  });
}

/** Errors: COLLECTION_NOT_FOUND for a name that none of the places has; not where one could not be read. */
function requireSeen(
  wanted: readonly string[] | undefined,
  places: readonly PlaceResult[],
  { seen }: Pick<Flow, "seen">,
): void {
  const missing = (wanted ?? []).find((name) => !seen.has(name));
  if (missing === undefined || places.length === 0 || places.some(({ error }) => error !== null)) return;
  const near = nearestNames(missing, [...seen]);
  throw new CommonsError(
    "COLLECTION_NOT_FOUND",
    `No collection "${missing.slice(0, 100)}" is in ${places.map(({ title }) => title).join(", ")}.`,
    {
      hint: near.length > 0 ? `Did you mean: ${near.join(", ")}?` : "See what there is: commons migrate --dry-run",
    },
  );
}

/** Errors: INPUT_INVALID where the program lies in a place that vanishes, CONTAINERS_UNAVAILABLE for `--docker` without. */
async function newLaunch({ options, surroundings: { env } }: Flow): Promise<LaunchSpec> {
  const isDocker = options.docker ?? false;
  if (isDocker) await requireContainers(env);
  return serverLaunch({ program: currentProgram(), env, isDocker }).spec;
}

async function replace(
  entries: readonly EarlierEntry[],
  { launch, workspace }: { readonly launch: LaunchSpec; readonly workspace: string | null },
  flow: Flow,
): Promise<EntriesResult> {
  const { context, surroundings, consent, say, options } = flow;
  return replaceEntries(entries, {
    context,
    surroundings,
    launch,
    consent,
    say,
    workspace,
    canAskWorkspace: consent !== null && options.yes !== true,
    isUnattended: options.approve ?? false,
  });
}

interface RunResult {
  readonly entries: readonly EarlierEntry[];
  readonly places: readonly PlaceResult[];
  readonly found: Omit<FurtherPlaces, "results">;
  readonly kept: readonly KeptEntry[];
  readonly replaced: EntriesResult | null;
}

function closing({ entries, places, found, kept, replaced }: RunResult, { consent }: Flow): string[] {
  const isNothing = entries.length === 0 && places.length === 0;
  const outcomes = [...(replaced?.agents ?? []), ...(replaced?.removals ?? [])].map(({ outcome }) => outcome);
  const isReplaced =
    kept.length === 0 &&
    (entries.length === 0 || replaced !== null) &&
    outcomes.every((outcome) => ["changed", "unchanged", "removed"].includes(outcome));
  return [
    ...(isNothing && found.refs.length === 0
      ? ["No entry of an earlier server was found. To name its data yourself: commons migrate --from PLACE"]
      : []),
    ...foundLines(found.refs),
    ...(isNothing ? found.notes.map((note) => `note: ${printableLine(note)}`) : []),
    // Only what nobody needs any more may be called removable.
    ...(consent !== null && isReplaced && places.every(isWhole)
      ? leftoverLines(
          places.map(({ ref }) => ref),
          entries,
        )
      : []),
    ...(outcomes.includes("changed") ? ["Restart the agents and editors: they start the new entry."] : []),
  ];
}

/** The exit code of the first thing that failed; work that nobody could agree to is a wrong use. */
function end({ options, consent }: Flow, { places, kept, replaced }: RunResult): void {
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
  // What a project's file says is nobody's failure.
  const isLeft = consent !== null && kept.some(({ entry }) => entry.scope === "user");
  if (failure) process.exitCode = errorCatalogue[failure.code].exitCode;
  else if (isLeft) process.exitCode = errorCatalogue.MIGRATION_UNUSABLE.exitCode;
  else if (replaced?.agents.some(({ check }) => check?.kind === "failed") === true) process.exitCode = 1;
}
