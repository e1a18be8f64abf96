import { askRunningHub, withHubProcess } from "../hub-access.ts";
import { stopHubCompletely } from "../hub-stop.ts";

/** How many agents use this home's hub now; 0 also where none runs, null where one runs that cannot be asked. Starts nothing. */
export async function liveSessions(): Promise<number | null> {
  try {
    const status = await withHubProcess((access) => askRunningHub(access, "hub.status"));
    return status === null ? 0 : status.result.sessions.filter(({ kind }) => kind === "agent").length;
  } catch {
    // One of another version, or one that hangs: that it is to be stopped stays true.
    return null;
  }
}

/** Stops this home's hub, if one runs, and waits until it is gone. Errors: HUB_UNREACHABLE when it hangs. */
export async function stopOwnHub(): Promise<void> {
  await withHubProcess(async ({ client }) => {
    const hello = await client.find();
    if (hello !== null) await stopHubCompletely(client.connection, hello);
  });
}
