import type { MetadataValue } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { Where, WhereOperators, WhereValue } from "../core/search.ts";

/**
 * Looks up one field of a record; undefined when the record has no such key. Of several values one is enough to match, and none
 * of them may be what `$ne` or `$nin` names: a passage of several small functions has all their names.
 */
export type FieldLookup = (field: string) => MetadataValue | readonly MetadataValue[] | undefined;
export type WherePredicate = (field: FieldLookup) => boolean;

type Test = (value: MetadataValue | undefined) => boolean;
type FieldTest = (found: ReturnType<FieldLookup>) => boolean;

const comparisons: Readonly<Record<string, (value: number | string, bound: number | string) => boolean>> = {
  $gt: (value, bound) => value > bound,
  $gte: (value, bound) => value >= bound,
  $lt: (value, bound) => value < bound,
  $lte: (value, bound) => value <= bound,
};
const allowed = "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, and $and, $or to combine";

/**
 * Compiles Chroma's `where`. As in Chroma, `$ne` and `$nin` hold for records without the key, and values of different types
 * are never equal. Several fields or operators in one object must all hold; `{}` holds always, but only as the whole filter.
 * INPUT_INVALID names what is not understood.
 */
export function compileWhere(where: Where): WherePredicate {
  const predicates = Object.entries(where).map(([key, value]) => compileEntry(key, value));
  return (field) => predicates.every((predicate) => predicate(field));
}

/** Whether the filter is `{}`, which holds for every record. */
export function isEmptyWhere(where: Where): boolean {
  return Object.keys(where).length === 0;
}

function compileEntry(key: string, value: WhereValue): WherePredicate {
  if (key === "$and" || key === "$or") {
    if (!Array.isArray(value) || value.length === 0) throw invalid(`${key} takes a list of conditions.`);
    // Safe: WhereValue has one array member, a list of Where; that each is an object is checked by requireObject.
    const parts = (value as readonly Where[]).map((part) => compileWhere(requireObject(key, part)));
    return key === "$and"
      ? (field) => parts.every((part) => part(field))
      : (field) => parts.some((part) => part(field));
  }
  if (key.startsWith("$")) throw invalid(`"${key}" is no operator here.`);
  if (Array.isArray(value)) throw invalid(`"${key}" has a list; use {"${key}": {"$in": [...]}}.`);
  const tests =
    typeof value === "object" && value !== null
      ? // Safe: arrays were refused above, so the object form of WhereValue that remains is WhereOperators.
        operatorTests(key, value as WhereOperators)
      : [fieldTest("$eq", key, value)];
  return (field) => {
    const found = field(key);
    return tests.every((test) => test(found));
  };
}

function operatorTests(field: string, operators: WhereOperators): FieldTest[] {
  const entries = Object.entries(operators);
  if (entries.length === 0) throw invalid(`"${field}" has no operator.`);
  return entries.map(([operator, operand]) => fieldTest(operator, field, operand));
}

function fieldTest(operator: string, field: string, operand: unknown): FieldTest {
  const test = operatorTest(operator, field, operand);
  const isNegative = operator === "$ne" || operator === "$nin";
  return (found) => {
    if (!isList(found)) return test(found);
    return isNegative ? found.every(test) : found.some(test);
  };
}

function isList(found: ReturnType<FieldLookup>): found is readonly MetadataValue[] {
  return Array.isArray(found);
}

function operatorTest(operator: string, field: string, operand: unknown): Test {
  if (operator === "$eq" || operator === "$ne") {
    const wanted = requireScalar(operator, field, operand);
    return operator === "$eq" ? (value) => value === wanted : (value) => value !== wanted;
  }
  if (operator === "$in" || operator === "$nin") {
    if (!Array.isArray(operand)) throw invalid(`${operator} of "${field}" takes a list.`);
    const set = new Set(operand.map((item: unknown) => requireScalar(operator, field, item)));
    return operator === "$in"
      ? (value) => value !== undefined && set.has(value)
      : (value) => value === undefined || !set.has(value);
  }
  const compare = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (compare === undefined) throw invalid(`"${operator}" of "${field}" is no operator.`);
  const bound = requireScalar(operator, field, operand);
  if (typeof bound === "boolean") throw invalid(`${operator} of "${field}" takes a number or a string.`);
  return (value) =>
    value !== undefined && typeof value !== "boolean" && typeof value === typeof bound && compare(value, bound);
}

function requireScalar(operator: string, field: string, operand: unknown): MetadataValue {
  if (typeof operand === "string" || typeof operand === "number" || typeof operand === "boolean") return operand;
  throw invalid(`${operator} of "${field}" takes a string, a number or true/false.`);
}

function requireObject(key: string, part: unknown): Where {
  if (typeof part !== "object" || part === null || Array.isArray(part))
    throw invalid(`${key} takes a list of conditions, each an object.`);
  // Safe: a plain object's entries are checked one by one when it is compiled.
  const where = part as Where;
  if (isEmptyWhere(where)) throw invalid(`a condition of ${key} is empty.`);
  return where;
}

function invalid(fact: string): CommonsError {
  return new CommonsError("INPUT_INVALID", `The filter "where" is not valid: ${fact}`, {
    hint: `Allowed operators: ${allowed}.`,
  });
}
