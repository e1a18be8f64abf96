import type { MetadataValue } from "../../core/document.ts";
import { parseMoment } from "../../core/moment.ts";
import type { FieldTest, FieldValue } from "./condition.ts";
import { languagesMeantBy } from "./language-names.ts";
import { invalidWhere, named } from "./where-errors.ts";

/** Fields that are moments in epoch ms: what a filter compares them with may be a date. */
const momentFields: ReadonlySet<string> = new Set(["indexed_at", "changed_at"]);

const comparisons: ReadonlyMap<string, (value: number | string, bound: number | string) => boolean> = new Map([
  ["$gt", (value, bound) => value > bound],
  ["$gte", (value, bound) => value >= bound],
  ["$lt", (value, bound) => value < bound],
  ["$lte", (value, bound) => value <= bound],
]);

type ValueTest = (value: MetadataValue | undefined) => boolean;

/**
 * One operator on a field of metadata, as in Chroma: `$ne`, `$nin` and `$not_contains` hold for records without the field, and values
 * of different types are never equal. More than Chroma: `$gt` and its kin compare strings, too. Errors: INPUT_INVALID.
 */
export function fieldTest(operator: string, field: string, operand: unknown): FieldTest {
  if (operator === "$contains") return itemTest(operator, field, operand);
  if (operator === "$not_contains") {
    const contains = itemTest(operator, field, operand);
    return (found) => !contains(found);
  }
  const test = valueTest(operator, field, operand);
  const isNegative = operator === "$ne" || operator === "$nin";
  return (found) => {
    if (!isList(found)) return test(found);
    return isNegative ? found.every(test) : found.some(test);
  };
}

function isList(found: FieldValue): found is readonly MetadataValue[] {
  return Array.isArray(found);
}

/** Lists are stored joined by ", ": the value is one of the items, whatever its type was. A single value is a list of one. */
function itemTest(operator: string, field: string, operand: unknown): FieldTest {
  const wanted = String(requireScalar(operator, field, operand));
  const isItem = (value: MetadataValue | undefined): boolean => {
    if (value === undefined) return false;
    const text = String(value);
    return text === wanted || (text.includes(", ") && `, ${text}, `.includes(`, ${wanted}, `));
  };
  return (found) => (isList(found) ? found.some(isItem) : isItem(found));
}

function valueTest(operator: string, field: string, operand: unknown): ValueTest {
  const scalar = (given: unknown): MetadataValue => momentOr(field, requireScalar(operator, field, given));
  if (operator === "$eq" || operator === "$ne") {
    const wanted = new Set(meantBy(field, scalar(operand)));
    return operator === "$eq"
      ? (value) => value !== undefined && wanted.has(value)
      : (value) => value === undefined || !wanted.has(value);
  }
  if (operator === "$in" || operator === "$nin") {
    if (!Array.isArray(operand)) throw invalidWhere(`${operator} of ${named(field)} takes a list.`);
    const set = new Set(operand.flatMap((given) => meantBy(field, scalar(given))));
    return operator === "$in"
      ? (value) => value !== undefined && set.has(value)
      : (value) => value === undefined || !set.has(value);
  }
  const compare = comparisons.get(operator);
  if (compare === undefined) throw invalidWhere(`${named(operator)} of ${named(field)} is no operator.`);
  const bound = scalar(operand);
  if (typeof bound === "boolean") throw invalidWhere(`${operator} of ${named(field)} takes a number or a string.`);
  return (value) =>
    value !== undefined && typeof value !== "boolean" && typeof value === typeof bound && compare(value, bound);
}

/** A language has several names; any other value is itself. */
function meantBy(field: string, value: MetadataValue): readonly MetadataValue[] {
  return field === "language" && typeof value === "string" ? [value, ...languagesMeantBy(value)] : [value];
}

function momentOr(field: string, value: MetadataValue): MetadataValue {
  return momentFields.has(field) && typeof value === "string" ? parseMoment(value, Date.now()) : value;
}

function requireScalar(operator: string, field: string, operand: unknown): MetadataValue {
  if (typeof operand === "string" || typeof operand === "number" || typeof operand === "boolean") return operand;
  throw invalidWhere(`${operator} of ${named(field)} takes a string, a number or true/false.`);
}
