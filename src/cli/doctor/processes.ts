import { basename } from "node:path";
import { type DoctorCheck, failure, type Finding, note, ok, skipped, warning } from "./finding.ts";
import { hubsAmong } from "../../client/silent-hub.ts";
import { processesOfUser, type SeenProcess } from "../../client/user-processes.ts";

/** Processes of this home that have no hub, and hubs beside the one that answers. */
export const checkProcesses: DoctorCheck = {
  area: "processes",
  run: async ({ paths, hub }) => {
    const processes = await processesOfUser();
    if (processes === null) return [skipped("not looked at; that is possible on Linux only")];
    const hubPid = hub.kind === "running" || hub.kind === "other" ? hub.hello.pid : null;
    // The hub's own check tells of it.
    const silentPid = hub.kind === "unreachable" ? hub.error.details?.["pid"] : null;
    const findings: Finding[] = hubsAmong(processes, paths)
      .filter(({ pid }) => pid !== hubPid && pid !== silentPid)
      .map(({ pid }) =>
        failure(`A hub (pid ${pid}) of this home runs and does not answer.`, `If it stays so, end it: kill ${pid}`),
      );
    for (const { pid } of orphans(processes, paths.engineDirectory))
      findings.push(
        warning(
          `A ChromaDB (pid ${pid}) of this home runs without its hub.`,
          `It ends by itself within seconds; if not: kill ${pid}`,
        ),
      );
    const temporary = hub.kind === "running" ? hub.status.collections.filter(({ kind }) => kind === "temporary") : [];
    if (hub.kind === "running") {
      const live = new Set(hub.status.sessions.map(({ sessionId }) => sessionId));
      const left = temporary.filter(({ ownerSession }) => ownerSession === null || !live.has(ownerSession));
      if (left.length > 0)
        findings.push(
          note(`${left.length} temporary collections wait for sessions that may come back; they go within seconds.`),
        );
    }
    return findings.length > 0 ? findings : [ok("no process is left over")];
  },
};

/** Engine hosts of the home whose parent is no hub any more. */
function orphans(processes: readonly SeenProcess[], engineDirectory: string): SeenProcess[] {
  const byPid = new Map(processes.map((each) => [each.pid, each]));
  return processes.filter(
    ({ words, parent }) =>
      isEntry(words, ["engine-host.mjs", "engine-host.ts"]) &&
      words.some((word) => word.includes(JSON.stringify(engineDirectory).slice(1, -1))) &&
      !isEntry(byPid.get(parent)?.words ?? [], ["hub.mjs", "main.ts", "catalog-process.mjs", "catalog-process.ts"]),
  );
}

function isEntry(words: readonly string[], names: readonly string[]): boolean {
  return words.slice(1).some((word) => names.includes(basename(word)));
}
