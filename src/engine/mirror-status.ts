import type { MirrorConflict } from "./mirror-conflicts.ts";

export interface RefusedRecord {
  readonly database: string;
  readonly collection: string;
  readonly recordId: string;
  readonly message: string;
}

export interface MirrorStatus {
  /** `waiting`: for the next try after a failure. */
  readonly state: "idle" | "working" | "waiting" | "paused" | "stopped";
  /** Journal entries that Chroma does not hold yet, without those of conflicts. */
  readonly behind: number;
  readonly lastError: string | null;
  /** Collections that are left out, because their name in Chroma belongs to another program or Chroma refuses them. */
  readonly conflicts: readonly MirrorConflict[];
  /** Records that Chroma refuses, as far as it was tried since the start: how many, and the latest of them. */
  readonly refused: { readonly count: number; readonly latest: readonly RefusedRecord[] };
}

/** A mirror that has done nothing yet. */
export const idleMirror: MirrorStatus = {
  state: "idle",
  behind: 0,
  lastError: null,
  conflicts: [],
  refused: { count: 0, latest: [] },
};
