import { asCommonsError } from "../core/errors.ts";
import { shownName } from "./shown-name.ts";

/** An error as two lines for a model: code and fact, then the next step. */
export function errorText(thrown: unknown): string {
  const error = asCommonsError(thrown);
  return `${error.code}: ${shownName(error.message)}${error.hint === undefined ? "" : `\nNext: ${shownName(error.hint)}`}`;
}
