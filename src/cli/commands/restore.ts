import type { OperationInput } from "../../protocol/operations.ts";
import { addExamples, addJsonOption, addSpaceOption, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface RestoreOptions {
  readonly receipt?: number;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

const maxListed = 1_000;

export const restoreCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("restore")
      .description("bring back what was removed in the last 7 days: a collection, or documents by their receipt")
      .argument("[name]", "collection that was unloaded")
      .option("--receipt <n>", "number of a removal, as commons log shows it", wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option("--list", "show what can be brought back, and for how long");
    addJsonOption(addSpaceOption(command)).action((name: string | undefined, options: RestoreOptions) =>
      options.list ? listRestorable(context, name, options) : runRestore(context, name, options),
    );
    addExamples(command, {
      "commons restore frontend_code": "undo commons unload frontend_code",
      "commons restore --list": "removals that can be undone; then for example: commons restore --receipt 12",
    });
  },
};

async function runRestore(context: CliContext, name: string | undefined, options: RestoreOptions): Promise<void> {
  const { withSession } = await import("../session-access.ts");
  const { countOf } = await import("../../core/quantities.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const wanted = await wantedOf(name, options.receipt);
  await withSession({ agent: "commons restore", cwd: context.cwd, space: options.space }, async (session) => {
    const restored = await session.call("collections.restore", wanted);
    if (options.json) {
      printJson(context, restored);
      return;
    }
    const { collection, documents, chunks, superseded } = restored;
    const { stdout } = context;
    stdout.line(
      printableLine(`Restored ${collection}: ${countOf(documents, "document")}, ${countOf(chunks, "chunk")}.`),
    );
    if (superseded > 0) {
      const [are, they] = superseded === 1 ? ["is", "it"] : ["are", "they"];
      stdout.line(
        `${countOf(superseded, "document")} ${are} there again in a newer state and stayed as ${they} ${are}.`,
      );
      stdout.line(
        `To have the old state, delete the newer one, then: commons restore --receipt ${options.receipt ?? "N"}`,
      );
    }
  });
}

async function wantedOf(
  name: string | undefined,
  receipt: number | undefined,
): Promise<OperationInput<"collections.restore">> {
  if (receipt !== undefined && name === undefined) return { receipt };
  if (name !== undefined && receipt === undefined) return { collection: name };
  const { CommonsError } = await import("../../core/errors.ts");
  const fact = name === undefined ? "It is not said what to bring back." : "A name and a receipt are one too many.";
  throw new CommonsError("INPUT_INVALID", fact, {
    hint: "commons restore NAME for a collection, commons restore --receipt N for a removal; --list shows both.",
  });
}

async function listRestorable(context: CliContext, name: string | undefined, options: RestoreOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { stdout } = context;
  const query = { isRestorable: true, limit: maxListed, ...(name === undefined ? {} : { collection: name }) };
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const receipts = await client.call("receipts.list", query);
    const { collections } = await client.call("collections.list", {});
    if (options.json) {
      printJson(context, { receipts });
      return;
    }
    if (receipts.length === 0) {
      stdout.line("Nothing was removed in the last 7 days that could be brought back.");
      return;
    }
    const { receiptLines } = await import("../output/receipt-text.ts");
    const { environment } = await import("../../config/load-settings.ts");
    const { homeDirectory } = await import("../../config/paths.ts");
    const view = { terminal: stdout, nowMs: Date.now(), home: homeDirectory(environment()) };
    for (const line of receiptLines(receipts, view)) stdout.line(line);
    const { obstacleText } = await import("../output/restore-text.ts");
    const { printableLine } = await import("../output/printable-text.ts");
    const obstacles = receipts.map((receipt) => obstacleText(receipt, collections));
    for (const obstacle of obstacles) if (obstacle !== null) stdout.line(printableLine(`In the way of ${obstacle}`));
    const open = receipts[obstacles.indexOf(null)];
    if (open !== undefined) stdout.line(`To bring one back: commons restore --receipt ${open.id}`);
  });
}
