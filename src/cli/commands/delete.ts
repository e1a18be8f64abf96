import type { Deletion, DeletionRequest } from "../../session/deletion.ts";
import type { Session } from "../../session/session.ts";
import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface DeleteOptions {
  readonly id?: readonly string[];
  readonly where?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

export const deleteCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("delete")
      .description("delete documents or notes of a collection; files on disk stay; can be restored for 7 days")
      .argument("<collection>", "collection")
      .option("--id <id>", "note, path in the current directory, or record id; may be repeated", collected)
      .option("--where <json>", "Chroma filter over metadata, path, language and more")
      .option("--dry-run", "only show what would be deleted")
      .option("--force", "also while other live sessions use the collection")
      .option("-y, --yes", "do not ask");
    addJsonOption(addSpaceOption(command)).action((name: string, options: DeleteOptions) =>
      runDelete(context, name, options),
    );
    addExamples(command, {
      [`commons delete frontend_code --where '{"language": "markdown"}' --dry-run`]: "show what a filter means",
      [`commons delete frontend_code --where '{"path": "login.ts"}' --yes`]:
        "delete one file's passages without asking; commons restore brings them back",
    });
  },
};

/** Ids may have commas in them. */
function collected(id: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), id];
}

async function runDelete(context: CliContext, name: string, options: DeleteOptions): Promise<void> {
  const { withSession } = await import("../session-access.ts");
  const { deleteDocuments } = await import("../../session/deletion.ts");
  const { withForceHint } = await import("../force-hint.ts");
  const wanted = {
    ...(await selectionOf(options)),
    collection: name,
    force: options.force ?? false,
    signal: context.interruption.signal(),
  };
  await withSession({ agent: "commons delete", cwd: context.cwd, space: options.space }, async (session) => {
    if (!options.dryRun) await confirm(context, session, { wanted, options });
    const deleted = await withForceHint("the same with --force", () =>
      deleteDocuments(session, { ...wanted, isDryRun: options.dryRun ?? false }),
    );
    await report(context, deleted, options);
  });
}

async function selectionOf({ id: ids, where }: DeleteOptions): Promise<Pick<DeletionRequest, "ids" | "where">> {
  if (ids !== undefined && where === undefined) return { ids };
  if (where !== undefined && ids === undefined) {
    const { parseWhere } = await import("../where-option.ts");
    return { where: parseWhere(where) };
  }
  const { CommonsError } = await import("../../core/errors.ts");
  throw new CommonsError("INPUT_INVALID", "Give either --id or --where.", {
    hint: "To remove the whole collection: commons unload NAME",
  });
}

/** Shows a person at a terminal what it would be, and asks. Errors: CANCELLED for a no. */
async function confirm(
  context: CliContext,
  session: Session,
  { wanted, options }: { readonly wanted: Omit<DeletionRequest, "isDryRun">; readonly options: DeleteOptions },
): Promise<void> {
  const { askYes, canAsk } = await import("../question.ts");
  if (options.yes || options.json || !canAsk(context)) return;
  const { deleteDocuments, deletionLines } = await import("../../session/deletion.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const would = await deleteDocuments(session, { ...wanted, isDryRun: true });
  if (would.documents === 0) return;
  for (const line of deletionLines(would)) context.stderr.line(printableLine(line));
  if (await askYes(context, "Delete them?")) return;
  const { CommonsError } = await import("../../core/errors.ts");
  throw new CommonsError("CANCELLED", "Nothing was deleted.");
}

async function report(context: CliContext, deleted: Deletion, { json }: DeleteOptions): Promise<void> {
  const { deletionLines } = await import("../../session/deletion.ts");
  const { errorCatalogue } = await import("../../core/errors.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  if (json) printJson(context, deleted);
  else for (const line of deletionLines(deleted)) context.stdout.line(printableLine(line));
  // A script that names a document wants to know that there is none.
  if (deleted.documents === 0 && deleted.unknownIds.length + deleted.ambiguousIds.length > 0)
    process.exitCode = errorCatalogue.DOCUMENT_NOT_FOUND.exitCode;
}
