import type { Where } from "../../core/search.ts";

type ChromaCondition = Readonly<Record<string, unknown>>;

const operators: ReadonlySet<string> = new Set(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin"]);
const ordering: ReadonlySet<string> = new Set(["$gt", "$gte", "$lt", "$lte"]);
/** Fields that are ours: another program's records have them under other names, or not at all. */
const ownFields: ReadonlySet<string> = new Set([
  "path",
  "source",
  "source_key",
  "language",
  "category",
  "kind",
  "symbol",
  "start_line",
  "end_line",
  "changed_at",
  "indexed_at",
]);

/**
 * The part of a filter that Chroma itself can decide, in its stricter form: one key an object, one operator a key. It lets through
 * everything that the whole filter lets through, and more; null: nothing can be told beforehand.
 */
export function chromaWhere(where: Where | undefined): ChromaCondition | null {
  if (where === undefined) return null;
  const parts = Object.entries(where).flatMap(([key, value]) => conditionsOf(key, value));
  return joined("$and", parts);
}

function conditionsOf(key: string, value: Where[string]): ChromaCondition[] {
  if (key === "$and" || key === "$or") {
    // Safe: the filter was parsed before: both have lists of conditions.
    const parts = (value as readonly Where[]).map((part) => chromaWhere(part));
    const known = parts.filter((part) => part !== null);
    // What cannot be told of one branch may be true: the others say nothing then.
    if (key === "$or" && known.length < parts.length) return [];
    const whole = joined(key, known);
    return whole === null ? [] : [whole];
  }
  if (key.startsWith("$") || key.startsWith("#") || ownFields.has(key)) return [];
  const entries: [string, unknown][] =
    typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [["$eq", value]];
  return entries.flatMap(([operator, operand]) =>
    isForChroma(operator, operand) ? [{ [key]: { [operator]: operand } }] : [],
  );
}

function isForChroma(operator: string, operand: unknown): boolean {
  if (!operators.has(operator)) return false;
  if (Array.isArray(operand)) return operand.length > 0 && new Set(operand.map((item) => typeof item)).size === 1;
  // It orders numbers only.
  return !ordering.has(operator) || typeof operand === "number";
}

function joined(operator: "$and" | "$or", parts: readonly ChromaCondition[]): ChromaCondition | null {
  const [first] = parts;
  if (first === undefined) return null;
  return parts.length === 1 ? first : { [operator]: parts };
}
