import { posix, win32 } from "node:path";
import type { PathSurroundings } from "./client-paths.ts";
import { type ContainerMount, containerRunOf } from "./earlier-container.ts";
import type { EarlierData, EarlierProblem } from "./earlier-entry.ts";
import type { ServerEntry } from "./server-entry.ts";

type Surroundings = Pick<PathSurroundings, "env" | "platform">;

/** What an option or its variable says (README of github.com/chroma-core/chroma-mcp); the option wins. null: neither is given. */
function optionOf(entry: ServerEntry, name: string, { env }: Pick<Surroundings, "env">): string | null {
  const run = containerRunOf(entry);
  const words = run === null ? entry.args : run.command;
  const flag = `--${name}`;
  const at = words.indexOf(flag);
  const inline = words.find((word) => word.startsWith(`${flag}=`));
  const variable = `CHROMA_${name.replaceAll("-", "_").toUpperCase()}`;
  const value =
    inline?.slice(flag.length + 1) ??
    (at >= 0 ? words[at + 1] : undefined) ??
    (run === null ? (entry.env[variable] ?? env[variable]) : run.env[variable]);
  return value === undefined || value === "" ? null : value;
}

/** What is wrong with an entry of the official chroma-mcp, the worst first. */
export function chromaMcpProblems(entry: ServerEntry, surroundings: Surroundings): EarlierProblem[] {
  const problems = kindProblems(clientTypeOf(entry, surroundings), chromaMcpData(entry, surroundings));
  const secrets = ["--api-key", "--custom-auth-credentials"].filter((flag) =>
    entry.args.some((word) => word === flag || word.startsWith(`${flag}=`)),
  );
  if (secrets.length > 0)
    problems.push({
      id: "password-in-entry",
      text: `It has a secret in its arguments (${secrets.join(", ")}): every process of this machine can read it.`,
    });
  const name = containerRunOf(entry)?.name ?? null;
  if (name !== null)
    problems.unshift({
      id: "fixed-name",
      text: `Its container is always called ${name}: one session at a time, the second fails with "name already in use".`,
    });
  return problems;
}

function kindProblems(type: string, data: EarlierData): EarlierProblem[] {
  if (data.kind === "none")
    return [{ id: "nothing-kept", text: "It keeps everything in memory: what is stored is gone with the session." }];
  switch (type) {
    case "persistent":
      return [
        {
          id: "shared-directory",
          text: "Each session opens the database's files by itself: two sessions at once can corrupt them.",
        },
      ];
    case "cloud":
      return [{ id: "kept-elsewhere", text: "It keeps everything in Chroma Cloud, and reads no files by itself." }];
    default:
      return [{ id: "kept-elsewhere", text: "It only passes on to a ChromaDB: it reads no files and mirrors none." }];
  }
}

function clientTypeOf(entry: ServerEntry, surroundings: Surroundings): string {
  return optionOf(entry, "client-type", surroundings) ?? "ephemeral";
}

/** Where its collections are. */
export function chromaMcpData(entry: ServerEntry, surroundings: Surroundings): EarlierData {
  const option = (name: string) => optionOf(entry, name, surroundings);
  const tenant = option("tenant");
  const database = option("database");
  switch (clientTypeOf(entry, surroundings)) {
    case "http":
      return serverData({ option, tenant, database });
    case "cloud":
      return { kind: "cloud", tenant, database };
    case "persistent":
      return directoryData(option("data-dir"), entry, surroundings);
    case "ephemeral":
      return { kind: "none" };
    default:
      return { kind: "unknown" };
  }
}

interface ServerOptions {
  readonly option: (name: string) => string | null;
  readonly tenant: string | null;
  readonly database: string | null;
}

function serverData({ option, tenant, database }: ServerOptions): EarlierData {
  const host = option("host");
  if (host === null) return { kind: "unknown" };
  const isPlain = ["false", "0", "no", "n", "f", "off"].includes((option("ssl") ?? "true").toLowerCase());
  const name = host.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  const here = /^(?:host\.docker\.internal|host\.containers\.internal)(?=:|$)/i;
  const text = `${isPlain ? "http" : "https"}://${name.replace(here, "localhost")}`;
  if (!URL.canParse(text)) return { kind: "unknown" };
  const url = new URL(text);
  if (url.port === "") url.port = option("port") ?? (isPlain ? "8000" : "443");
  const credentials = option("custom-auth-credentials");
  return { kind: "url", url: url.origin, tenant, database, headers: basicHeader(credentials) };
}

/** `user:password` is sent as HTTP's basic authentication (chromadb's BasicAuthClientProvider). */
function basicHeader(credentials: string | null): Record<string, string> {
  return credentials === null ? {} : { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

function directoryData(directory: string | null, entry: ServerEntry, { platform }: Surroundings): EarlierData {
  if (directory === null) return { kind: "unknown" };
  const run = containerRunOf(entry);
  if (run !== null) return mountedData(directory, run.mounts);
  const path = platform === "win32" ? win32 : posix;
  // A relative one means another directory in each of the agent's sessions.
  return path.isAbsolute(directory) ? { kind: "directory", directory } : { kind: "unknown" };
}

/** A directory inside of a container is where its mount comes from. */
function mountedData(directory: string, mounts: readonly ContainerMount[]): EarlierData {
  const mount = mounts.find(({ target }) => directory === target || directory.startsWith(`${target}/`));
  if (mount === undefined) return { kind: "none" };
  const isPath = /^(?:[a-z]:[\\/]|[/~.])/i.test(mount.source);
  if (!isPath) return mount.source === "" ? { kind: "unknown" } : { kind: "volume", volume: mount.source };
  return { kind: "directory", directory: mount.source + directory.slice(mount.target.length) };
}
