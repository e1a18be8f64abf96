import type { Argument, Command, Option } from "commander";

/** What stands where the cursor is. */
export type Expected =
  | { readonly kind: "words"; readonly words: readonly Candidate[] }
  /** Names that a hub or the settings know; `before` is put in front of each, as of `--collection=`. */
  | { readonly kind: "collections" | "settings"; readonly before: string }
  | { readonly kind: "files" | "nothing" };

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

interface Place {
  readonly command: Command;
  /** How many arguments stand before the cursor. */
  readonly position: number;
  /** The option whose value is next. */
  readonly pending: Option | null;
  /** Whether a `--` stands before the cursor: what follows is no option. */
  readonly isAfterDashes: boolean;
}

/** What may stand in the place of the last word, which may be empty. `words` are those behind the program's name. */
export function expectedAt(program: Command, words: readonly string[]): Expected {
  const partial = words.at(-1) ?? "";
  const { command, position, pending, isAfterDashes } = placeOf(program, words.slice(0, -1));
  if (pending !== null) return valuesOf(pending, "");
  if (!isAfterDashes && partial.startsWith("-")) {
    const split = partial.indexOf("=");
    const option = split === -1 ? undefined : findOption(command, partial.slice(0, split));
    return option === undefined
      ? { kind: "words", words: optionsOf(command, words.slice(0, -1)) }
      : valuesOf(option, partial.slice(0, split + 1));
  }
  if (position === 0 && command.commands.length > 0) return { kind: "words", words: subcommandsOf(command) };
  if (command.name() === "help") return { kind: "words", words: subcommandsOf(command.parent ?? command) };
  const declared = command.registeredArguments;
  const argument = declared[position] ?? declared.findLast((each) => each.variadic);
  return argument === undefined ? { kind: "nothing" } : valuesOf(argument, "");
}

function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let position = 0;
  let pending: Option | null = null;
  for (const [index, word] of words.entries()) {
    if (pending !== null) pending = null;
    else if (word === "--")
      return { command, position: position + words.length - index - 1, pending: null, isAfterDashes: true };
    else if (word.startsWith("-") && word !== "-") {
      const option = word.includes("=") ? undefined : findOption(command, word);
      pending = option?.required === true ? option : null;
    } else {
      const next = position === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (next === undefined) position += 1;
      else command = next;
    }
  }
  return { command, position, pending, isAfterDashes: false };
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

const namesOfPaths = /path|file|dir|output|input|socket/i;

/** By choices where there are any, else by the words that the help uses for the value. */
function valuesOf(value: Option | Argument, before: string): Expected {
  const name = "long" in value ? (/[<[]([^>\]]+)/.exec(value.flags)?.[1] ?? "") : value.name();
  const what = "long" in value ? (value.long ?? "") : name;
  if (value.argChoices !== undefined)
    return { kind: "words", words: value.argChoices.map((choice) => ({ value: before + choice, description: "" })) };
  const isArgument = !("long" in value);
  if (what === "--collection" || what === "collection" || (isArgument && /^collection\b/.test(value.description)))
    return { kind: "collections", before };
  if (isArgument && value.description === "setting") return { kind: "settings", before };
  // A shell completes paths after an equals sign by itself, or not at all.
  return namesOfPaths.test(name) && before === "" ? { kind: "files" } : { kind: "nothing" };
}
