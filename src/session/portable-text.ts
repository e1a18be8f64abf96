import { countOf, formatBytes } from "../core/quantities.ts";
import type { WrittenExport } from "./export-file.ts";
import type { ImportReport } from "./import-run.ts";
import { migrationLines } from "./migration-text.ts";
import { shownName } from "./shown-name.ts";

/** Lines about an export that is done, for a person or a model. */
export function exportLines({ report, path, sizeBytes }: WrittenExport): string[] {
  const { collection, counts, isConsistent } = report;
  const without = counts.texts - counts.vectors;
  return [
    `${shownName(`Exported ${collection}`)}: ${countOf(counts.documents, "document")}, ${countOf(counts.chunks, "chunk")}, ${formatBytes(sizeBytes)}.`,
    shownName(path),
    ...(without > 0 ? [`${countOf(without, "text")} had no vector yet.`] : []),
    ...(isConsistent ? [] : [inconsistent]),
  ];
}

const inconsistent =
  "The collection changed all the while: the file is no state of one moment. Export it again when it is quiet.";

/** Lines about an import that is done. */
export function importLines(report: ImportReport): string[] {
  const { collection, from, documents, chunks, vectors, receipts, receiptsLeftOut, replaced, isConsistent } = report;
  const exported =
    from.exportedAtMs === null
      ? ""
      : ` at ${new Date(from.exportedAtMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return [
    `${shownName(`Imported ${collection}`)}: ${countOf(documents, "document")}, ${countOf(chunks, "chunk")}.`,
    `${shownName(`From an export of ${from.collection}`)}${exported}.`,
    ...(report.earlier === undefined
      ? []
      : [...earlierLines(report.earlier, report.embedder), ...migrationLines(report.earlier)]),
    ...(receipts > 0
      ? [
          `${countOf(receipts, "receipt")} of its history came along${receiptsLeftOut > 0 ? `, ${countOf(receiptsLeftOut, "older one")} did not` : ""}: commons log ${collection}`,
        ]
      : []),
    ...(vectors > 0 ? [`${countOf(vectors, "vector")} taken over.`] : []),
    ...(replaced === null
      ? []
      : [
          `It replaced one with ${countOf(replaced.documents, "document")}. For 7 days that can be brought back: commons restore --receipt ${replaced.receipt}`,
        ]),
    ...(isConsistent ? [] : ["The collection changed while it was exported: the file is no state of one moment."]),
  ];
}

/** What the JSON of an earlier server says of itself and does not hold, and what of it is made anew. */
function earlierLines({ announced, found, hasVectors }: NonNullable<ImportReport["earlier"]>, model: string): string[] {
  return [
    ...(announced === null || announced === found
      ? []
      : [
          `The file says that it has ${countOf(announced, "record")}, and holds ${found.toLocaleString("en-US")}: ${announced > found ? "some may be missing. Export it again where you can." : "all were read."}`,
        ]),
    ...(hasVectors ? [`Its vectors were not taken: the texts are embedded anew with the model ${model}.`] : []),
  ];
}
