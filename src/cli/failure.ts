import { CommanderError } from "commander";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { printable, printableLine } from "./output/printable-text.ts";
import type { Terminal } from "./output/terminal.ts";

/** Commander's way to say that help or the version was shown, which is no error. */
export function isHelpShown(thrown: unknown): boolean {
  return thrown instanceof CommanderError && thrown.exitCode === 0;
}

/** Whatever a command threw, as an error with a next step; a wrong command line is INPUT_INVALID. */
export function asFailure(thrown: unknown): CommonsError {
  if (!(thrown instanceof CommanderError)) return asCommonsError(thrown);
  if (thrown.code === "commander.help")
    return new CommonsError("INPUT_INVALID", "A command is missing.", { hint: "Add --help to see which there are." });
  const [first = "", ...rest] = thrown.message.replace(/^error: /, "").split("\n");
  const suggestion = /^\((Did you mean .*)\)$/.exec(rest.join(" ").trim())?.[1];
  const fact = first.charAt(0).toUpperCase() + first.slice(1);
  return new CommonsError("INPUT_INVALID", /[.?!]$/.test(fact) ? fact : `${fact}.`, {
    hint: suggestion ?? "Add --help to see what the command takes.",
  });
}

/** Writes what is wrong but stops nothing to standard error: `warning:` and `next:`, with `--json` one line `{"warning": {...}}`. */
export function printWarning(terminal: Terminal, problem: CommonsError, options: { readonly isJson: boolean }): void {
  const { code, message, hint = null } = problem;
  if (options.isJson) {
    terminal.line(JSON.stringify({ warning: { code, message, hint } }));
    return;
  }
  terminal.line(`${terminal.style("yellow", "warning:")} ${printableLine(message)}`);
  if (hint !== null) terminal.line(`${terminal.style("bold", "next:")} ${printableLine(hint)}`);
}

/**
 * Writes the error to standard error: `error:` and `next:` for people, with `--json` one object
 * `{"error": {"code", "message", "hint", "details"}}` on one line (hint is null when there is none, details only where there are some).
 */
export function printFailure(terminal: Terminal, error: CommonsError, options: { readonly isJson: boolean }): void {
  if (options.isJson) {
    const { code, message, hint = null, details } = error;
    terminal.line(JSON.stringify({ error: { code, message, hint, ...(details === undefined ? {} : { details }) } }));
    return;
  }
  terminal.line(`${terminal.style("red", "error:")} ${printable(error.message)}`);
  if (error.hint !== undefined) terminal.line(`${terminal.style("bold", "next:")} ${printableLine(error.hint)}`);
  // A defect has no next step of its own: the place helps whoever is asked.
  const cause = error.cause instanceof Error ? error.cause : error;
  if (error.code === "INTERNAL" && cause.stack !== undefined)
    terminal.line(terminal.style("dim", printable(cause.stack)));
}
