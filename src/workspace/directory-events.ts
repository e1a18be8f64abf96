/** Hears what happens in the watched directories. Paths are relative to the workspace's root, with forward slashes. */
export interface DirectoryEvents {
  /** A file that is not ignored was created, changed or deleted. */
  onPath(path: string): void;
  onDirectoryGone(): void;
  onRulesChanged(): void;
  /** Events were lost, or came faster than they could be sorted: `refresh`, and look at everything. */
  onDoubt(): void;
  /** The folder itself may have been deleted or moved. */
  onTopEvent(): void;
  /** The system gives no (more) watches; the reason as a sentence. Those that were set stay until `clear`. */
  onFailure(reason: string): void;
}
