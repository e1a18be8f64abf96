/** What one way of comparing found out. */
export interface Closeness {
  /** Much of what the files hold is the same. */
  readonly isNear: boolean;
  /** As of `FileComparison`. */
  readonly findings: readonly string[];
}
