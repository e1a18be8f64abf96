import type { DocumentFacts, PassageFacts } from "../passage-filter.ts";
import { documentField, idField, type FieldValue, type PartialLookup, unknownYet } from "./condition.ts";

const passageFields: ReadonlySet<string> = new Set([
  "symbol",
  "kind",
  "start_line",
  "end_line",
  documentField,
  idField,
]);

/** Whether the passage decides the field, not its document. */
export function isPassageField(field: string): boolean {
  return passageFields.has(field);
}

/** Fields of the document, and its metadata; what the passage decides is unknown yet. */
export function documentLookup(document: DocumentFacts): PartialLookup {
  return (field) => (passageFields.has(field) ? unknownYet : valueOfDocument(document, field));
}

/** Every field. A passage of several small functions has all their names; a record has the ids that other tools take for it, too. */
export function passageLookup(document: DocumentFacts, passage: PassageFacts): (field: string) => FieldValue {
  return (field) => {
    switch (field) {
      case "symbol":
        return passage.symbol === null ? undefined : symbolsOf(passage.symbol);
      case "kind":
        return passage.kind;
      case "start_line":
        return passage.startLine;
      case "end_line":
        return passage.endLine;
      case documentField:
        return passage.text();
      case idField:
        return [passage.recordId, `${document.sourceKey}/${document.path}`, document.path];
      default:
        return valueOfDocument(document, field);
    }
  };
}

function valueOfDocument(document: DocumentFacts, field: string): FieldValue {
  switch (field) {
    case "path":
    case "category":
    case "source":
      return document[field];
    case "language":
      return document.language ?? undefined;
    case "source_key":
      return document.sourceKey;
    case "changed_at":
      return document.changedAtMs;
    case "indexed_at":
      return document.indexedAtMs;
    default: {
      const metadata = document.metadata();
      return Object.hasOwn(metadata, field) ? metadata[field] : undefined;
    }
  }
}

/** The whole symbol of a passage, and each name of one that joins several. */
function symbolsOf(symbol: string): readonly string[] {
  return symbol.includes(", ") ? [symbol, ...symbol.split(", ")] : [symbol];
}
