import type { MetadataValue } from "../../core/document.ts";
import type { PhotoFilter } from "../../core/photo-filter.ts";
import type { SearchFilters } from "../../core/search.ts";
import type { PassageFilter } from "../passage-filter.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { combined, type Condition, decide, type FieldTest, type FieldValue } from "./condition.ts";
import { documentLookup, isPassageField, passageLookup } from "./fact-fields.ts";
import { languagesMeantBy } from "./language-names.ts";
import { isEmptyWhere, parseWhere } from "./parse-where.ts";
import { compilePathGlob } from "./path-glob.ts";
import { clauseTest } from "./photo-condition.ts";
import { requiredTerms } from "./required-terms.ts";

/**
 * Makes filters ready for many passages; null when they let everything pass. Errors: INPUT_INVALID says what is not understood.
 */
export function compileFilters(filters: SearchFilters, tokenizer: Pick<Tokenizer, "words">): PassageFilter | null {
  const parts = conditionsOf(filters);
  if (parts.length === 0) return null;
  const condition = combined("all", parts);
  return {
    ofDocument: (document) => decide(condition, documentLookup(document)),
    ofPassage: (document, passage) => decide(condition, passageLookup(document, passage)) === true,
    isOfDocuments: !asksPassage(condition),
    requiredTerms: requiredTerms(condition, tokenizer),
  };
}

function conditionsOf(filters: SearchFilters): Condition[] {
  const { path, language, category, source, kind, sinceMs, untilMs, where, photo } = filters;
  const parts: Condition[] = [];
  if (category !== undefined) parts.push(about("category", (value) => value === category));
  if (source !== undefined) {
    const isSource: FieldTest = (value) => value === source;
    parts.push(combined("any", [about("source", isSource), about("source_key", isSource)]));
  }
  if (language !== undefined) {
    const meant = new Set(languagesMeantBy(language));
    parts.push(about("language", (value) => typeof value === "string" && meant.has(value.toLowerCase())));
  }
  if (sinceMs !== undefined) parts.push(about("changed_at", (value) => typeof value === "number" && value >= sinceMs));
  if (untilMs !== undefined) parts.push(about("changed_at", (value) => typeof value === "number" && value < untilMs));
  if (kind !== undefined) parts.push(about("kind", (value) => value === kind));
  if (path !== undefined) {
    const matches = compilePathGlob(path);
    parts.push(about("path", (value) => typeof value === "string" && matches(value)));
  }
  if (photo !== undefined) parts.push(...photoConditions(photo));
  if (where !== undefined && !isEmptyWhere(where)) parts.push(parseWhere(where));
  return parts;
}

/** Only images are photos; nothing of them is decided by a passage. */
function photoConditions({ clauses }: PhotoFilter): Condition[] {
  const isImage = about("category", (value) => value === "images");
  const tests = clauses.map(clauseTest);
  const holds: Condition = {
    kind: "document",
    test: (fieldOf) => {
      const plain = (field: string): MetadataValue | undefined => plainValue(fieldOf(field));
      const photo = { path: String(plain("path") ?? ""), valueOf: plain };
      return tests.every((test) => test(photo));
    },
  };
  return [isImage, holds];
}

function plainValue(value: FieldValue): MetadataValue | undefined {
  return typeof value === "object" ? undefined : value;
}

function asksPassage(condition: Condition): boolean {
  if (condition.kind === "document") return false;
  return condition.kind === "field" ? isPassageField(condition.field) : condition.parts.some(asksPassage);
}

function about(field: string, test: FieldTest): Condition {
  return { kind: "field", field, test };
}
