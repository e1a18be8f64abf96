import { environment } from "../config/load-settings.ts";
import type { CliContext } from "./cli-context.ts";
import { createProgressBoard, type ProgressBoard } from "./output/progress-board.ts";

/** A board on standard error, so that standard output holds results only; quiet for programs. */
export function openProgress({ stderr }: CliContext, options: { readonly isQuiet: boolean }): ProgressBoard {
  if (options.isQuiet) return silentBoard;
  return createProgressBoard(stderr, { canRedraw: stderr.isTerminal && environment()["TERM"] !== "dumb" });
}

const silentBoard: ProgressBoard = { update: () => undefined, finish: () => undefined, close: () => undefined };
