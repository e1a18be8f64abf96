import type { SettingName } from "../config/settings.ts";
import type { ErrorWire } from "../core/errors.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import type { IngesterMethod } from "./ingester.ts";

/** Who an ingester's process works for. */
export interface IngesterIdentity {
  readonly sessionId: string;
  readonly agent: string;
  readonly cwd: string;
  /** The workspace that the session has chosen. */
  readonly workspace: string;
  readonly allow: readonly string[];
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
}

/** To the process. */
export type IngesterRequest =
  | { readonly kind: "open"; readonly identity: IngesterIdentity }
  | { readonly kind: "call"; readonly id: number; readonly method: IngesterMethod; readonly input: readonly unknown[] }
  | { readonly kind: "cancel"; readonly id: number };

/** From the process. */
export type IngesterReply =
  | { readonly kind: "progress"; readonly id: number; readonly progress: IngestProgress }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: ErrorWire };
