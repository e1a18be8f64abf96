import { addExamples, addJsonOption, addSpaceOption, choiceOption, listOf, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { SearchMode } from "../../core/search.ts";
import { searchModes } from "../../core/search.ts";
import { categories, type Category } from "../../core/document.ts";
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
  readonly where?: string;
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
      .option("--where <json>", "only documents whose metadata matches, in Chroma's filter language")
      .addOption(choiceOption("--mode <mode>", "how to find", searchModes).default("hybrid"));
    addJsonOption(addSpaceOption(command)).action((words: string[], options: SearchOptions) =>
      runSearchCommand(context, words.join(" "), options),
    );
    addExamples(command, {
      "commons search how does login work": "in the collections of the current directory",
      'commons search "parse settings" --collection "*" --limit 3': "in everything that any session stored",
      'commons search login --path "src/**" --language typescript': "in some files only",
      "commons search login --json":
        "for scripts: hits [] with collection, path, lines, symbol, text, score, freshness",
    });
  },
};

async function runSearchCommand(context: CliContext, query: string, options: SearchOptions): Promise<void> {
  const { openSession } = await import("../session-access.ts");
  const { runSearch } = await import("../../session/search-run.ts");
  const { parseWhere } = await import("../where-option.ts");
  const filters = {
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.language === undefined ? {} : { language: options.language.toLowerCase() }),
    ...(options.category === undefined ? {} : { category: options.category }),
    ...(options.where === undefined ? {} : { where: parseWhere(options.where) }),
  };
  const session = openSession({ agent: "commons search", cwd: context.cwd, workspace: null, space: options.space });
  try {
    const collections = await wantedCollections(session, options.collection);
    const signal = context.interruption.signal();
    const { limit, mode } = options;
    const answer = await runSearch(session, { query, collections, limit, mode, filters, leastRefreshMs }, signal).catch(
      (error: unknown) => explainNothingIngested(error, collections),
    );
    await printAnswer(context, { query, answer, isJson: options.json ?? false });
  } finally {
    session.close();
  }
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

async function printAnswer(
  context: CliContext,
  {
    query,
    answer,
    isJson,
  }: {
    query: string;
    answer: SearchAnswer;
    isJson: boolean;
  },
): Promise<void> {
  const { hitJson, hitLines } = await import("../output/hit-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { collections, mended, hits } = answer;
  if (isJson) {
    const { updated, pending, failed } = answer.refresh;
    const stale = [...pending, ...failed].map(({ collection }) => collection);
    printJson(context, { query, collections, mended, updated, stale, hits: hits.map(hitJson) });
    return;
  }
  const { stdout } = context;
  for (const hit of hits)
    for (const line of [...hitLines(stdout, hit, { withText: true, cwd: context.cwd }), ""]) stdout.line(line);
  if (hits.length === 0) {
    stdout.line(
      `Nothing found in ${collections.length === 0 ? "any collection: there is none yet" : printableLine(collections.join(", "))}.`,
    );
    stdout.line('Try other words, fewer filters, or --collection "*".');
  }
  for (const line of staleLines(answer.refresh)) stdout.line(printableLine(line));
  if (mended.length > 0)
    stdout.line(printableLine(`Read again before the answer, because they had changed: ${mended.join(", ")}`));
}

/** What was brought up to date before the search, and what could not be. */
function staleLines({ updated, pending, failed }: SearchAnswer["refresh"]): string[] {
  const lines = updated > 0 ? [`Brought up to date before the answer: ${countOf(updated, "changed file")}`] : [];
  for (const { collection } of pending)
    lines.push(`${collection} is not up to date yet, so new and changed files may be missing. Next: commons ingest`);
  for (const { collection, message } of failed) lines.push(`${collection} could not be brought up to date: ${message}`);
  return lines;
}
