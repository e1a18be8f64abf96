import type { HubClient } from "../../client/hub-client.ts";
import type { StatePaths } from "../../config/paths.ts";
import type { Program } from "../../config/program.ts";
import type { Settings } from "../../config/settings.ts";
import type { CommonsError } from "../../core/errors.ts";
import type { HubStatus, Hello } from "../../protocol/views.ts";

export type FindingLevel = "ok" | "note" | "warning" | "error";

/** One thing that a check saw. */
export interface Finding {
  readonly level: FindingLevel;
  /** What is, as a sentence. */
  readonly fact: string;
  /** What to do, a command or a sentence; null where nothing is to be done. */
  readonly fix: string | null;
  /** What `--fix` does about it; null: nothing, a person must. */
  readonly repair: Repair | null;
  /** Nothing was looked at, so nothing can be said to be well. */
  readonly isSkipped?: boolean;
}

export interface Repair {
  /** What it does, to be said before and after: "Sets the permissions of ...". */
  readonly title: string;
  /** It is asked for first: it takes long, or stops the hub. */
  readonly needsConsent: boolean;
  /** Repairs of one key are one: it is done once. */
  readonly key: string;
  /** Resolves with what was done, as sentences. */
  run(context: DoctorContext): Promise<readonly string[]>;
}

/** What all checks may look at; made once, before any of them. Nothing in it starts a hub. */
export interface DoctorContext {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly settings: Settings;
  readonly settingProblems: readonly CommonsError[];
  readonly isDeep: boolean;
  /** `--without-chroma`. */
  readonly withoutChroma: boolean;
  /** Starts a hub only when a check calls an operation of it. */
  readonly client: HubClient;
  readonly hub: RunningHub;
  readonly onProgress: (text: string) => void;
}

export type RunningHub =
  | { readonly kind: "none" }
  /** The socket cannot be used; why. */
  | { readonly kind: "unreachable"; readonly error: CommonsError }
  /** It speaks another protocol or refuses: what it says of itself is all there is. */
  | { readonly kind: "other"; readonly hello: Hello; readonly error: CommonsError }
  | { readonly kind: "running"; readonly hello: Hello; readonly status: HubStatus };

/** A check of one area: one file, one line in registry.ts. */
export interface DoctorCheck {
  readonly area: string;
  /** What is well, in a few words, for the one line that a check without findings gets. */
  run(context: DoctorContext): Promise<readonly Finding[]>;
}

export const ok = (fact: string): Finding => ({ level: "ok", fact, fix: null, repair: null });
export const skipped = (fact: string): Finding => ({ ...ok(fact), isSkipped: true });
export const note = (fact: string, fix: string | null = null): Finding => ({ level: "note", fact, fix, repair: null });

export function warning(fact: string, fix: string, repair: Repair | null = null): Finding {
  return { level: "warning", fact, fix, repair };
}

export function failure(fact: string, fix: string, repair: Repair | null = null): Finding {
  return { level: "error", fact, fix, repair };
}
