import { statSync } from "node:fs";
import { parse, resolve } from "node:path";
import { CommonsError } from "../../core/errors.ts";
import type { PathSurroundings } from "../../setup/client-paths.ts";
import type { CliContext } from "../cli-context.ts";
import type { SelectedAgent } from "./agent-selection.ts";
import { askLine } from "./consent.ts";

/** The directory of `--workspace` as an absolute path. Errors: INPUT_INVALID, PATH_NOT_FOUND, PATH_WRONG_KIND, WORKSPACE_REFUSED as a session would. */
export function servedDirectory(given: string, { cwd, home }: PathSurroundings): string {
  if (given.trim() === "")
    throw new CommonsError("INPUT_INVALID", "--workspace has no directory.", { hint: "Name one: --workspace DIR" });
  const directory = resolve(cwd, given === "~" || given.startsWith("~/") ? `${home}${given.slice(1)}` : given);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined)
    throw new CommonsError("PATH_NOT_FOUND", `There is no directory ${directory}.`, {
      hint: "Name one that exists: --workspace DIR",
    });
  if (!found.isDirectory())
    throw new CommonsError("PATH_WRONG_KIND", `${directory} is no directory.`, {
      hint: "Name a directory: --workspace DIR",
    });
  requireNarrow(directory, home, "Name a project's directory: --workspace DIR");
  return directory;
}

/** Errors: SETTING_INVALID: agents' files would be made in a home that nobody has. */
export function requireHome({ home }: PathSurroundings): void {
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new CommonsError("SETTING_INVALID", `The home directory ${home} does not exist.`, {
    hint: "Set HOME to yours, then try again.",
  });
}

/** Errors: WORKSPACE_REFUSED where a project's files would be the person's own. */
export function requireProject({ cwd, home }: PathSurroundings): void {
  requireNarrow(cwd, home, "Run it in the project's directory, or without --scope project.");
}

function requireNarrow(directory: string, home: string, hint: string): void {
  const isHome = directory === resolve(home);
  if (!isHome && directory !== parse(directory).root) return;
  const what = isHome ? "your home directory" : "the root of the disk";
  throw new CommonsError("WORKSPACE_REFUSED", `${directory} is ${what}, not a project.`, { hint });
}

/** Asks a person for the directory of an agent that tells none; null: an empty answer, or three wrong ones. */
export async function askServedDirectory(
  { client }: SelectedAgent,
  { context, surroundings }: { readonly context: CliContext; readonly surroundings: PathSurroundings },
): Promise<string | null> {
  for (let tries = 0; tries < 3; tries++) {
    const line = await askLine(context, `${client.title} tells no directory. Which shall it serve? (empty: none) `);
    if (line === "") return null;
    try {
      return servedDirectory(line, surroundings);
    } catch (error) {
      if (!(error instanceof CommonsError)) throw error;
      context.stderr.line(error.message);
    }
  }
  return null;
}
