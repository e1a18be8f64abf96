import { CommonsError } from "../core/errors.ts";
import type { DuplicatesInput } from "./duplicate-report.ts";

/** How the caller writes the options: of a tool, of a command. */
export interface OptionNames {
  readonly method: string;
  readonly rotated: string;
  readonly threshold: string;
}

/** What a method does not look at is refused, not passed over: the answer would be of another question. Errors: INPUT_INVALID. */
export function requireUsedOptions(
  { method, isTurned, threshold }: Pick<DuplicatesInput, "method" | "isTurned" | "threshold">,
  names: OptionNames,
): void {
  const refuse = (option: string, methods: string): never => {
    throw new CommonsError("INPUT_INVALID", `${option} means nothing to the method ${method}.`, {
      hint: `Add ${methods}, or leave ${option} out.`,
      details: { method },
    });
  };
  if (isTurned && method !== "perceptual") refuse(names.rotated, `${names.method} perceptual`);
  if (threshold !== undefined && method !== "perceptual" && method !== "text")
    refuse(names.threshold, `${names.method} perceptual or ${names.method} text`);
}
