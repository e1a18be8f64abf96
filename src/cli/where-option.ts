import { z } from "zod";
import { CommonsError } from "../core/errors.ts";
import type { Where } from "../core/search.ts";
import { whereSchema } from "../protocol/schemas.ts";

const example = `For example: --where '{"author": "ann"}'`;

/** The value of `--where`. Errors: INPUT_INVALID. */
export function parseWhere(text: string): Where {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommonsError(
      "INPUT_INVALID",
      `--where is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      { hint: example, cause: error },
    );
  }
  const parsed = whereSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CommonsError("INPUT_INVALID", `--where is no filter: ${z.prettifyError(parsed.error).slice(0, 300)}`, {
    hint: example,
  });
}
