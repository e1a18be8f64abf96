import type { CliContext } from "../cli-context.ts";

export type Answer = "yes" | "no" | "quit";

/** Asks for each change until somebody says "all" or "quit"; what was agreed to beforehand (`--yes`) is never asked. */
export interface Consent {
  /** The person said "quit": nothing more is asked. */
  hasQuit(): boolean;
  ask(question: string): Promise<Answer>;
}

/** Errors of `ask`: CANCELLED when the person interrupts, or the input ends. */
export function consentOf(context: CliContext, isAgreed: boolean): Consent {
  let settled: Answer | null = isAgreed ? "yes" : null;
  return {
    hasQuit: () => settled === "quit",
    async ask(question) {
      if (settled !== null) return settled;
      const answer = await askChoice(context, `${question} [y]es, [n]o, [a]ll, [q]uit: `);
      if (answer === "all") settled = "yes";
      if (answer === "quit") settled = "quit";
      return answer === "all" ? "yes" : answer;
    },
  };
}

async function askChoice(context: CliContext, question: string): Promise<Answer | "all"> {
  for (let tries = 0; tries < 5; tries++) {
    const choice = choices[(await askLine(context, question)).toLowerCase()];
    if (choice !== undefined) return choice;
  }
  return "quit";
}

const choices: Readonly<Record<string, Answer | "all">> = {
  y: "yes",
  yes: "yes",
  n: "no",
  no: "no",
  a: "all",
  all: "all",
  q: "quit",
  quit: "quit",
};

/** One line of a person, without blanks around it. Errors: CANCELLED when the person interrupts, or the input ends. */
export async function askLine({ interruption, stderr }: CliContext, question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const { CommonsError } = await import("../../core/errors.ts");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let isAnswered = false;
  try {
    // A terminal that reads keys one by one sends no signal for Ctrl-C: the process must end as by one.
    lines.once("SIGINT", () => process.emit("SIGINT"));
    const ended = new Promise<never>((_, reject) => {
      lines.once("close", () => {
        // The error begins a line of its own.
        if (!isAnswered) stderr.line();
        reject(new CommonsError("CANCELLED", "Cancelled: there was no answer."));
      });
    });
    const answer = await Promise.race([lines.question(question, { signal: interruption.signal() }), ended]);
    isAnswered = true;
    return answer.trim();
  } catch (error) {
    // Readline has an error of its own for it.
    interruption.signal().throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
