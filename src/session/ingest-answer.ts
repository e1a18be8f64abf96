import { setTimeout as delay } from "node:timers/promises";
import type { Metadata } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { countOf, formatDuration } from "../core/quantities.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import { changesOf } from "../ingest/tally.ts";
import type { IngestJob } from "./ingest-jobs.ts";
import type { IngestRunInput } from "./ingest-run.ts";
import type { IngestOutcome } from "./ingester.ts";
import { shownName } from "./shown-name.ts";
import { skippedLines } from "./skipped-text.ts";
import type { ToolContext } from "./tools/tool.ts";

export interface IngestToolInput {
  readonly path: string;
  readonly collection?: string | undefined;
  readonly recursive: boolean;
  readonly categories?: readonly string[] | undefined;
  readonly extensions?: readonly string[] | undefined;
  readonly max_files?: number | undefined;
  readonly include_content: boolean;
  readonly kind: "permanent" | "temporary" | "any";
  readonly mustBe?: "file";
  readonly metadata?: Metadata | undefined;
}

const progressEveryMs = 250;
// A look at what changed since is short: without time for it, calls that only wait would each begin another.
const secondRunMs = 10_000;

/**
 * Runs an ingest for a tool and tells the result. A run that takes longer than clients wait goes on in the background; the same call
 * again joins it.
 */
export async function ingestAnswer(
  tool: string,
  input: IngestToolInput,
  { session, signal, progress }: ToolContext,
): Promise<string> {
  if (input.mustBe === "file") {
    const { workspace } = await session.workspace();
    const place = await workspace.resolve(input.path);
    if (place.kind !== "file")
      throw new CommonsError("PATH_WRONG_KIND", `${input.path} is a directory.`, {
        hint: "Use batch_ingest for directories.",
      });
  }
  const key = `${tool} ${JSON.stringify(input)}`;
  const untold = session.jobs.takeUntold<IngestOutcome>(key);
  const failure = untold.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  const outcomes = untold.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  // Another run would load it again, under the name that it had.
  if (outcomes.at(-1)?.kept != null) return answerText(outcomes, input);
  const context = { session, signal, progress };
  const run = () =>
    session.jobs.run(key, async (jobSignal, onProgress) =>
      (await session.ingester()).ingest(runInput(input), { signal: jobSignal, onProgress }),
    );
  // Of a run that this call joined, or that ended before it, what changed since is for a second, short one.
  for (let isSecond = false; ; isSecond = true) {
    const job = run();
    const leastMs = outcomes.length === 0 ? 0 : secondRunMs;
    const outcome = await waitForJob(job, { ...context, leastMs });
    if (outcome === null) {
      session.jobs.keep(
        key,
        outcomes.map((value) => ({ status: "fulfilled", value })),
      );
      return stillRunning(tool, job.progress());
    }
    outcomes.push(outcome);
    if (!job.isJoined || isSecond || outcome.kept !== null) return answerText(outcomes, input);
  }
}

/** What changed something, in order; of several runs without any change the last. */
function answerText(outcomes: readonly IngestOutcome[], input: IngestToolInput): string {
  const changing = outcomes.filter(({ report }) => changesOf(report) > 0);
  return (changing.length > 0 ? changing : outcomes.slice(-1))
    .map((each) => ingestText(each, input))
    .join("\nSince then:\n");
}

