import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { scanDirectory, type GroupSize, type ScanReport } from "../ingest/scan-directory.ts";
import { knownCategories } from "./ingest-run.ts";
import { heldCollections, ownCollections } from "./collections.ts";
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
  const report = await scanDirectory(request, stored?.target);
  return reportText(input.path, report, stored?.name ?? null);
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

function reportText(path: string, report: ScanReport, collection: string | null): string {
  const { estimate, stored } = report;
  const lines = [
    `${path}: ${countOf(report.files, "file")}, ${formatBytes(report.sizeBytes)} to ingest${report.isTruncated ? " (max_files reached)" : ""}; scanned in ${formatDuration(report.ms)}.`,
    `By category: ${groups(report.byCategory, Number.POSITIVE_INFINITY)}.`,
    `By language: ${groups(report.byLanguage, shownLanguages)}.`,
    ...skippedLines(report),
  ];
  if (stored !== null && collection !== null) {
    lines.push(`Against ${collection}: ${stored.unchanged} unchanged, ${stored.changed} changed, ${stored.new} new.`);
  }
  lines.push(
    `Ingesting ${stored === null ? "all" : "what is new or changed"} takes up to about ${countOf(estimate.chunks, "chunk")}, ${formatDuration(estimate.seconds * 1_000)}, ${formatBytes(estimate.diskBytes)} on disk; nothing leaves this machine.`,
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
