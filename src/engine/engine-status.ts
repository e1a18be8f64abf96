export type EngineState =
  | "off"
  | "installing"
  | "starting"
  | "ready"
  | "restarting"
  /** External engines only: it does not answer now. */
  | "unreachable"
  /** It cannot run until something outside is changed. */
  | "failed"
  | "stopped";

/** How it stands with ChromaDB, for status and dashboard. */
export interface EngineStatus {
  readonly state: EngineState;
  /** Where it listens, no slash at the end; null while it does not. */
  readonly url: string | null;
  /** Version of the binding's package; null for external engines, whose servers do not tell. */
  readonly version: string | null;
  readonly pid: number | null;
  /** Changes when the data is new, so that everything must be mirrored again; null when not known. */
  readonly dataId: string | null;
  /** One sentence for people, or null. */
  readonly detail: string | null;
}

/** Keeps a ChromaDB at hand. `start` does not wait; every change is reported; `close` leaves no process behind. */
export interface EngineSupervisor {
  status(): EngineStatus;
  start(): void;
  close(): Promise<void>;
}

/** Before the supervisor has looked at anything. */
export const engineNotLookedAt: EngineStatus = {
  state: "starting",
  url: null,
  version: null,
  pid: null,
  dataId: null,
  detail: null,
};
