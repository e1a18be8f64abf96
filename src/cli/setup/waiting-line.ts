import type { CliContext } from "../cli-context.ts";
import { fit, printableLine } from "../output/printable-text.ts";

/** Says on the terminal what is waited for, and takes that away at null; where no person watches it says nothing. */
export function waitingLine({ stderr }: CliContext): (what: string | null) => void {
  let isShown = false;
  return (what) => {
    if (!stderr.isTerminal) return;
    if (isShown) stderr.write("\r\u001b[2K");
    isShown = what !== null;
    if (what !== null) stderr.write(fit(`  ${printableLine(what)}`, stderr.columns - 1));
  };
}
