import type { ReadRequest, ReadResult, Unread } from "./document-reader.ts";
import type { FileTaskName, FileTasks } from "./file-tasks.ts";

/** A file to read, or a task to do on one. */
export type ReaderJob =
  | { readonly task: "document"; readonly request: ReadRequest }
  | { readonly [N in FileTaskName]: { readonly task: N; readonly request: FileTasks[N]["request"] } }[FileTaskName];

export type ReaderResult = ReadResult | FileTasks[FileTaskName]["result"] | Unread;

/** One of the jobs in hand. */
export interface NumberedJob {
  readonly id: number;
  readonly job: ReaderJob;
}

/** To the process: jobs to do after those that it has. A message costs both sides a tenth of a millisecond, as much as a small file. */
export interface ReadMessage {
  readonly jobs: readonly NumberedJob[];
}

/** From the process: what is done, in whatever order. */
export interface ReadAnswer {
  readonly results: readonly { readonly id: number; readonly result: ReaderResult }[];
  /** Resident memory of the process, now and then: a parser's memory grows and never shrinks. */
  readonly residentBytes?: number;
  /**
   * A parser broke in a way that may have damaged memory which others share: no further file is given to this process. These that it
   * had were not begun.
   */
  readonly spent?: { readonly notBegun: readonly number[] };
}

/** The argument of a reader whose process group is watched over by its owner: it needs no watchdog of its own. */
export const watchedArgument = "watched";