function runInput(input: IngestToolInput): IngestRunInput {
  return {
    path: input.path,
    collection: input.collection ?? null,
    kind: input.kind,
    recursive: input.recursive,
    includeContent: input.include_content,
    ...(input.categories === undefined ? {} : { categories: input.categories }),
    ...(input.extensions === undefined ? {} : { extensions: input.extensions }),
    ...(input.max_files === undefined ? {} : { maxFiles: input.max_files }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
  };
}

/** The job's outcome, or null when it takes longer than clients wait. The client's cancelling cancels it. */
async function waitForJob(
  job: IngestJob<IngestOutcome>,
  { session, signal, progress, leastMs = 0 }: ToolContext & { readonly leastMs?: number },
): Promise<IngestOutcome | null> {
  const { "ingest.answerSeconds": seconds } = await session.settings();
  const stopWaiting = new AbortController();
  const onCancel = () => job.cancel();
  if (signal.aborted) onCancel();
  signal.addEventListener("abort", onCancel, { once: true });
  const ticker = setInterval(risingProgress(job, progress), progressEveryMs);
  let hasHeard = true;
  try {
    const outcome = await Promise.race([
      job.result,
      delay(Math.max(seconds * 1_000, leastMs), null, { signal: stopWaiting.signal }),
    ]);
    hasHeard = outcome !== null;
    return outcome;
  } finally {
    stopWaiting.abort();
    clearInterval(ticker);
    signal.removeEventListener("abort", onCancel);
    if (!signal.aborted) job.leave({ hasHeard });
  }
}

/** Reports a step only when the number has risen: the protocol asks for it, and the phases of an ingest count other things. */
export function risingProgress(job: Pick<IngestJob<unknown>, "progress">, report: ToolContext["progress"]): () => void {
  let sent = 0;
  return () => {
    const last = job.progress();
    if (last === null || last.scanned + last.done <= sent) return;
    sent = last.scanned + last.done;
    const message = `${farText(last)} ${last.path ?? ""}`.trim();
    report({ done: sent, total: last.total === null ? null : last.scanned + last.total, message });
  };
}

function farText({ phase, scanned, done, total }: IngestProgress): string {
  if (phase !== "write") return `${countOf(scanned, "name")} scanned.`;
  return `${done.toLocaleString("en-US")} of ${countOf(total ?? done, "file")} done.`;
}

function stillRunning(tool: string, last: IngestProgress | null): string {
  const far = last === null ? "" : ` ${farText(last)}`;
  return `Still running in the background.${far} What is done is searchable already. Call ${tool} again with the same parameters to wait for the result.`;
}

/** A report as text: what happened to the files, what was skipped and why, how long it took. */
function ingestText({ kept, report, by, before, ...run }: IngestOutcome, { kind }: IngestToolInput): string {
  const collection = kept ?? run.collection;
  const lines: string[] = [];
  if (before !== null)
    lines.push(
      `Waited for ${sessionText(before.by)}, which was ingesting the same files:`,
      ...reportLines(collection, before.report),
      "Since then:",
    );
  if (by !== null) lines.push(`Done by ${sessionText(by)} for both:`);
  lines.push(...reportLines(collection, report));
  if (kept !== null)
    lines.push(`Kept meanwhile by a person: it is the permanent collection ${kept} now, shared with every session.`);
  else if (kind === "temporary")
    lines.push("Temporary: only this session sees it, and it is gone with the session. keep: true makes it permanent.");
  return lines.join("\n");
}

function sessionText({ agent, workspace }: { readonly agent: string; readonly workspace: string | null }): string {
  return shownName(`${agent} in ${workspace ?? "no workspace"}`);
}

/** "2 files are damaged in part; what they say was stored: half.jpg (cut short), ..." */
function damagedLine({ files, samples }: NonNullable<IngestReport["damagedInPart"]>): string {
  const more = files > samples.length ? ", ..." : "";
  return `${countOf(files, "file is", "files are")} damaged in part; what they say was stored: ${samples.map(shownName).join(", ")}${more}.`;
}

/** A report in lines for a model. */
export function reportLines(collection: string, report: IngestReport): string[] {
  const { files } = report;
  const total = files.added + files.changed + files.renamed + files.unchanged;
  const lines = [
    `${collection}: ${countOf(total, "file")} up to date in ${formatDuration(report.ms)}: ${files.added} added, ${files.changed} changed, ${files.renamed} renamed, ${files.unchanged} unchanged, ${files.removed} removed.`,
    `${countOf(report.chunks, "chunk")} written, ${report.embedded} embedded, ${report.reused} already known.`,
  ];
  if (files.superseded > 0)
    lines.push(`${countOf(files.superseded, "file")} left to another session that read them later.`);
  lines.push(...skippedLines(report));
  if (report.damagedInPart !== undefined) lines.push(damagedLine(report.damagedInPart));
  for (const failure of report.failed)
    lines.push(`- failed: ${shownName(failure.path)}: ${shownName(failure.message)}`);
  if (report.redacted.secrets > 0)
    lines.push(
      `${countOf(report.redacted.secrets, "secret")} in ${countOf(report.redacted.files, "file")} not stored: replaced by [redacted: ...].`,
    );
  if (total === 0) lines.push("No file was stored. scan_directory shows what is there and why it is skipped.");
  return lines;
}
