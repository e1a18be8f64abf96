import type { Argument, Command, Option } from "commander";

/** What stands where the cursor is. */
export type Expected =
  | { readonly kind: "words"; readonly words: readonly Candidate[] }
  /** Names that a hub or the settings know; `before` is put in front of each, as of `--collection=`. */
  | { readonly kind: "collections" | "removed" | "temporary" | "settings" | "agents"; readonly before: string }
  /** What a setting takes. */
  | { readonly kind: "values"; readonly setting: string }
  | { readonly kind: "files" | "nothing" };

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

interface Place {
  readonly command: Command;
  /** The arguments before the cursor. */
  readonly given: readonly string[];
  /** The option whose value is next. */
  readonly pending: Option | null;
  /** Whether a `--` stands before the cursor: what follows is no option. */
  readonly isAfterDashes: boolean;
}

/** What may stand in the place of the last word, which may be empty. `words` are those behind the program's name. */
export function expectedAt(program: Command, words: readonly string[]): Expected {
  const partial = words.at(-1) ?? "";
  const { command, given, pending, isAfterDashes } = placeOf(program, words.slice(0, -1));
  if (pending !== null) return valuesOf(pending, "");
  if (!isAfterDashes && partial.startsWith("-")) {
    const split = partial.indexOf("=");
    const option = split === -1 ? undefined : findOption(command, partial.slice(0, split));
    return option === undefined
      ? { kind: "words", words: optionsOf(command, words.slice(0, -1)) }
      : valuesOf(option, partial.slice(0, split + 1));
  }
  if (given.length === 0 && command.commands.length > 0) return { kind: "words", words: subcommandsOf(command) };
  if (command.name() === "help") return { kind: "words", words: subcommandsOf(command.parent ?? command) };
  const declared = command.registeredArguments;
  const argument = declared[given.length] ?? declared.findLast((each) => each.variadic);
  const setting = declared[0]?.description === "setting" ? given[0] : undefined;
  if (setting !== undefined && argument !== undefined) return { kind: "values", setting };
  return argument === undefined ? { kind: "nothing" } : valuesOf(argument, "");
}

function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let given: string[] = [];
  let pending: Option | null = null;
  for (const [index, word] of words.entries()) {
    if (pending !== null) pending = null;
    else if (word === "--")
      return { command, given: [...given, ...words.slice(index + 1)], pending: null, isAfterDashes: true };
    else if (word.startsWith("-") && word !== "-") {
      const option = word.includes("=") ? undefined : findOption(command, word);
      pending = option?.required === true ? option : null;
    } else {
      const next = given.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (next === undefined) given = [...given, word];
      else command = next;
    }
  }
  return { command, given, pending, isAfterDashes: false };
}

/** Options of the program itself hold for its commands too. */
function findOption(command: Command, flag: string): Option | undefined {
  const is = (option: Option): boolean => option.long === flag || option.short === flag;
  return command.options.find(is) ?? command.parent?.options.find(is);
}

function optionsOf(command: Command, given: readonly string[]): Candidate[] {
  const isGiven = (option: Option): boolean => given.some((word) => word === option.long || word === option.short);
  return (
    command
      .createHelp()
      .visibleOptions(command)
      // One that collects its values may be given again: commander has no mark for it, but it has a parser of lists.
      .filter((option) => !isGiven(option) || (option.required && option.parseArg?.length === 2))
      .map((option) => ({ value: option.long ?? option.flags, description: option.description }))
  );
}

function subcommandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => command.commands.includes(each))
    .map((each) => ({ value: each.name(), description: each.description() }));
}

// Of options that take other words too, so that these are no choices of theirs.
const commonValues: Readonly<Record<string, readonly string[]>> = {
  "--hub": ["auto", "socket", "tcp", "volume:chroma-commons-run"],
  "--runtime": ["auto", "docker", "podman"],
};

const namesOfPaths = /path|file|dir|output|input|socket/i;

/** By choices where there are any, else by the words that the help uses for the value. */
function valuesOf(value: Option | Argument, before: string): Expected {
  const name = "long" in value ? (/[<[]([^>\]]+)/.exec(value.flags)?.[1] ?? "") : value.name();
  const what = "long" in value ? (value.long ?? "") : name;
  const choices = value.argChoices ?? commonValues[what];
  if (choices !== undefined)
    return { kind: "words", words: choices.map((choice) => ({ value: before + choice, description: "" })) };
  if (what === "--client") return { kind: "agents", before };
  const isArgument = !("long" in value);
  if (isArgument && value.description === "collection that was unloaded") return { kind: "removed", before };
  if (isArgument && value.description.startsWith("temporary collection")) return { kind: "temporary", before };
  if (what === "--collection" || what === "collection" || (isArgument && /^collection\b/.test(value.description)))
    return { kind: "collections", before };
  if (isArgument && value.description === "setting") return { kind: "settings", before };
  // A shell completes paths after an equals sign by itself, or not at all.
  return namesOfPaths.test(name) && before === "" ? { kind: "files" } : { kind: "nothing" };
}
