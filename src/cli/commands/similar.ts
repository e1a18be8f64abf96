import { text } from "node:stream/consumers";
import { addExamples, addJsonOption, addSpaceOption, listOf, shareOf, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { SimilarAnswer, SimilarInput } from "../../session/similar-input.ts";

interface SimilarOptions {
  readonly changed?: boolean;
  readonly limit: number;
  readonly threshold?: number;
  readonly json?: boolean;
  readonly space?: string;
}

// A person sees how far it is and can stop it.
const budgetMs = 600_000;

export const similarCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("similar")
      .description("find code that is like yours in a collection: identical, near copies, look-alikes")
      .argument("<collection>", 'name, list with commas, or "*" for all')
      .argument(
        "[path]",
        "directory, file or lines (src/a.ts:10-40); - reads code from standard input (default: the current directory)",
      )
      .option("--changed", "only what differs from the last commit")
      .option("-n, --limit <n>", "at most so many pairs", wholeNumber(1, 1_000), 20)
      .option("--threshold <share>", "least similarity, from 0 to 1", shareOf);
    addJsonOption(addSpaceOption(command)).action(
      (collection: string, path: string | undefined, options: SimilarOptions) =>
        runSimilarCommand(context, { collection, path, options }),
    );
    addExamples(command, {
      "commons similar frontend_code": "what of the current directory is like something in frontend_code",
      "commons similar frontend_code src/login.ts:1-3": "some lines of a file",
      'commons similar "*" --changed': "your uncommitted change against everything that any session stored",
      "commons similar frontend_code --json": "for scripts: pairs [] with mine {} and theirs {}, found {}, compared",
    });
  },
};

async function runSimilarCommand(
  context: CliContext,
  { collection, path, options }: { collection: string; path: string | undefined; options: SimilarOptions },
): Promise<void> {
  const { openSession } = await import("../session-access.ts");
  const { similarSubject } = await import("../../session/similar-input.ts");
  const isChangedOnly = options.changed ?? false;
  const { workspace, given } = await whatIsGiven(context, path);
  const names = listOf(collection, undefined);
  const input: SimilarInput = {
    subject: similarSubject({ ...given, isChangedOnly }),
    collections: names.includes("*") ? "*" : names,
    isChangedOnly,
    limit: options.limit,
    threshold: options.threshold ?? null,
    budgetMs,
  };
  const session = openSession({ agent: "commons similar", cwd: context.cwd, workspace, space: options.space });
  try {
    const answer = await compareWatched(context, {
      input,
      isQuiet: options.json ?? false,
      ask: async (how) => (await session.ingester()).similar(input, how),
    });
    if (options.json) printJson(context, { ...answer });
    else await printAnswer(context, answer, input);
  } finally {
    session.close();
  }
}

type Given = Pick<Parameters<typeof import("../../session/similar-input.ts").similarSubject>[0], "code" | "path">;

/** A directory is the workspace itself; a file lies in one. */
async function whatIsGiven(
  context: CliContext,
  path: string | undefined,
): Promise<{ readonly workspace: string | null; readonly given: Given }> {
  if (path === undefined) return { workspace: null, given: {} };
  if (path === "-") return { workspace: null, given: { code: await text(process.stdin) } };
  const { workspaceOfPath } = await import("../session-access.ts");
  const { withLines } = await import("../../session/similar-input.ts");
  const asItIs = async () => ({ ...(await workspaceOfPath(path, context.cwd)), lines: "" });
  const { workspace, file, lines } = await asItIs().catch(async (error: unknown) => {
    const spanned = withLines(path);
    if (spanned === null) throw error;
    return { ...(await workspaceOfPath(spanned.path, context.cwd)), lines: path.slice(spanned.path.length) };
  });
  return { workspace, given: file === null ? {} : { path: `${file}${lines}` } };
}

async function compareWatched(
  context: CliContext,
  {
    input,
    isQuiet,
    ask,
  }: {
    input: SimilarInput;
    isQuiet: boolean;
    ask: (how: Parameters<import("../../session/ingester.ts").Ingester["similar"]>[1]) => Promise<SimilarAnswer>;
  },
): Promise<SimilarAnswer> {
  const { openProgress } = await import("../progress.ts");
  const board = openProgress(context, { isQuiet });
  const label = input.subject.kind === "path" ? input.subject.path : ".";
  try {
    return await ask({
      signal: context.interruption.signal(),
      onProgress: ({ phase, scanned, done, total, path }) =>
        board.update(label, {
          phase: phase === "scan" ? "looking for files" : "comparing",
          done: phase === "scan" ? scanned : done,
          total,
          unit: "item",
          current: path,
        }),
    });
  } finally {
    board.close();
  }
}

async function printAnswer({ stdout }: CliContext, answer: SimilarAnswer, input: SimilarInput): Promise<void> {
  const { pairLines, summaryLines } = await import("../output/similar-lines.ts");
  for (const pair of answer.pairs) for (const line of pairLines(stdout, pair)) stdout.line(line);
  if (answer.pairs.length > 0) stdout.line();
  for (const line of summaryLines(answer, input)) stdout.line(line);
}
