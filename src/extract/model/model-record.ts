import type { Metadata, MetadataValue } from "../../core/document.ts";
import { describeExtent, extentMetadata, type Extent } from "./bounding-box.ts";
import type { Extracted, FileContent } from "../extracted.ts";
import { cleanName, type NameList } from "../name-list.ts";
import { megabytes } from "../quantity.ts";

// A full pass over more than this takes longer than a reader may: lines are slower to read than numbers as they are stored.
export const maxModelBytes = 256_000_000;
export const maxModelTextBytes = 128_000_000;

/** What is known of a drawing or a model. */
export interface ModelFacts {
  /** "STL model, binary". */
  readonly what: string;
  /** The name that the file itself has; null: none. */
  readonly title?: string | null;
  /** Pieces of the sentence that describes it; null ones are left out. */
  readonly facts: readonly (string | null)[];
  readonly extent?: Extent | null;
  /** "mm"; null: unknown. */
  readonly unit?: string | null;
  readonly lists?: readonly { readonly label: string; readonly names: NameList }[];
  /** Undefined and null values are left out. */
  readonly metadata?: Readonly<Record<string, MetadataValue | null | undefined>>;
  /** Bytes that were looked at, where that is not the whole file. */
  readonly bytesRead?: number;
}

/** One record: path, a sentence that a person would search for, and the names inside. */
export function modelRecord(file: FileContent, model: ModelFacts): Extracted {
  const { extent = null, unit = null, lists = [] } = model;
  const title = model.title === undefined || model.title === null ? "" : cleanName(model.title);
  const isCut = model.bytesRead !== undefined && model.bytesRead < file.sizeBytes;
  const facts = [
    ...model.facts,
    describeExtent(extent, unit),
    isCut ? `counted in the first ${megabytes(model.bytesRead ?? 0)} of ${megabytes(file.sizeBytes)}` : null,
  ].filter((fact) => fact !== null && fact !== "");
  const text = [
    file.path,
    `${model.what}${title === "" ? "" : ` "${title}"`}${facts.length > 0 ? `: ${facts.join(", ")}` : ""}.`,
    ...lists.filter(({ names }) => names.size > 0).map(listLine),
  ].join("\n");
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const metadata = withoutBlanks({
    ...model.metadata,
    title: title === "" ? null : title,
    ...(extent === null || unit === null ? {} : { units: unit }),
    ...(isCut ? { isPartial: true } : {}),
  });
  return recordOf(`${text}\n`, name, { ...metadata, ...extentMetadata(extent) });
}

/** A document of one record. */
function recordOf(text: string, symbol: string, metadata: Metadata): Extracted {
  const part = { text, start: 1, end: 1, kind: "record", symbol, signature: null, doc: null, scope: [] } as const;
  return { kind: "parts", unit: "record", parts: [part], metadata };
}

function listLine({ label, names }: { label: string; names: NameList }): string {
  const left = names.size - names.names.length;
  return `${label}: ${names.names.join(", ")}${left > 0 ? `, and ${left.toLocaleString("en-US")} more` : ""}`;
}

function withoutBlanks(values: Readonly<Record<string, MetadataValue | null | undefined>>): Metadata {
  const kept: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") continue;
    if (typeof value === "number" && !Number.isFinite(value)) continue;
    kept[key] = typeof value === "string" ? cleanName(value) : value;
  }
  return kept;
}
