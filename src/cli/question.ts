import type { CliContext } from "./cli-context.ts";

/** Whether a person is there who could answer. */
export function canAsk({ stderr }: CliContext): boolean {
  return stderr.isTerminal && process.stdin.isTTY;
}

/** Asks on standard error; anything but yes is no. Errors: CANCELLED when the person interrupts. */
export async function askYes({ interruption }: CliContext, question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: interruption.signal() });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    // Readline has an error of its own for it.
    interruption.signal().throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
