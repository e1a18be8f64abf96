import { addExamples, addJsonOption, addSpaceOption, choiceOption, listOf, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import { searchModes, type SearchFilters, type SearchMode } from "../../core/search.ts";
import { categories, chunkKinds, type Category, type ChunkKind } from "../../core/document.ts";
import { countOf } from "../../core/quantities.ts";
import type { SearchAnswer } from "../../session/search-run.ts";
import type { Session } from "../../session/session.ts";

const leastRefreshMs = 3_000;

interface SearchOptions {
  readonly collection?: readonly string[];
  readonly limit: number;
  readonly path?: string;
  readonly language?: string;
  readonly category?: Category;
  readonly kind?: ChunkKind;
  readonly source?: string;
  readonly since?: string;
  readonly until?: string;
  readonly where?: string;
  readonly explain?: boolean;
  readonly mode: SearchMode;
  readonly json?: boolean;
  readonly space?: string;
}

export const searchCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("search")
      .description("find passages of code, documents and notes that answer a question, best first")
      .argument("<query...>", "words or a question")
      .option(
        "-c, --collection <names>",
        'collections, repeated or with commas, or "*" for all (default: this workspace\'s)',
        listOf,
      )
      .option("-n, --limit <n>", "at most so many hits", wholeNumber(1, 200), 8)
      .option("--path <glob>", "only documents whose path matches")
      .option("--language <name>", "only documents in this language")
      .addOption(choiceOption("--category <name>", "only documents of this kind", categories))
      .addOption(choiceOption("--kind <name>", "only passages that are this", chunkKinds))
      .option("--source <name>", "only documents of this workspace, by its name")
      .option("--since <when>", "only documents changed since, for example 7d, yesterday or 2026-11-01")
      .option("--until <when>", "only documents changed before")
      .option("--where <json>", "only documents whose metadata matches, in Chroma's filter language")
      .addOption(choiceOption("--mode <mode>", "how to find", searchModes).default("hybrid"))
      .option("--explain", "show what the score of each hit is made of");
    addJsonOption(addSpaceOption(command)).action((words: string[], options: SearchOptions) =>
      runSearchCommand(context, words.join(" "), options),
    );
    addExamples(command, {
      "commons search how does login work": "in the collections of the current directory",
      'commons search "parse settings" --collection "*" --limit 3': "in everything that any session stored",
      'commons search login --path "src/**" --language typescript': "in some files only",
      "commons search login --kind function --since 7d": "functions in files that changed within a week",
      "commons search login --json": "for scripts: hits [] with path, lines, symbol, text, score, freshness ...",
    });
  },
};

async function runSearchCommand(context: CliContext, query: string, options: SearchOptions): Promise<void> {
  const { openSession } = await import("../session-access.ts");
  const { runSearch } = await import("../../session/search-run.ts");
  const filters = await filtersOf(options);
  const session = openSession({ agent: "commons search", cwd: context.cwd, workspace: null, space: options.space });
  try {
    const collections = await wantedCollections(session, options.collection);
    const signal = context.interruption.signal();
    const { limit, mode } = options;
    const answer = await runSearch(session, { query, collections, limit, mode, filters, leastRefreshMs }, signal).catch(
      (error: unknown) => explainNothingIngested(error, collections),
    );
    await printAnswer(context, { query, answer, filters, options });
  } finally {
    session.close();
  }
}

/** Errors: INPUT_INVALID. */
async function filtersOf(options: SearchOptions): Promise<SearchFilters> {
  const { parseMoment } = await import("../../core/moment.ts");
  const { parseWhere } = await import("../where-option.ts");
  const { path, language, category, kind, source, since, until, where } = options;
  const nowMs = Date.now();
  return {
    ...(path === undefined ? {} : { path }),
    ...(language === undefined ? {} : { language: language.toLowerCase() }),
    ...(category === undefined ? {} : { category }),
    ...(kind === undefined ? {} : { kind }),
    ...(source === undefined ? {} : { source }),
    ...(since === undefined ? {} : { sinceMs: parseMoment(since, nowMs) }),
    ...(until === undefined ? {} : { untilMs: parseMoment(until, nowMs) }),
    ...(where === undefined ? {} : { where: parseWhere(where) }),
  };
}

/** Outside of any workspace, as in the home directory, a search without names means everything. */
async function wantedCollections(
  session: Session,
  given: readonly string[] | undefined,
): Promise<"*" | readonly string[] | null> {
  if (given?.includes("*")) return "*";
  if (given !== undefined && given.length > 0) return given;
  return (await session.choice()).kind === "refused" ? "*" : null;
}

async function explainNothingIngested(error: unknown, collections: unknown): Promise<never> {
  const { CommonsError } = await import("../../core/errors.ts");
  if (!(error instanceof CommonsError) || error.code !== "COLLECTION_NOT_FOUND" || collections !== null) throw error;
  // The session's hint names tools of agents; here the next step is a command.
  throw new CommonsError(error.code, "Nothing of this directory has been ingested yet.", {
    hint: 'Run commons ingest first, or search everything: commons search --collection "*" QUERY',
    cause: error,
  });
}

interface PrintedAnswer {
  readonly query: string;
  readonly answer: SearchAnswer;
  readonly filters: SearchFilters;
  readonly options: SearchOptions;
}

async function printAnswer(context: CliContext, { query, answer, filters, options }: PrintedAnswer): Promise<void> {
  const { hitJson, hitLines } = await import("../output/hit-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { collections, mended, hits, searched, suggestions, notes, advice } = answer;
  if (options.json) {
    const { updated, pending, failed } = answer.refresh;
    const stale = [...pending, ...failed].map(({ collection }) => collection);
    const { unknownWords, withoutFilters } = advice;
    const found = { searched, suggestions, notes, unknownWords, withoutFilters, hits: hits.map(hitJson) };
    printJson(context, { query, collections, mended, updated, stale, ...found });
    return;
  }
  const { stdout } = context;
  const shown = { withText: true, withScores: options.explain ?? false, cwd: context.cwd };
  for (const hit of hits) for (const line of [...hitLines(stdout, hit, shown), ""]) stdout.line(line);
  for (const line of await remarks(answer, filters)) stdout.line(printableLine(line));
  for (const line of staleLines(answer.refresh)) stdout.line(printableLine(line));
  if (mended.length > 0)
    stdout.line(
      printableLine(
        `Read again before the answer, because they had changed, or were imported and not read here since: ${mended.join(", ")}`,
      ),
    );
}

/** What the hub notes, and where little was found, why and what to do. */
async function remarks(answer: SearchAnswer, filters: SearchFilters): Promise<string[]> {
  const { nothingFoundLines, weakLines } = await import("../../session/search-facts.ts");
  const notes = answer.notes.map(({ text }) => text);
  if (answer.hits.length > 0) return [...notes, ...(answer.advice.isWeak ? weakLines(answer) : [])];
  const next =
    answer.collections.length === 0
      ? "commons ingest makes a collection of a directory."
      : 'Try other words, fewer filters, or --collection "*".';
  return [...nothingFoundLines(answer, filters), ...notes, next];
}

/** What was brought up to date before the search, and what could not be. */
function staleLines({ updated, pending, failed }: SearchAnswer["refresh"]): string[] {
  const lines = updated > 0 ? [`Brought up to date before the answer: ${countOf(updated, "changed file")}`] : [];
  for (const { collection } of pending)
    lines.push(`${collection} is not up to date yet, so new and changed files may be missing. Next: commons ingest`);
  for (const { collection, message } of failed) lines.push(`${collection} could not be brought up to date: ${message}`);
  return lines;
}
