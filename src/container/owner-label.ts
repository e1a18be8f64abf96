import { createHash } from "node:crypto";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";

/** Prefix of all labels that we put on containers, networks, volumes and images. */
export const labelPrefix = "io.chroma-commons.";

/** Labels of a container: whose it is, and which process of the host keeps it. */
export interface OwnerLabels {
  readonly kind: "session" | "migration";
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
  /** The namespace in which `pid` counts, in the kernel's words; "" where nobody can tell. */
  readonly pidns: string;
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

/** The labels of a container that this process makes. */
export function ownLabels(options: {
  readonly kind: OwnerLabels["kind"];
  readonly home: string;
  readonly version: string;
  readonly start: string;
}): OwnerLabels {
  const { home, ...rest } = options;
  return {
    ...rest,
    home: homeLabel(home),
    pid: String(process.pid),
    began: beganAt(process.pid) ?? "",
    boot: bootId(),
    pidns: pidNamespace(),
  };
}

/**
 * Whether the process that keeps a container certainly lives no more. Where nobody can tell it counts as living: of a process in another
 * container or sandbox, which has numbers of its own, and of a container that runs though it is of another run of the system, which
 * then is another system.
 */
export function isOwnerGone(
  labels: Readonly<Record<string, string>>,
  { isRunning: isContainerRunning }: { readonly isRunning: boolean },
): boolean {
  const label = (name: keyof OwnerLabels) => labels[`${labelPrefix}${name}`] ?? "";
  const boot = bootId();
  if (boot !== "" && label("boot") !== "" && label("boot") !== boot) return !isContainerRunning;
  if (label("pidns") !== pidNamespace()) return false;
  return isProcessGone(Number(label("pid")), label("began"));
}

/** A name for files of this process, by which `isMakerGone` knows later whether it lives. */
export function makerMark(): string {
  return [process.pid, beganAt(process.pid) ?? "", pidNamespace().replaceAll(/\D/g, "")].join("_");
}

/** Whether the process that made the mark certainly lives no more. */
export function isMakerGone(mark: string): boolean {
  const [pid, began = "", namespace = ""] = mark.split("_");
  return namespace === pidNamespace().replaceAll(/\D/g, "") && isProcessGone(Number(pid), began);
}

/** Of this namespace. `began` is "" where it is not known. */
function isProcessGone(pid: number, began: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const since = beganAt(pid);
  // A pid is given again; when the process began is not.
  if (since !== null) return began !== "" && began !== since;
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

/** "pid:[4026531836]"; processes of one namespace have one. */
function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** Flags of docker or podman. */
export function labelFlags(labels: OwnerLabels): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ["--label", `${labelPrefix}${name}=${value}`]);
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
