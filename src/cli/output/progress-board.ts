import { progressLine, type ProgressState } from "./progress-line.ts";
import type { Terminal } from "./terminal.ts";

const drawEveryMs = 100;
const clearLine = "\u001b[2K";

/** Progress of several pieces of work at once, one line each. `close` leaves the terminal as it was. */
export interface ProgressBoard {
  update(label: string, state: ProgressState): void;
  /** The work is over: its line goes away, and `text` is written in its place where one is given. */
  finish(label: string, text?: string): void;
  close(): void;
}

/** Lines that are drawn over on a terminal that can move its cursor; elsewhere one plain line per phase, so that logs stay short. */
export function createProgressBoard(terminal: Terminal, options: { readonly canRedraw: boolean }): ProgressBoard {
  return options.canRedraw ? redrawnBoard(terminal) : plainBoard(terminal);
}

function redrawnBoard(terminal: Terminal): ProgressBoard {
  const states = new Map<string, ProgressState>();
  let drawn = 0;
  let drawnAtMs = -Infinity;
  const erase = () => {
    if (drawn > 0) terminal.write(`\u001b[${drawn}A\r${`${clearLine}\n`.repeat(drawn)}\u001b[${drawn}A`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    // The last column stays free: some terminals break a line that fills it.
    for (const [label, state] of states) terminal.line(progressLine(label, state, terminal.columns - 1));
    drawn = states.size;
    drawnAtMs = performance.now();
  };
  return {
    update(label, state) {
      const isNew = !states.has(label);
      states.set(label, state);
      if (isNew || performance.now() - drawnAtMs >= drawEveryMs) draw();
    },
    finish(label, text) {
      erase();
      states.delete(label);
      if (text !== undefined) terminal.line(text);
      draw();
    },
    close() {
      erase();
      states.clear();
    },
  };
}

function plainBoard(terminal: Terminal): ProgressBoard {
  const phases = new Map<string, string>();
  return {
    update(label, { phase }) {
      if (phases.get(label) === phase) return;
      phases.set(label, phase);
      terminal.line(`${label}: ${phase}`);
    },
    finish(label, text) {
      phases.delete(label);
      if (text !== undefined) terminal.line(text);
    },
    close() {
      phases.clear();
    },
  };
}
