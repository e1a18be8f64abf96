import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { processesOfUser } from "../../client/user-processes.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { isEarlierCommand, isEarlierContainer } from "../../setup/earlier-kind.ts";
import { earlierEntries } from "../../setup/earlier-servers.ts";
import { readClientFiles } from "../../setup/read-entries.ts";
import { type DoctorCheck, type Finding, note, ok } from "./finding.ts";

const dockerTimeoutMs = 2_000;
const runFile = promisify(execFile);

/** Entries, processes and containers of earlier servers; nothing of them is ever touched. */
export const checkLeftovers: DoctorCheck = {
  area: "earlier servers",
  run: async ({ env, cwd }) => {
    const [files, processes, containers] = await Promise.all([
      readClientFiles({ env, cwd, platform: process.platform }),
      processesOfUser(),
      earlierContainers(env),
    ]);
    const findings: Finding[] = [];
    for (const earlier of earlierEntries(files, { env, cwd, platform: process.platform }))
      findings.push(entryFinding(earlier));
    const running = (processes ?? []).filter(({ words }) => isEarlierCommand(words));
    if (running.length > 0)
      findings.push(
        note(
          `Processes of earlier servers run: ${running.map(({ pid }) => pid).join(", ")}.`,
          "They end with their agents; if not, end them by their pid.",
        ),
      );
    if (containers.length > 0)
      findings.push(
        note(
          `Containers of earlier servers: ${containers.join(", ")}.`,
          `A database's may hold every collection: bring them over first (commons migrate). Then, when no agent uses them: docker rm -f ${containers.join(" ")}`,
        ),
      );
    return findings.length > 0 ? findings : [ok("nothing of earlier servers was found")];
  },
};

function entryFinding({ title, file, entry, problems }: EarlierEntry): Finding {
  const fact = `${title}'s ${file} has an entry of an earlier server: "${entry.name}".`;
  if (!entry.isEnabled) return note(`${fact} It is switched off.`, "Remove it when you need it no more.");
  return note(
    [fact, ...problems.slice(0, 1).map(({ text }) => text)].join(" "),
    "Bring its collections over and replace it: commons migrate",
  );
}

/** Names of containers; none where there is no docker command or it does not answer in time. */
async function earlierContainers(env: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const { stdout } = await runFile("docker", ["ps", "-a", "--format", "{{.Names}}\t{{.Image}}"], {
      timeout: dockerTimeoutMs,
      killSignal: "SIGKILL",
      env,
      maxBuffer: 1_000_000,
    });
    return stdout
      .split("\n")
      .map((line) => line.split("\t"))
      .filter(([name = "", image = ""]) => isEarlierContainer(name, image))
      .map(([name = ""]) => name);
  } catch {
    // No docker, no daemon, or one that hangs: then nothing is known of containers, which is no finding.
    return [];
  }
}
