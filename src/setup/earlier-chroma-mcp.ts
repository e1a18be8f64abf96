import { posix, win32 } from "node:path";
import { type ContainerMount, containerRunOf, containerVariables } from "./earlier-container.ts";
import type { EarlierData, EarlierProblem, EntrySurroundings } from "./earlier-entry.ts";
import { startedProgram } from "./earlier-program.ts";
import type { ServerEntry } from "./server-entry.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What decides where it keeps its texts. */
interface ChromaMcpOptions {
  /** What an option says; null: nothing does. */
  readonly option: (name: string) => string | null;
  /** A file of variables is named that cannot be read from here: what nothing else says may stand there. */
  readonly hasHiddenFile: boolean;
}

/** An option, else its variable, else that variable in the file of `--dotenv-path` (README and server.py of github.com/chroma-core/chroma-mcp). */
function optionsOf(entry: ServerEntry, surroundings: EntrySurroundings): ChromaMcpOptions {
  const run = containerRunOf(entry);
  const words = run === null ? (startedProgram(entry)?.args ?? []) : run.command;
  const given: Variables =
    run === null ? { ...surroundings.env, ...entry.env } : containerVariables(run, surroundings.readVariables);
  const flag = (name: string) => flagValue(words, `--${name}`) ?? given[variableOf(name)];
  const named = flag("dotenv-path") ?? "";
  const stored = run === null ? storedVariables(named, surroundings) : null;
  const hasHiddenEnvFile = run?.envFiles.some((file) => surroundings.readVariables(file) === null) ?? false;
  return {
    option: (name) => flag(name) || stored?.[variableOf(name)] || null,
    hasHiddenFile: hasHiddenEnvFile || (named !== "" ? stored === null : run === null && hasDefaultFile(surroundings)),
  };
}

/** Of an absolute path only: a relative one means another file in each of the agent's sessions, and a cloned directory's may be anybody's. */
function storedVariables(named: string, { readVariables, platform }: EntrySurroundings): Variables | null {
  return (platform === "win32" ? win32 : posix).isAbsolute(named) ? readVariables(named) : null;
}

/** Without a name it takes what lies in the session's directory. */
function hasDefaultFile({ readVariables, platform, cwd }: EntrySurroundings): boolean {
  return readVariables((platform === "win32" ? win32 : posix).join(cwd, ".chroma_env")) !== null;
}

function variableOf(name: string): string {
  return `CHROMA_${name.replaceAll("-", "_").toUpperCase()}`;
}

/** The last one counts, as in Python's argparse. */
function flagValue(words: readonly string[], flag: string): string | undefined {
  const at = words.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
  if (at < 0) return undefined;
  return words[at] === flag ? words[at + 1] : words[at]?.slice(flag.length + 1);
}

/** What is wrong with an entry of the official chroma-mcp, the worst first. */
export function chromaMcpProblems(entry: ServerEntry, surroundings: EntrySurroundings): EarlierProblem[] {
  const problems = kindProblems(clientTypeOf(optionsOf(entry, surroundings)), chromaMcpData(entry, surroundings));
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
    case "http":
      return [{ id: "kept-elsewhere", text: "It only passes on to a ChromaDB: it reads no files and mirrors none." }];
    default:
      return [];
  }
}

/** In memory only where nothing says otherwise and nothing is hidden. */
function clientTypeOf({ option, hasHiddenFile }: ChromaMcpOptions): string {
  return option("client-type") ?? (hasHiddenFile ? "unknown" : "ephemeral");
}

/** Where its collections are. */
export function chromaMcpData(entry: ServerEntry, surroundings: EntrySurroundings): EarlierData {
  const options = optionsOf(entry, surroundings);
  const { option } = options;
  const tenant = option("tenant");
  const database = option("database");
  switch (clientTypeOf(options)) {
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

function directoryData(directory: string | null, entry: ServerEntry, { platform }: EntrySurroundings): EarlierData {
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
