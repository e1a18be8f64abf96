import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { scanDirectory, type GroupSize, type ScanReport } from "../ingest/scan-directory.ts";
import { knownCategories } from "./ingest-run.ts";
import { heldCollections, ownCollections } from "./collections.ts";
import { referenceRates, type IngestRates } from "../core/ingest-rates.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { skippedLines } from "./skipped-text.ts";
import type { ToolContext } from "./tools/tool.ts";

interface ScanInput {
  readonly path: string;
  readonly recursive: boolean;
  readonly categories?: readonly string[] | undefined;
  readonly extensions?: readonly string[] | undefined;
  readonly max_files?: number | undefined;
}

const shownLanguages = 12;

/** Scans for a tool and tells what is there and what ingesting it would cost. */
export async function scanText(input: ScanInput, { session, signal }: ToolContext): Promise<string> {
  const open = await session.workspace();
  const { limits } = await session.reading();
  const categories = knownCategories(input.categories);
  const request = {
    workspace: open.workspace,
    directory: input.path,
    recursive: input.recursive,
    limits,
    signal,
    ...(categories === undefined ? {} : { categories }),
    ...(input.extensions === undefined ? {} : { extensions: input.extensions }),
    ...(input.max_files === undefined ? {} : { maxFiles: input.max_files }),
  };
  const stored = await storedHere(session, open);
  const rates = await ratesOf(session);
  const diskBytesPerChunk = rates.catalogBytesPerChunk + rates.engineBytesPerChunk;
  const knownContents = (hashes: readonly string[]) =>
    session.call("contents.known", { hashes: [...hashes] }).then(
      ({ known }) => known,
      () => 0,
    );
  const report = await scanDirectory(
    { ...request, price: { ...rates, diskBytesPerChunk }, knownContents },
    stored?.target,
  );
  return reportText(input.path, report, { collection: stored?.name ?? null, measuredChunks: rates.measuredChunks });
}

/** The first collection that holds this workspace; null when there is none or the hub is away: the scan needs neither. */
async function storedHere(
  session: Session,
  open: OpenWorkspace,
): Promise<{ name: string; target: DocumentTarget } | null> {
  try {
    const [name] = await ownCollections(session, await heldCollections(session, [open]));
    if (name === undefined) return null;
    const collection = await session.call("collections.get", { collection: name });
    return { name, target: session.target(collection, open.source) };
  } catch {
    return null;
  }
}

/** What the hub measured here; without a hub the scan still tells a price. */
function ratesOf(session: Session): Promise<IngestRates> {
  return session.call("rates.get", {}).catch(() => referenceRates);
}

function reportText(
  path: string,
  report: ScanReport,
  { collection, measuredChunks }: { readonly collection: string | null; readonly measuredChunks: number },
): string {
  const { estimate, stored, reuse } = report;
  const lines = [
    `${path}: ${countOf(report.files, "file")}, ${formatBytes(report.sizeBytes)} to ingest${report.isTruncated ? " (max_files reached)" : ""}; scanned in ${formatDuration(report.ms)}.`,
    `By category: ${groups(report.byCategory, Number.POSITIVE_INFINITY)}.`,
    `By language: ${groups(report.byLanguage, shownLanguages)}.`,
    ...skippedLines(report),
  ];
  if (stored !== null && collection !== null) {
    lines.push(`Against ${collection}: ${stored.unchanged} unchanged, ${stored.changed} changed, ${stored.new} new.`);
  }
  if (reuse !== null && reuse.checked > 0)
    lines.push(
      `${Math.round((100 * reuse.known) / reuse.checked)} % of what is to be written is stored already in some collection and needs no embedding (${countOf(reuse.checked, "file")} compared by content).`,
    );
  lines.push(
    `Ingesting ${stored === null ? "all" : "what is new or changed"} takes up to about ${countOf(estimate.chunks, "chunk")}, ${formatDuration(estimate.seconds * 1_000)}, ${formatBytes(estimate.diskBytes)} on disk; nothing leaves this machine. ${measuredChunks > 0 ? `Rates measured here, over ${countOf(measuredChunks, "chunk")}.` : "Rates of a reference machine: nothing of some size was ingested here yet."}`,
  );
  return lines.join("\n");
}

function groups(sizes: Readonly<Record<string, GroupSize>>, limit: number): string {
  const sorted = Object.entries(sizes).toSorted(([, a], [, b]) => b.files - a.files);
  const shown = sorted
    .slice(0, limit)
    .map(([name, { files, sizeBytes }]) => `${name} ${files} (${formatBytes(sizeBytes)})`);
  if (sorted.length > limit) shown.push(`${sorted.length - limit} more`);
  return shown.join(", ") || "none";
}
