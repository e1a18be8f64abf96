import { watch, type FSWatcher } from "node:fs";
import { readFile, statfs } from "node:fs/promises";

export type SystemWatch = Pick<FSWatcher, "close" | "on">;

/** `fs.watch`, or what a test puts in its place. `name` is relative to `path`, with the system's separators. */
export type WatchSystem = (
  path: string,
  options: { readonly recursive: boolean },
  onEvent: (type: "rename" | "change", name: string | null) => void,
) => SystemWatch;

export const nodeWatchSystem: WatchSystem = (path, options, onEvent) => watch(path, options, onEvent);

/**
 * "tree": the system watches a whole tree by itself. On other systems Node's recursive mode watches every single file (11,000
 * watches for 10,000 files), so there each directory is watched for itself.
 */
export function watchMode(): "each" | "tree" {
  return process.platform === "darwin" || process.platform === "win32" ? "tree" : "each";
}

const defaultQueuedEvents = 16_384;

/**
 * So many events of one watch in one turn of the event loop are a sign that the kernel's queue, which all watches of a process
 * share, may have been full: it drops events then, and Node does not tell.
 */
export async function eventsThatFillTheQueue(): Promise<number> {
  const text = await readFile("/proc/sys/fs/inotify/max_queued_events", "utf8").catch(() => "");
  const queued = Number.parseInt(text, 10);
  return Math.max(1, Math.floor((queued > 0 ? queued : defaultQueuedEvents) / 4));
}

/** Numbers of statfs(2), Linux only. */
const sharedFileSystems: ReadonlyMap<number, string> = new Map([
  [0x69_69, "NFS"],
  [0x51_7b, "SMB"],
  [0xff_53_4d_42, "SMB"],
  [0xfe_53_4d_42, "SMB"],
  [0x01_02_19_97, "9p"],
  [0x65_73_55_46, "FUSE"],
  [0x00_c3_64_00, "Ceph"],
  [0x5346_414f, "AFS"],
  [0x786f_4256, "VirtualBox"],
]);

/** The name of the file system when others may write to it without an event here: network shares, folders of a virtual machine. */
export async function sharedFileSystem(path: string): Promise<string | null> {
  if (process.platform !== "linux") return null;
  const facts = await statfs(path).catch(() => null);
  // The number is signed on some systems.
  return facts === null ? null : (sharedFileSystems.get(facts.type >>> 0) ?? null);
}

/** Why a watch could not be set or has ended, by the system's code, as a sentence. */
export function watchFailure(code: string | undefined): string {
  if (code === "ENOSPC") return "The system's limit of watches is reached (fs.inotify.max_user_watches).";
  if (code === "EMFILE" || code === "ENFILE") {
    return "The system's limit of watching programs or open files is reached (fs.inotify.max_user_instances).";
  }
  return `The system reports no file events here (${code ?? "error"}).`;
}
