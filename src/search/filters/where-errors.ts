import { CommonsError } from "../../core/errors.ts";

const allowedOnFields =
  "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, and $and, $or to combine; $contains, $not_contains for one item of a list";
const allowedOnText = "$contains, $not_contains, $regex, $not_regex";

/** INPUT_INVALID that says what is wrong with a `where`, and what may be written. */
export function invalidWhere(fact: string): CommonsError {
  return new CommonsError("INPUT_INVALID", `The filter "where" is not valid: ${fact}`, {
    hint: `Allowed operators: ${allowedOnFields}. On the text, as {"#document": {...}}: ${allowedOnText}. For example {"$and": [{"language": "python"}, {"#document": {"$contains": "retry"}}]}.`,
  });
}

/** A name from the filter, short enough for a message. */
export function named(key: string): string {
  return `"${key.slice(0, 80)}"`;
}
