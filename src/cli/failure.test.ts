import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { CommonsError } from "../core/errors.ts";
import { asFailure, isHelpShown, printFailure } from "./failure.ts";
import type { Terminal } from "./output/terminal.ts";

function written(error: CommonsError, isJson: boolean): string {
  let text = "";
  const write = (part: string) => void (text += part);
  const terminal: Terminal = {
    isTerminal: false,
    columns: 80,
    write,
    line: (line = "") => write(`${line}\n`),
    style: (_name, plain) => plain,
  };
  printFailure(terminal, error, { isJson });
  return text;
}

describe("a failure of the command line", () => {
  it("tells the fact and the next step on lines of their own", () => {
    const error = new CommonsError("COLLECTION_NOT_FOUND", 'There is no collection "fronted".', {
      hint: 'Did you mean "frontend"?',
    });
    expect(written(error, false)).toBe('error: There is no collection "fronted".\nnext: Did you mean "frontend"?\n');
  });

  it("is one line of JSON for programs, with the hint even when there is none", () => {
    expect(written(new CommonsError("INPUT_INVALID", "No."), true)).toBe(
      '{"error":{"code":"INPUT_INVALID","message":"No.","hint":null}}\n',
    );
  });

  it("shows where a defect happened, but not where an expected error did", () => {
    expect(written(asFailure(new TypeError("x is undefined")), false)).toContain("failure.test");
    expect(written(new CommonsError("DISK_FULL", "Full."), false)).not.toContain("failure.test");
  });

  it("of a mistyped command carries the suggestion as the next step and exits with 2", () => {
    const failure = asFailure(
      new CommanderError(1, "commander.unknownCommand", "error: unknown command 'serch'\n(Did you mean search?)"),
    );
    expect([failure.code, failure.message, failure.hint]).toEqual([
      "INPUT_INVALID",
      "Unknown command 'serch'.",
      "Did you mean search?",
    ]);
    expect(failure.kind.exitCode).toBe(2);
  });

  it("is not what showing help is", () => {
    expect(isHelpShown(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"))).toBe(true);
    expect(isHelpShown(new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'"))).toBe(false);
  });
});
