import { categories } from "../core/document.ts";
import { InvalidArgumentError, Option, type Command } from "commander";

/** Adds "Examples:" below a command's help. The tests run every line that begins with `$ commons`. */
export function addExamples(command: Command, examples: Readonly<Record<string, string>>): Command {
  const lines = Object.entries(examples).map(([line, meaning]) => `  $ ${line}\n      ${meaning}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** The options that choose files: for every command that ingests. */
export function addFileOptions(command: Command): Command {
  return command
    .option("-c, --collection <name>", "collection (default: the workspace's, named after its repository)")
    .option("--categories <list>", `only these kinds of files: ${categories.join(", ")}`, listOf)
    .option("--extensions <list>", "only files with these extensions, for example ts,md", listOf)
    .option("--no-recursive", "only files that stand in the directory itself");
}

export function addJsonOption(command: Command): Command {
  return command.option("--json", "print JSON for programs; errors too, on standard error");
}

export function addSpaceOption(command: Command): Command {
  return command.option("--space <name>", "isolation boundary to work in (default: the setting space)");
}

export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices);
}

/** Parser of an option that takes a whole number in a range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
  };
}

/** Parser of an option that takes a share, from 0 to 1. */
export function shareOf(given: string): number {
  const value = Number(given);
  if (given.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It takes a number from 0 to 1.");
}

/** Parser of an option that may be repeated and may hold a list with commas. */
export function listOf(text: string, earlier: readonly string[] | undefined): string[] {
  const parts = text.split(",").map((part) => part.trim());
  return [...(earlier ?? []), ...parts.filter((part) => part !== "")];
}
