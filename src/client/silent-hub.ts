import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isFileLocked } from "../config/file-lock.ts";
import type { StatePaths } from "../config/paths.ts";
import { requireOwnHome } from "../config/state-directory.ts";
import { CommonsError } from "../core/errors.ts";
import type { Hello } from "../protocol/views.ts";
import type { HubConnection } from "./hub-connection.ts";
import { greetHub } from "./hub-greeting.ts";
import { processesOfUser, type SeenProcess } from "./user-processes.ts";

// One that starts or ends holds its lock without listening, for a second or so.
const defaultPatienceMs = 5_000;
const askAgainMs = 100;

/** The running hub's hello; null when none lives. Errors: HUB_UNREACHABLE when one lives and does not answer, after 5 s to 10 s, and for another user's home. */
export async function findHub(
  connection: HubConnection,
  paths: StatePaths,
  patienceMs = defaultPatienceMs,
): Promise<Hello | null> {
  requireOwnHome(paths.home, "HUB_UNREACHABLE");
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const hello = await greetHub(connection);
    if (hello !== null || !isFileLocked(paths.hubLock)) return hello;
    if (performance.now() > deadline) throw await silentHub(paths);
    await delay(askAgainMs);
  }
}

/** The error for a hub that lives, for its lock is held, and does not answer; `details.pid` where the system's processes can be seen. */
export async function silentHub(paths: StatePaths): Promise<CommonsError> {
  const pid = hubsAmong((await processesOfUser()) ?? [], paths)[0]?.pid;
  if (pid === undefined)
    return new CommonsError("HUB_UNREACHABLE", `Something holds ${paths.hubLock}, but no hub answers.`, {
      hint: "commons doctor --fix may be at work: wait for it. If it is not, find out who has that file open and end it.",
    });
  return new CommonsError("HUB_UNREACHABLE", `A hub runs (pid ${pid}) and does not answer.`, {
    hint: `It may be starting or stopping: try again in some seconds. If it stays so, end it: kill -9 ${pid} (nothing that was acknowledged is lost)`,
    details: { pid },
  });
}

/** The processes that are hubs of that home. */
export function hubsAmong(processes: readonly SeenProcess[], { home }: Pick<StatePaths, "home">): SeenProcess[] {
  return processes.filter(({ words }) => {
    const entries = words.slice(1).map((word) => basename(word));
    return (
      words[words.indexOf("--home") + 1] === home && ["hub.mjs", "main.ts"].some((entry) => entries.includes(entry))
    );
  });
}
