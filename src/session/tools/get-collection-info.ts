import { z } from "zod";
import { foreignLine } from "../../core/foreign-source.ts";
import type { ForeignCollection } from "../../core/ports.ts";
import { countOf, formatAge, formatBytes } from "../../core/quantities.ts";
import { receiptText } from "../../core/receipt-text.ts";
import type { OperationOutput } from "../../protocol/operations.ts";
import { collectionInfo } from "../collection-info.ts";
import { collectionUsers } from "../collection-users.ts";
import { shownName } from "../shown-name.ts";
import { defineTool } from "./tool.ts";

export const getCollectionInfo = defineTool({
  name: "get_collection_info",
  title: "Collection details",
  description:
    "Details of one collection: counts, sources (which repository, branch and agent stored it), categories, languages, sample documents and health.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({ collection: z.string().describe("Collection name, as list_collections shows it.") }),
  async run({ collection: name }, { session, signal }) {
    const found = await collectionInfo(await session.hub(), name, { signal });
    if (found.kind === "foreign") return foreignText(found.foreign);
    const info = found.own;
    const now = Date.now();
    const lines = [
      `${info.name}: ${info.kind}, ${countOf(info.documents, "document")}, ${countOf(info.chunks, "chunk")}, ${formatBytes(info.sizeBytes)}`,
      `made ${formatAge(info.createdAtMs, now)} by ${info.owner}; changed ${formatAge(info.updatedAtMs, now)}; model ${info.embedder}`,
      ...(info.lastReceipt === null ? [] : [`last change: ${receiptText(info.lastReceipt, now)}`]),
      `categories: ${tally(info.categories)}`,
      `languages: ${tally(info.languages)}`,
      "sources:",
      ...info.sources.map(({ source, documents, chunks, updatedAtMs, author }) => {
        const branch = source.repository?.branch ? ` branch ${source.repository.branch}` : "";
        const by = author === null ? "" : `, by ${author.agent}`;
        return `- ${source.name}${source.path === null ? "" : ` (${source.path})`}${branch}: ${countOf(documents, "document")}, ${countOf(chunks, "chunk")}, ${formatAge(updatedAtMs, now)}${by}`;
      }),
      "newest documents:",
      ...info.samples.map(
        (sample) =>
          `- ${sample.path} (${sample.source}, ${countOf(sample.chunks, "chunk")}, ${formatAge(sample.indexedAtMs, now)})`,
      ),
      healthLine(info),
      `in use by: ${collectionUsers(info.usedBy, session.id, ({ agent }) => agent) || "nobody"}`,
    ];
    return lines.map((line) => shownName(line)).join("\n");
  },
});

function foreignText(foreign: ForeignCollection): string {
  const lines = [
    foreignLine(foreign),
    "search_context searches it through ChromaDB; nothing of it is ever changed.",
    `For a copy to work on, a person runs: commons adopt ${foreign.name}`,
  ];
  return lines.map((line) => shownName(line)).join("\n");
}

function tally(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}

function healthLine({
  health: { journalPending, chunksWithoutVector },
  mirror: { isMirrored, refusedRecords, leftOut },
  kind,
  model,
}: OperationOutput<"collections.get">): string {
  const facts: string[] = [];
  if (leftOut !== null) facts.push(`not in ChromaDB: ${leftOut}`);
  else if (journalPending > 0) facts.push(`${countOf(journalPending, "record")} still on the way to ChromaDB`);
  if (refusedRecords > 0) facts.push(`ChromaDB refused ${countOf(refusedRecords, "record")}`);
  if (chunksWithoutVector > 0) facts.push(`${countOf(chunksWithoutVector, "chunk")} without vector`);
  if (model !== null) facts.push(model);
  if (facts.length > 0) return `health: ${facts.join("; ")}`;
  if (isMirrored) return "health: complete, ChromaDB has everything";
  const why = kind === "temporary" ? "temporary collections stay out of ChromaDB" : "the mirror to ChromaDB is off";
  return `health: complete; ${why}`;
}
