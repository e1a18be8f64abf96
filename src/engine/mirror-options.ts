import type { Engine, Journal } from "../core/ports.ts";
import type { MirrorStatus } from "./mirror-status.ts";

export interface MirrorOptions {
  readonly journal: Journal;
  readonly engine: Engine;
  /** Called at every change. */
  readonly onState?: (status: MirrorStatus) => void;
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Whether the engine's disk may grow; asked before every batch. */
  readonly hasRoom?: () => Promise<boolean>;
  /** Whether the engine still writes into the data that it was started on; asked before a batch counts as carried over. */
  readonly holdsData?: () => boolean;
  /** Waits until sessions do not need the processor; asked before every step. Ends early at the abort. */
  readonly lull?: (signal: AbortSignal) => Promise<void>;
  /** The engine let several batches time out although it answers its heartbeat: it should be restarted. */
  readonly onStuck?: () => void;
  readonly timing?: MirrorTiming;
}

export interface MirrorTiming {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly conflictRetryMs: number;
}
