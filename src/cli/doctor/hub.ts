import { existsSync, lstatSync } from "node:fs";
import { isFileLocked } from "../../config/file-lock.ts";
import { formatDuration } from "../../core/quantities.ts";
import { tailLines } from "../hub-log.ts";
import { lastRebuildMs } from "./catalog-file.ts";
import {
  type DoctorCheck,
  type DoctorContext,
  failure,
  type Finding,
  note,
  ok,
  type Repair,
  warning,
} from "./finding.ts";

const dayMs = 24 * 3_600_000;
const looked = 5_000;

/** The hub: whether it runs, answers and is of this version; its socket; what its log says of the last day. */
export const checkHub: DoctorCheck = {
  area: "hub",
  run: async (context) => [
    ...stateOf(context),
    ...fileFindings(context),
    ...socketFindings(context),
    ...tcpFindings(context),
    ...(await logFindings(context)),
  ],
};

function stateOf({ hub, program }: DoctorContext): Finding[] {
  switch (hub.kind) {
    case "none":
      return [ok("no hub runs; the next call of an agent or a command starts one")];
    case "unreachable":
      return [failure(hub.error.message, hub.error.hint ?? "See commons hub logs.")];
    case "other":
      return [
        failure(
          `The hub (pid ${hub.hello.pid}, version ${hub.hello.version}) cannot be asked: ${hub.error.message}`,
          hub.error.hint ?? "Stop it: commons hub stop",
        ),
      ];
    default: {
      const { pid, version, uptimeMs } = hub.status.hub;
      const fact = `the hub runs for ${formatDuration(uptimeMs)} (pid ${pid}, version ${version})`;
      if (hub.hello.version === program.version || program.build === 0) return [ok(fact)];
      return [
        ok(fact),
        note(
          `This command is of version ${program.version}, the hub of ${version}.`,
          "A newer one replaces the older by itself.",
        ),
      ];
    }
  }
}

/** What stands in the place of a file keeps every hub from starting. */
function fileFindings({ paths: { hubLock, starterLock, hubLog } }: DoctorContext): Finding[] {
  return [hubLock, starterLock, hubLog].flatMap((file) => {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat === undefined || stat.isFile()) return [];
    return [failure(`${file} is no plain file, so no hub can start.`, "Move it away, then try again.")];
  });
}

function socketFindings({ paths, hub }: DoctorContext): Finding[] {
  if (process.platform === "win32") return [];
  const stat = lstatSync(paths.hubAddress, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isSocket()) return [failure(`${paths.hubAddress} is no socket.`, "Move it away: a hub listens there.")];
  if (stat.uid !== process.getuid?.())
    return [
      failure(
        `The socket ${paths.hubAddress} belongs to another user.`,
        "Set COMMONS_HOME to a directory of your own.",
      ),
    ];
  if ((stat.mode & 0o077) !== 0)
    return [failure(`Other users may use the socket ${paths.hubAddress}.`, "Restart the hub: commons hub stop")];
  if (hub.kind === "none")
    return [
      warning(
        `${paths.hubAddress} was left by a hub that died.`,
        "commons doctor --fix removes it; so does the next hub.",
        removeSocket,
      ),
    ];
  return [];
}

function tcpFindings({ paths, hub, settings }: DoctorContext): Finding[] {
  const findings: Finding[] = [];
  const tcp = hub.kind === "running" ? hub.status.hub.tcp : null;
  if (tcp?.state === "closed") {
    const next = "When that is mended: commons hub stop; the next hub opens it.";
    findings.push(warning(`The hub does not listen on TCP: ${tcp.problem}`, next));
  }
  if (hub.kind === "none" && existsSync(paths.hubTcp))
    findings.push(note(`${paths.hubTcp} names a hub that died.`, "The next hub removes it."));
  const url = settings["hub.url"];
  if (url !== undefined && hub.kind !== "none")
    findings.push(
      note(
        `A hub of this home runs, but sessions use the one at ${url} (hub.url).`,
        "If that is meant, nothing is to be done: this one ends when it is idle.",
      ),
    );
  return findings;
}

const removeSocket: Repair = {
  key: "socket",
  title: "Remove the socket of a dead hub",
  needsConsent: false,
  run: async ({ paths }) => {
    const { rm } = await import("node:fs/promises");
    // One may have been started meanwhile.
    if (isFileLocked(paths.hubLock)) return ["A hub lives: its socket stays."];
    await rm(paths.hubAddress, { force: true });
    return [`${paths.hubAddress} was removed.`];
  },
};

async function logFindings({ paths }: DoctorContext): Promise<Finding[]> {
  const lines = (await tailLines(paths.hubLog, looked).catch(() => null)) ?? [];
  // What stood in the log before a rebuild is what was mended.
  const sinceMs = Math.max(Date.now() - dayMs, lastRebuildMs(paths.home));
  const errors = lines.flatMap((line) => {
    const entry = asEntry(line);
    return entry !== null && entry.level >= 50 && entry.atMs > sinceMs ? [entry.text] : [];
  });
  const last = errors.at(-1);
  if (last === undefined) return [];
  const fact = `The hub's log has ${errors.length} errors of the last day, the newest: ${last.slice(0, 200)}`;
  return [warning(fact.replace(/\.?$/, "."), "Read it: commons hub logs -n 200")];
}

function asEntry(line: string): { level: number; atMs: number; text: string } | null {
  const ended = /^(\S+Z) ([A-Z_]+: .*)$/.exec(line);
  if (ended !== null) return { level: 60, atMs: Date.parse(ended[1] ?? ""), text: ended[2] ?? "" };
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== "object" || parsed === null || !("level" in parsed) || !("time" in parsed)) return null;
    return {
      level: Number(parsed.level),
      atMs: Date.parse(String(parsed.time)),
      text: "msg" in parsed ? String(parsed.msg) : "",
    };
  } catch {
    // What a crashing process wrote has no time.
    return null;
  }
}
