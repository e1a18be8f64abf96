import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";

/** Prefix of all labels that we put on containers, networks, volumes and images. */
export const labelPrefix = "io.chroma-commons.";

/** Labels of a container: whose it is, and which process of the host keeps it. */
export interface OwnerLabels {
  readonly kind: "session";
  /** Hash of the home's real path: another home, or another user, never takes it for its own. */
  readonly home: string;
  readonly version: string;
  /** One start: how that container is found without a name. */
  readonly start: string;
  readonly pid: string;
  /** When that process began, in the kernel's words; "" where nobody can tell. */
  readonly began: string;
  /** One run of the host's system; "" where nobody can tell. */
  readonly boot: string;
}

/** Of this home, for labels. */
export function homeLabel(home: string): string {
  let real = home;
  try {
    real = realpathSync(home);
  } catch {
    // It is not there yet: its name is all there is.
  }
  return createHash("sha256").update(`chroma-commons\0${real}`).digest("hex").slice(0, 16);
}

/** The labels of a session that this process starts. */
export function ownLabels(options: { home: string; version: string; start: string }): OwnerLabels {
  const { home, ...rest } = options;
  return {
    ...rest,
    kind: "session",
    home: homeLabel(home),
    pid: String(process.pid),
    began: beganAt(process.pid) ?? "",
    boot: bootId(),
  };
}

/** Whether the process that keeps a container certainly lives no more. Where nobody can tell it counts as living. */
export function isOwnerGone(labels: Readonly<Record<string, string>>): boolean {
  const label = (name: keyof OwnerLabels) => labels[`${labelPrefix}${name}`] ?? "";
  const boot = bootId();
  if (boot !== "" && label("boot") !== "" && label("boot") !== boot) return true;
  const pid = Number(label("pid"));
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const began = beganAt(pid);
  // A pid is given again; when the process began is not.
  if (began !== null) return label("began") !== "" && label("began") !== began;
  return !isRunning(pid);
}

/** Field 22 of /proc/PID/stat: ticks since the boot; null where there is no such process or no /proc. */
function beganAt(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state ...": a name may hold anything, also brackets.
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 asks and does nothing.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
