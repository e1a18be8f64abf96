import type { ReadRequest, ReadResult } from "./document-reader.ts";

/** To the process. Answers may come in another order. */
export interface ReadMessage {
  readonly id: number;
  readonly request: ReadRequest;
}

/** From the process. */
export interface ReadAnswer {
  readonly id: number;
  readonly result: ReadResult;
  /** Resident memory of the process, now and then: a parser's memory grows and never shrinks. */
  readonly residentBytes?: number;
  /** A parser broke in a way that may have damaged memory which others share: no further file is given to this process. */
  readonly isSpent?: true;
}

/** The argument of a reader whose process group is watched over by its owner: it needs no watchdog of its own. */
export const watchedArgument = "watched";
