import { styleText } from "node:util";

export type StyleName = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** One of the two output streams, with what it can show. */
export interface Terminal {
  /** Whether a person may be watching. */
  readonly isTerminal: boolean;
  /** Width for tables and bars; unlimited where no terminal is, so that scripts get nothing cut. */
  readonly columns: number;
  /** Writes the text as it is. */
  write(text: string): void;
  /** Writes the text and a newline. */
  line(text?: string): void;
  /** The text in that style on a terminal with colours (NO_COLOR and TERM=dumb are honoured), else as it is. */
  style(name: StyleName, text: string): string;
}

const narrowest = 40;

export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const tty = stream.isTTY ? stream : null;
  // Node itself reads NO_COLOR, FORCE_COLOR and TERM here.
  const hasColors = tty !== null && tty.hasColors();
  const write = (text: string) => void stream.write(text);
  return {
    isTerminal: tty !== null,
    get columns() {
      return tty === null ? Number.POSITIVE_INFINITY : Math.max(narrowest, tty.columns);
    },
    write,
    line: (text = "") => write(`${text}\n`),
    style: (name, text) => (hasColors ? styleText(name, text, { validateStream: false }) : text),
  };
}
