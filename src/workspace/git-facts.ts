import { constants } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** Where git keeps what belongs to a directory; all real paths. */
export interface GitPlace {
  /** The directory that holds `.git`. */
  readonly top: string;
  /** HEAD stands here; of its own for each worktree. */
  readonly gitDirectory: string;
  /** Config and refs stand here; shared by all worktrees. */
  readonly commonDirectory: string;
}

export interface GitFacts {
  /** URL of `origin`, else of the first remote, as written in the config; it may hold credentials. */
  readonly remoteUrl: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
}

const maxFileBytes = 16_000_000;

/** Finds the repository of a directory by walking up, without running git; null when there is none. */
export async function findGitPlace(directory: string): Promise<GitPlace | null> {
  for (let top = directory; ; top = dirname(top)) {
    const place = await gitPlaceAt(top);
    if (place !== null || dirname(top) === top) return place;
  }
}

/** The repository at exactly this path, bare or not; null: there is none. */
export async function gitPlaceOf(path: string): Promise<GitPlace | null> {
  const place = await gitPlaceAt(path);
  if (place !== null) return place;
  // git clone takes the name without .git for a bare one, too.
  for (const bare of [path, `${path}.git`]) {
    const config = (await readText(join(bare, "HEAD"))) === null ? null : await readText(join(bare, "config"));
    if (config !== null) {
      const directory = await realpath(bare);
      return { top: directory, gitDirectory: directory, commonDirectory: directory };
    }
  }
  return null;
}

/** Branch, commit and remote as they stand in files. What cannot be read is null. */
export async function readGitFacts(place: GitPlace): Promise<GitFacts> {
  const [head, config] = await Promise.all([
    readText(join(place.gitDirectory, "HEAD")),
    readText(join(place.commonDirectory, "config")),
  ]);
  const remoteUrl = config === null ? null : remoteFromConfig(config);
  const reference = head?.match(/^ref:\s*(refs\/\S+)/)?.[1];
  if (reference === undefined) return { remoteUrl, branch: null, commit: commitIn(head) };
  const branch = reference.startsWith("refs/heads/") ? reference.slice("refs/heads/".length) : null;
  // With the reftable format HEAD names a branch that cannot exist.
  if (branch === ".invalid") return { remoteUrl, branch: null, commit: null };
  return { remoteUrl, branch, commit: await resolveReference(place, reference) };
}

/** `host/owner/name` of a remote's URL, without credentials, port and `.git`; a local path as `local/path`. */
export function normaliseRemote(url: string): string {
  const trimmed = url.trim().replace(/[?#].*$/, "");
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?\/*(.*)$/i.exec(trimmed);
  // `git@host:owner/name`; one letter before the colon is a Windows drive.
  const likeScp = /^(?:[^/@]*@)?([^/:@\\]{2,}):(?!\/\/)\/*(.*)$/.exec(trimmed);
  const match = withScheme ?? likeScp;
  const host = match?.[1]?.toLowerCase() || "local";
  const path = (match?.[2] ?? trimmed)
    .replaceAll("\\", "/")
    .replace(/^\/+/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/i, "");
  return `${host}/${path}`;
}

async function gitPlaceAt(top: string): Promise<GitPlace | null> {
  const path = join(top, ".git");
  const stats = await stat(path).catch(() => null);
  if (stats === null) return null;
  let gitDirectory = path;
  if (stats.isFile()) {
    const target = (await readText(path))?.match(/^gitdir:\s*(.+?)\s*$/m)?.[1];
    if (target === undefined) return null;
    gitDirectory = resolve(top, target);
  }
  const head = await readText(join(gitDirectory, "HEAD"));
  if (head === null) return null;
  const common = (await readText(join(gitDirectory, "commondir")))?.trim();
  const commonDirectory = common ? resolve(gitDirectory, common) : gitDirectory;
  return {
    top,
    gitDirectory: await realpath(gitDirectory),
    commonDirectory: await realpath(commonDirectory).catch(() => commonDirectory),
  };
}

async function resolveReference(place: GitPlace, reference: string): Promise<string | null> {
  if (reference.split("/").includes("..")) return null;
  for (const directory of new Set([place.gitDirectory, place.commonDirectory])) {
    const commit = commitIn(await readText(join(directory, reference)));
    if (commit !== null) return commit;
  }
  const packed = await readText(join(place.commonDirectory, "packed-refs"));
  const line = packed?.split("\n").find((each) => each.endsWith(` ${reference}`));
  return commitIn(line?.split(" ")[0] ?? null);
}

function commitIn(text: string | null): string | null {
  return text?.trim().match(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)?.[0] ?? null;
}

function remoteFromConfig(config: string): string | null {
  const urls = new Map<string, string>();
  let section = "";
  for (const line of config.split("\n")) {
    const header = /^\s*\[([^\]]*)\]/.exec(line);
    if (header !== null) section = header[1] ?? "";
    const remote = /^remote\s+"(.*)"$/.exec(section)?.[1];
    const url = /^\s*url\s*=\s*(.+?)\s*$/i.exec(line)?.[1];
    if (remote !== undefined && url !== undefined && !urls.has(remote)) urls.set(remote, url.replace(/^"(.*)"$/, "$1"));
  }
  return urls.get("origin") ?? urls.values().next().value ?? null;
}

/** A small regular file's text, or null: missing, not readable, a pipe, or far too large to be git's. */
async function readText(path: string): Promise<string | null> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => null);
  if (handle === null) return null;
  try {
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= maxFileBytes ? await handle.readFile("utf8") : null;
  } catch {
    // What git says of a workspace is an extra: a workspace without it still works.
    return null;
  } finally {
    await handle.close();
  }
}
