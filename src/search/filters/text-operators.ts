import { documentField, type FieldCondition, type FieldValue } from "./condition.ts";
import { compilePattern } from "./linear-pattern.ts";
import { invalidWhere, named } from "./where-errors.ts";

const maxOperand = 10_000;

/**
 * One operator on the text of a passage, as in Chroma: case counts, and `$not_contains` and `$not_regex` hold for records without a
 * text. A pattern is searched for anywhere in the text. Errors: INPUT_INVALID.
 */
export function textCondition(operator: string, operand: unknown): FieldCondition {
  if (typeof operand !== "string" || operand === "")
    throw invalidWhere(`${named(operator)} of the text takes a string that is not empty.`);
  if (operand.length > maxOperand)
    throw invalidWhere(`what ${named(operator)} is given has ${operand.length} characters; the most is ${maxOperand}.`);
  const about = (test: (text: string) => boolean, ofNoText: boolean): FieldCondition => ({
    kind: "field",
    field: documentField,
    test: (value: FieldValue) => (typeof value === "string" ? test(value) : ofNoText),
  });
  switch (operator) {
    case "$contains":
      return { ...about((text) => text.includes(operand), false), contained: operand };
    case "$not_contains":
      return about((text) => !text.includes(operand), true);
    case "$regex": {
      const matches = compilePattern(operand);
      return about(matches, false);
    }
    case "$not_regex": {
      const matches = compilePattern(operand);
      return about((text) => !matches(text), true);
    }
    default:
      throw invalidWhere(`${named(operator)} is no operator on the text.`);
  }
}
