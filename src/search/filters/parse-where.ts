import type { Where, WhereValue } from "../../core/search.ts";
import { combined, type Condition, documentField, idField } from "./condition.ts";
import { fieldTest } from "./field-operators.ts";
import { textCondition } from "./text-operators.ts";
import { invalidWhere, named } from "./where-errors.ts";

const maxDepth = 16;
const maxConditions = 500;
const maxListedValues = 20_000;

const textOperators: ReadonlySet<string> = new Set(["$contains", "$not_contains", "$regex", "$not_regex"]);
const idOperators: ReadonlySet<string> = new Set(["$eq", "$ne", "$in", "$nin"]);

interface Budget {
  conditions: number;
  listedValues: number;
}

/**
 * Chroma's `where` and `where_document` in one, as a tree: fields of metadata, `#document` for the text (or its operators by
 * themselves), `#id`, combined by `$and` and `$or`. Several fields or operators in one object must all hold. Its depth, size and
 * patterns are bounded. Errors: INPUT_INVALID says what is not understood, with the allowed operators and an example.
 */
export function parseWhere(where: Where): Condition {
  return parseObject(where, { conditions: maxConditions, listedValues: maxListedValues }, 1);
}

/** Whether the filter is `{}`, which holds for every record. */
export function isEmptyWhere(where: Where): boolean {
  return Object.keys(where).length === 0;
}

function parseObject(where: Where, budget: Budget, depth: number): Condition {
  if (depth > maxDepth) throw invalidWhere(`it is nested more than ${maxDepth} deep.`);
  return combined(
    "all",
    Object.entries(where).map(([key, value]) => parseEntry({ key, value }, budget, depth)),
  );
}

function parseEntry({ key, value }: { key: string; value: WhereValue }, budget: Budget, depth: number): Condition {
  if (key === "$and" || key === "$or" || textOperators.has(key)) countCondition(budget);
  if (key === "$and" || key === "$or") {
    if (!Array.isArray(value) || value.length === 0) throw invalidWhere(`${key} takes a list of conditions.`);
    const parts = value.map((part: unknown) => parseObject(requireObject(key, part), budget, depth + 1));
    return combined(key === "$and" ? "all" : "any", parts);
  }
  if (textOperators.has(key)) return textCondition(key, value);
  if (key.startsWith("$")) throw invalidWhere(`${named(key)} is no operator here.`);
  if (Array.isArray(value)) throw invalidWhere(`${named(key)} has a list; use {${named(key)}: {"$in": [...]}}.`);
  const entries: [string, unknown][] =
    typeof value === "object" && value !== null ? Object.entries(value) : [["$eq", value]];
  if (entries.length === 0) throw invalidWhere(`${named(key)} has no operator.`);
  return combined(
    "all",
    entries.map(([operator, operand]) => parseOperator({ field: key, operator, operand }, budget)),
  );
}

function parseOperator(
  { field, operator, operand }: { field: string; operator: string; operand: unknown },
  budget: Budget,
): Condition {
  countCondition(budget);
  if (Array.isArray(operand)) budget.listedValues -= operand.length;
  if (budget.listedValues < 0) throw invalidWhere(`its lists have more than ${maxListedValues} values.`);
  if (field === documentField) {
    if (textOperators.has(operator)) return textCondition(operator, operand);
    throw invalidWhere(`${named(operator)} is no operator on the text.`);
  }
  if (field === idField && !idOperators.has(operator))
    throw invalidWhere(`${named(operator)} is no operator on "${idField}"; use $eq, $ne, $in or $nin.`);
  return { kind: "field", field, test: fieldTest(operator, field, operand) };
}

function countCondition(budget: Budget): void {
  if (--budget.conditions < 0) throw invalidWhere(`it has more than ${maxConditions} conditions.`);
}

function requireObject(key: string, part: unknown): Where {
  if (typeof part !== "object" || part === null || Array.isArray(part))
    throw invalidWhere(`${key} takes a list of conditions, each an object.`);
  if (Object.keys(part).length === 0) throw invalidWhere(`a condition of ${key} is empty.`);
  // Safe: a plain object's entries are checked one by one when they are parsed.
  return part as Where;
}
