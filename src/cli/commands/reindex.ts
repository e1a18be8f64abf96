import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { ReindexPrice, ReindexView } from "../../protocol/views.ts";
import type { Session } from "../../session/session.ts";

interface ReindexOptions {
  readonly embedder?: string;
  readonly yes?: boolean;
  readonly background?: boolean;
  readonly cancel?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

export const reindexCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("reindex")
      .description("embed a collection anew, with another model or the same; shows the price first, and searches go on")
      .argument("<name>", "collection")
      .option("--embedder <model>", "built-in, ollama:MODEL, openai:MODEL or onnx:REPOSITORY (default: the one it has)")
      .option("--yes", "begin; without it only the price is shown")
      .option("--background", "do not wait for the end")
      .option("--cancel", "give up a reindex that is under way");
    addJsonOption(addSpaceOption(command)).action((name: string, options: ReindexOptions) =>
      runReindex(context, name, options),
    );
    addExamples(command, {
      "commons reindex frontend_code --embedder ollama:nomic-embed-text": "the price: passages, tokens, money, time",
      "commons reindex frontend_code --embedder built-in --yes":
        "move it; the old vectors are searched until the new ones are there",
    });
  },
};

const pollMs = 300;

async function runReindex(context: CliContext, name: string, options: ReindexOptions): Promise<void> {
  const { openSession } = await import("../session-access.ts");
  const session = openSession({ agent: "commons reindex", cwd: context.cwd, workspace: null, space: options.space });
  try {
    if (options.cancel) return await cancel(context, { session, name, options });
    const embedder = options.embedder ?? null;
    const price = await session.call("reindex.price", { collection: name, embedder });
    if (!options.yes) return await showPrice(context, price, { name, options });
    if (!options.json) await printLines(context, price);
    const before = (await session.call("reindex.list", {})).find(({ collection }) => collection === name);
    if (before !== undefined)
      context.stderr.line(`This takes the place of the reindex to ${before.to} that is under way.`);
    const run = await session.call("reindex.start", { collection: name, embedder });
    if (!options.background) await follow(context, run, { session, options });
    else if (options.json) printJson(context, { ...price, run });
    else context.stdout.line("It goes on in the background: commons status");
  } finally {
    session.close();
  }
}

async function showPrice(
  context: CliContext,
  price: ReindexPrice,
  { name, options }: { readonly name: string; readonly options: ReindexOptions },
): Promise<void> {
  if (options.json) return printJson(context, { ...price, run: null });
  await printLines(context, price);
  const model = options.embedder === undefined ? "" : ` --embedder ${options.embedder}`;
  context.stdout.line(`To begin: commons reindex ${name}${model} --yes`);
}

async function printLines({ stdout }: CliContext, price: ReindexPrice): Promise<void> {
  const { priceLines } = await import("../output/embedding-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  for (const line of priceLines(price)) stdout.line(printableLine(line));
}

/** Waits with a progress bar. An interruption ends the wait only. */
async function follow(
  context: CliContext,
  run: ReindexView,
  { session, options }: { readonly session: Session; readonly options: ReindexOptions },
): Promise<void> {
  const { openProgress } = await import("../progress.ts");
  const { setTimeout: delay } = await import("node:timers/promises");
  const { CommonsError } = await import("../../core/errors.ts");
  const signal = context.interruption.signal();
  const board = openProgress(context, { isQuiet: options.json ?? false });
  try {
    for (let now: ReindexView | null = run; now !== null; now = await progressOf(session, run)) {
      if (signal.aborted) {
        throw new CommonsError("CANCELLED", "The reindex goes on in the background.", {
          hint: `See commons status; to give it up: commons reindex ${run.collection} --cancel`,
        });
      }
      await refuseStuck(session, now);
      board.update(run.collection, {
        phase: "embedding",
        done: now.done,
        total: now.texts,
        unit: "text",
        current: null,
      });
      await delay(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    board.close();
  }
  const { embedder } = await session.call("collections.get", { collection: run.collection });
  if (embedder !== run.to)
    throw new CommonsError("CANCELLED", `The reindex of ${run.collection} was given up; it keeps ${embedder}.`);
  if (options.json) printJson(context, { ...run, done: run.texts });
  else context.stdout.line(`${run.collection} has the model ${embedder}.`);
}

async function progressOf(session: Session, run: ReindexView): Promise<ReindexView | null> {
  const runs = await session.call("reindex.list", {});
  return runs.find(({ collectionId }) => collectionId === run.collectionId) ?? null;
}

/** A model that refused makes no progress until the person does something. */
async function refuseStuck(session: Session, run: ReindexView): Promise<void> {
  const { embedding } = await session.call("hub.status", {});
  const model = embedding.models.find(({ model: id, state }) => id === run.to && state === "refused");
  if (model === undefined) return;
  const { CommonsError } = await import("../../core/errors.ts");
  throw new CommonsError("EMBEDDER_REFUSED", model.detail ?? `The model ${run.to} cannot be used.`, {
    hint: `${model.hint ?? ""} The collection keeps its old vectors; to give up: commons reindex ${run.collection} --cancel`.trim(),
  });
}

async function cancel(
  context: CliContext,
  { session, name, options }: { readonly session: Session; readonly name: string; readonly options: ReindexOptions },
): Promise<void> {
  const { wasRunning } = await session.call("reindex.cancel", { collection: name });
  if (options.json) printJson(context, { collection: name, wasRunning });
  else context.stdout.line(wasRunning ? `${name} keeps its model.` : `${name} is not being reindexed.`);
}
