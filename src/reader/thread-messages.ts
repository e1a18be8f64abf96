import type { ReadRequest, ReadResult } from "./document-reader.ts";

/** To the thread. Answers may come in another order. */
export interface ReadMessage {
  readonly id: number;
  readonly request: ReadRequest;
}

/** From the thread. */
export interface ReadAnswer {
  readonly id: number;
  readonly result: ReadResult;
}
