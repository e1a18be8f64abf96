import type { MetadataValue } from "../../core/document.ts";

/** Several values: one is enough to match, and none of them may be what `$ne` and its kin name. undefined: no such field. */
export type FieldValue = MetadataValue | readonly MetadataValue[] | undefined;
export type FieldTest = (value: FieldValue) => boolean;

/** What a lookup answers for a field that it cannot know, because the passage decides it. */
export const unknownYet: unique symbol = Symbol("unknown yet");
export type PartialLookup = (field: string) => FieldValue | typeof unknownYet;

/** A filter as a tree. `all` of nothing holds, `any` of nothing does not. */
export type Condition =
  | { readonly kind: "all" | "any"; readonly parts: readonly Condition[] }
  | FieldCondition
  | DocumentCondition;

export interface FieldCondition {
  readonly kind: "field";
  readonly field: string;
  readonly test: FieldTest;
  /** A string that every text that passes contains, letter for letter. */
  readonly contained?: string;
}

/** About several fields together, all of the document. */
export interface DocumentCondition {
  readonly kind: "document";
  readonly test: (fieldOf: (field: string) => FieldValue) => boolean;
}

/** The field that is the passage's text. */
export const documentField = "#document";
export const idField = "#id";

/** Decides as far as the lookup knows (Kleene's logic of three values). Texts are asked for last. */
export function decide(condition: Condition, lookup: PartialLookup): boolean | "depends" {
  if (condition.kind === "field") {
    const value = lookup(condition.field);
    return value === unknownYet ? "depends" : condition.test(value);
  }
  if (condition.kind === "document") return condition.test((field) => knownValue(lookup(field)));
  const ending = condition.kind === "any";
  let isOpen = false;
  for (const part of condition.parts) {
    const answer = decide(part, lookup);
    if (answer === ending) return ending;
    isOpen ||= answer === "depends";
  }
  return isOpen ? "depends" : !ending;
}

/** Parts in the order of their cost: what reads texts stands last, so that the others spare it. */
export function combined(kind: "all" | "any", parts: readonly Condition[]): Condition {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const cheap = parts.filter((part) => !readsText(part));
  return { kind, parts: [...cheap, ...parts.filter(readsText)] };
}

function knownValue(value: FieldValue | typeof unknownYet): FieldValue {
  return value === unknownYet ? undefined : value;
}

function readsText(condition: Condition): boolean {
  if (condition.kind === "document") return false;
  return condition.kind === "field" ? condition.field === documentField : condition.parts.some(readsText);
}
