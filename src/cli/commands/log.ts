import type { HubClient } from "../../client/hub-client.ts";
import { receiptActions, type Receipt, type ReceiptAction } from "../../core/receipts.ts";
import { addExamples, addJsonOption, addSpaceOption, choiceOption, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface LogOptions {
  readonly limit: number;
  readonly since?: string;
  readonly action?: string;
  readonly json?: boolean;
  readonly space?: string;
}

/** An import and a keep are shown as such; their receipts, also in --json, say "promote", which is taken too. */
const actions: Readonly<Record<string, ReceiptAction>> = {
  ...Object.fromEntries(receiptActions.map((action) => [action, action])),
  import: "promote",
};

export const logCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("log")
      .description("show who wrote and removed what, newest first: agent, workspace, commit")
      .argument("[collection]", "only of this collection, also of one that was unloaded")
      .option("--limit <n>", "how many lines", wholeNumber(1, 1_000), 20)
      .option("--since <when>", "only what was done since then: 2026-11-01, 12h, 7d, yesterday")
      .addOption(choiceOption("--action <action>", "only this", Object.keys(actions)));
    addJsonOption(addSpaceOption(command)).action((name: string | undefined, options: LogOptions) =>
      runLog(context, name, options),
    );
    addExamples(command, {
      "commons log": "the last 20 changes; in DOCS: + added, ~ changed, - removed",
      "commons log frontend_code --since 7d --action delete": "what was deleted from one in the last week",
      "commons log --json": "the same for scripts: receipts []",
    });
  },
};

async function runLog(context: CliContext, name: string | undefined, options: LogOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { parseMoment } = await import("../../core/moment.ts");
  const { stdout } = context;
  const nowMs = Date.now();
  const query = {
    limit: options.limit,
    ...(name === undefined ? {} : { collection: name }),
    ...(options.action === undefined ? {} : { action: actions[options.action] }),
    ...(options.since === undefined ? {} : { sinceMs: Math.max(0, parseMoment(options.since, nowMs)) }),
  };
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const receipts = await client.call("receipts.list", query);
    if (receipts.length === 0 && name !== undefined) await requireKnown(client, name);
    const imported = name === undefined ? [] : await importedHistory(client, name, query, receipts.length);
    if (options.json) {
      printJson(context, { receipts, imported });
      return;
    }
    if (receipts.length === 0 && imported.length === 0) {
      stdout.line("Nothing of that kind was done in the last 90 days.");
      return;
    }
    const { receiptLines } = await import("../output/receipt-text.ts");
    const { environment } = await import("../../config/load-settings.ts");
    const { homeDirectory } = await import("../../config/paths.ts");
    const view = { terminal: stdout, nowMs, home: homeDirectory(environment()) };
    for (const line of receipts.length === 0 ? [] : receiptLines(receipts, view)) stdout.line(line);
    if (imported.length === 0) return;
    stdout.line("");
    stdout.line(
      "Imported with it, the history where it was exported (its own numbers and names; nothing of it can be undone here):",
    );
    for (const line of receiptLines(imported, view)) stdout.line(line);
  });
}

interface LogQuery {
  readonly limit: number;
  readonly action?: ReceiptAction | undefined;
  readonly sinceMs?: number;
}

/** What an import brought of the collection's history elsewhere, newest first, as far as the own receipts leave room. */
async function importedHistory(
  client: HubClient,
  name: string,
  { limit, action, sinceMs = 0 }: LogQuery,
  shown: number,
): Promise<Receipt[]> {
  const { collections } = await client.call("collections.list", {});
  const collectionId = collections.find((collection) => collection.name === name)?.id;
  const found: Receipt[] = [];
  if (collectionId === undefined) return found;
  for (let after = -1; found.length < limit - shown;) {
    const page = await client.call("receipts.origin", { collectionId, after, limit: 1_000 });
    for (const { receipt } of page)
      if (
        (action === undefined || receipt.action === action) &&
        receipt.atMs >= sinceMs &&
        found.length < limit - shown
      )
        found.push({ ...receipt, restorableUntilMs: null });
    const last = page.at(-1);
    if (last === undefined || page.length < 1_000) break;
    after = last.place;
  }
  return found;
}

/** A name that neither is a collection's nor was one's is a slip. Errors: COLLECTION_NOT_FOUND, with names that are near. */
async function requireKnown(client: HubClient, name: string): Promise<void> {
  const ever = await client.call("receipts.list", { collection: name, limit: 1 });
  if (ever.length === 0) await client.call("collections.get", { collection: name });
}
