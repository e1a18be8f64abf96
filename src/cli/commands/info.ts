import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { OperationOutput } from "../../protocol/operations.ts";

interface InfoOptions {
  readonly json?: boolean;
  readonly space?: string;
}

export const infoCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("info")
      .description("show one collection: sources, categories, languages, newest documents, health")
      .argument("<name>", "collection");
    addJsonOption(addSpaceOption(command)).action((name: string, options: InfoOptions) =>
      runInfo(context, name, options),
    );
    addExamples(command, {
      "commons info frontend_code": "what is in it and where it came from",
      "commons info frontend_code --json": "the same for scripts",
    });
  },
};

async function runInfo(context: CliContext, name: string, options: InfoOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const { collectionInfo } = await import("../../session/collection-info.ts");
    const { foreignLine } = await import("../../core/foreign-source.ts");
    const { printableLine } = await import("../output/printable-text.ts");
    const info = await collectionInfo(client, name);
    if (options.json) printJson(context, info.kind === "own" ? info.own : { kind: "foreign", ...info.foreign });
    else if (info.kind === "own") await printInfo(context, info.own);
    else context.stdout.line(printableLine(foreignLine(info.foreign)));
  });
}

async function printInfo({ stdout }: CliContext, info: OperationOutput<"collections.get">): Promise<void> {
  const { labelled, withBoldHeader } = await import("../output/status-text.ts");
  const { tableLines } = await import("../output/table.ts");
  const { countOf, firstOf, formatAge, formatBytes } = await import("../../core/quantities.ts");
  const { builtInModel, isBuiltInModel } = await import("../../core/model-id.ts");
  const { receiptText } = await import("../../core/receipt-text.ts");
  const now = Date.now();
  const { journalPending, chunksWithoutVector } = info.health;
  const { refusedRecords, leftOut } = info.mirror;
  const health = [
    ...(leftOut === null ? [] : [`not in ChromaDB: ${leftOut}`]),
    ...(refusedRecords > 0 ? [`ChromaDB refused ${countOf(refusedRecords, "record")}`] : []),
    journalPending > 0 ? `${countOf(journalPending, "record")} on the way to ChromaDB` : "nothing waits for ChromaDB",
    ...(chunksWithoutVector > 0 ? [`${countOf(chunksWithoutVector, "chunk")} without vector`] : []),
    ...(info.model === null ? [] : [info.model]),
  ];
  const facts = {
    name: `${info.name} (${info.kind}, space ${info.space})`,
    stored: `${countOf(info.documents, "document")}, ${countOf(info.chunks, "chunk")}, ${formatBytes(info.sizeBytes)}`,
    made: `${formatAge(info.createdAtMs, now)} by ${info.owner}; changed ${formatAge(info.updatedAtMs, now)}`,
    ...(info.lastReceipt === null ? {} : { last: receiptText(info.lastReceipt, now) }),
    model: isBuiltInModel(info.embedder) ? `${builtInModel} (${info.embedder})` : info.embedder,
    kinds: tally(info.categories),
    languages: tally(info.languages),
    health: health.join("; "),
    "in use":
      firstOf(info.usedBy.map((use) => `${use.agent}${use.workspace === null ? "" : ` in ${use.workspace}`}`)) ||
      "by nobody",
  };
  for (const [label, text] of Object.entries(facts)) stdout.line(labelled(stdout, label, text));

  const sourceColumns = [
    { header: "SOURCE", minWidth: 10 },
    { header: "PATH", minWidth: 16, keep: "end" as const },
    { header: "BRANCH", minWidth: 8 },
    { header: "DOCUMENTS", align: "right" as const },
    { header: "CHUNKS", align: "right" as const },
    { header: "CHANGED" },
  ];
  const sources = info.sources.map(({ source, documents, chunks, updatedAtMs }) => [
    source.name,
    source.path ?? "-",
    source.repository?.branch ?? "-",
    documents.toLocaleString("en-US"),
    chunks.toLocaleString("en-US"),
    formatAge(updatedAtMs, now),
  ]);
  stdout.line();
  for (const line of withBoldHeader(stdout, tableLines(sourceColumns, sources, stdout.columns))) stdout.line(line);

  const sampleColumns = [
    { header: "NEWEST DOCUMENTS", minWidth: 20, keep: "end" as const },
    { header: "SOURCE", minWidth: 10 },
    { header: "CHUNKS", align: "right" as const },
    { header: "STORED" },
  ];
  const samples = info.samples.map((sample) => [
    sample.path,
    sample.source,
    sample.chunks.toLocaleString("en-US"),
    formatAge(sample.indexedAtMs, now),
  ]);
  stdout.line();
  for (const line of withBoldHeader(stdout, tableLines(sampleColumns, samples, stdout.columns))) stdout.line(line);
}

function tally(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count.toLocaleString("en-US")}`).join(", ") || "none";
}
