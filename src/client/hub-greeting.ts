import { systemErrorCode } from "../core/errors.ts";
import type { Hello } from "../protocol/views.ts";
import { type HubConnection, isConnectionError } from "./hub-connection.ts";

/** The hello of the running hub, or null when none listens: what speaks otherwise at its address is none, and a new hub takes the place. */
export async function greetHub(
  connection: HubConnection,
  { signal, timeoutMs = 5_000 }: { signal?: AbortSignal | undefined; timeoutMs?: number } = {},
): Promise<Hello | null> {
  try {
    const answer = await connection.send({ method: "GET", path: "/v1/hello", timeoutMs, signal });
    return answer.status === 200 ? helloOf(answer.body) : null;
  } catch (error) {
    // No HTTP at all.
    if (isConnectionError(error) || systemErrorCode(error)?.startsWith("HPE_") === true) return null;
    throw error;
  }
}

function helloOf(body: string): Hello | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || !("protocol" in value)) return null;
    if (!("version" in value) || typeof value.version !== "string") return null;
    // Safe: only our own hub listens in a directory that we own; a wrong shape shows as a protocol mismatch.
    return value as Hello;
  } catch {
    return null;
  }
}
