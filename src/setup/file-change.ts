/** One file as it is and as it is to be; nothing is written before a person has seen it. */
export interface FileChange {
  /** Absolute path, as the agent has it. */
  readonly file: string;
  /** The text that was read; null: there is no file. It must still stand there when the change is applied. */
  readonly before: string | null;
  /** null: the file goes. */
  readonly after: string | null;
}

/** What was done, as the record of set-up needs it. */
export interface AppliedChange {
  /** Links resolved. */
  readonly file: string;
  readonly madeFile: boolean;
  readonly madeDirectories: readonly string[];
  readonly backup: string | null;
}
