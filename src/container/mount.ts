import { posix } from "node:path";
import { CommonsError } from "../core/errors.ts";
import type { RuntimeKind } from "./runtime.ts";

/** A directory, a file or a volume of the host, as a container sees it. */
export interface Mount {
  readonly kind: "bind" | "volume";
  /** A path as the host writes it, or a volume's name. */
  readonly source: string;
  /** A POSIX path. */
  readonly target: string;
  readonly isWritable?: boolean;
}

/** The value of `--mount`. It is a line of CSV: unlike `-v`, it takes colons, commas and quotes in paths. Errors: WORKSPACE_REFUSED. */
export function mountFlag({ kind, source, target, isWritable = false }: Mount): string {
  if (/[\r\n\0]/.test(source))
    throw new CommonsError("WORKSPACE_REFUSED", "A path with a line break in it cannot be given to a container.", {
      hint: "Rename the directory, or run without --docker.",
    });
  const fields = [`type=${kind}`, `source=${source}`, `target=${target}`, ...(isWritable ? [] : ["readonly"])];
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

/**
 * A host's path in the form that the container program takes: `\\?\C:\app` loses its prefix, and Podman's machine on Windows has drives
 * below /mnt. Errors: WORKSPACE_REFUSED for a share of the network, which a container's machine does not have.
 */
export function mountSource(path: string, host: { platform: NodeJS.Platform; runtime: RuntimeKind }): string {
  if (host.platform !== "win32") return path;
  const plain = path.replace(/^\\\\[?.]\\(?:UNC\\)?/i, (prefix) => (/UNC\\$/i.test(prefix) ? "\\\\" : ""));
  const drive = /^([a-z]):(?:[\\/](.*))?$/is.exec(plain);
  if (drive !== null) {
    const rest = (drive[2] ?? "").replaceAll("\\", "/");
    if (host.runtime === "podman") return posix.join("/mnt", (drive[1] ?? "").toLowerCase(), rest);
    return `${(drive[1] ?? "").toUpperCase()}:\\${rest.replaceAll("/", "\\")}`;
  }
  // Files of a WSL distribution: Docker Desktop hands them through by this name.
  if (/^[\\/]{2}wsl(?:\$|\.localhost)[\\/]/i.test(plain) && host.runtime === "docker")
    return plain.replaceAll("/", "\\");
  throw new CommonsError("WORKSPACE_REFUSED", `${path} is on the network, where a container does not reach it.`, {
    hint: "Work in a copy on a disk of this machine, or run without --docker.",
  });
}

// What the image needs of its own, and what the container gets there.
const imagePlaces = [
  "/bin",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/opt/commons",
  "/proc",
  "/run/commons",
  "/sbin",
  "/sys",
];
const wholePlaces = ["/opt", "/run", "/tmp", "/usr", "/var", "/workspace"];

/**
 * Whether a host's directory can have its own path in the container too, so that paths, worktrees and repositories are what they are on
 * the host. Not where it would hide what the image needs, and not on Windows.
 */
export function keepsItsPath(path: string, platform: NodeJS.Platform): boolean {
  if (platform === "win32" || !path.startsWith("/") || path === "/") return false;
  const isAtOrBelow = (place: string) => path === place || path.startsWith(`${place}/`);
  const isSystems = imagePlaces.some(isAtOrBelow) || ["/usr/bin", "/usr/lib", "/usr/lib64"].some(isAtOrBelow);
  return !isSystems && !wholePlaces.includes(path) && !isAtOrBelow("/workspace") && path !== "/usr/local";
}
