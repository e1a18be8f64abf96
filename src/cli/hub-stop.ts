import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { HubConnection } from "../client/hub-connection.ts";
import { stopHub } from "../client/hub-starter.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import type { Hello } from "../protocol/views.ts";

const closeTimeoutMs = 20_000;
const pollMs = 20;

/** Stops that hub and resolves when its process is gone, and with it ChromaDB. Errors: HUB_UNREACHABLE when it hangs. */
export async function stopHubCompletely(connection: HubConnection, hello: Hello): Promise<void> {
  await stopHub(connection, hello, "commons hub stop");
  // It no longer answers, but may still be closing ChromaDB and the catalog.
  const deadline = performance.now() + closeTimeoutMs;
  while (await isProcessAlive(hello.pid)) {
    if (performance.now() > deadline) {
      throw new CommonsError(
        "HUB_UNREACHABLE",
        `The hub (pid ${hello.pid}) takes no more calls, but its process does not end.`,
        { hint: "See what it does: commons hub logs" },
      );
    }
    await delay(pollMs);
  }
}

/** Only asks: signal 0 is none. A process of another user counts as alive; in another pid namespace nothing is seen. */
async function isProcessAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
  return !(await isZombie(pid));
}

/** Ended, but not yet taken note of by its parent: in a container without an init that lasts for ever. */
async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // "pid (name) state ...", and a name may hold anything, also brackets.
  return /^ [ZX] /.test(stat.slice(stat.lastIndexOf(")") + 1));
}
