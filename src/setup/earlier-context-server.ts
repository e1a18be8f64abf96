import type { ClientAdapter } from "./client-adapter.ts";
import { clientPath, type PathSurroundings } from "./client-paths.ts";
import { type ContainerRun, containerRunOf } from "./earlier-container.ts";
import type { EarlierData, EarlierProblem } from "./earlier-entry.ts";
import type { ServerEntry } from "./server-entry.ts";

const shortTimeoutSeconds = 300;
const chromaPort = 8_000;
// Names that the set-up scripts give in all their versions.
const setupNetwork = "chroma-net";
const setupContainer = "chromadb-vespo";

/** What is wrong with an entry of chromadb_context_vespo or of one of its relatives, the worst first. */
export function contextServerProblems(entry: ServerEntry, { title }: Pick<ClientAdapter, "title">): EarlierProblem[] {
  const run = containerRunOf(entry);
  const problems: EarlierProblem[] = run === null ? [] : containerProblems(run);
  const limit = entry.toolTimeoutSeconds;
  if (limit !== null && limit < shortTimeoutSeconds)
    problems.push({
      id: "short-timeout",
      text: `${title} gives up on a tool after ${limit} s: a long ingest seems to fail.`,
    });
  return problems;
}

function containerProblems(run: ContainerRun): EarlierProblem[] {
  const problems: EarlierProblem[] = [];
  const workspace = run.mounts.find(({ target }) => target === "/workspace");
  if (run.name !== null)
    problems.push({
      id: "fixed-name",
      text: `Its container is always called ${run.name}: one session at a time, the second fails with "name already in use".`,
    });
  if (run.wrapper !== null)
    problems.push({
      id: "wrapper",
      text: `It starts by a script (${run.wrapper}) that puts the directory of PWD in the place of a mount; agents leave PWD out, or stale, so it may be another one.`,
    });
  else if (workspace === undefined)
    problems.push({ id: "no-workspace", text: "It mounts no directory: its tools cannot see your files." });
  else
    problems.push({
      id: "fixed-workspace",
      text: `It always shows ${workspace.source}, whatever directory the session is in.`,
    });
  if (workspace !== undefined && !workspace.isReadOnly && run.wrapper === null)
    problems.push({
      id: "writable-workspace",
      text: "It mounts your directory so that the container may write into it.",
    });
  if (!run.hasInit)
    problems.push({
      id: "no-init",
      text: "It runs without --init and its server ignores SIGTERM: containers outlive their sessions.",
    });
  if (!run.isRemoved)
    problems.push({ id: "no-rm", text: "It runs without --rm: each session leaves a stopped container." });
  const secrets = Object.keys(run.env).filter((name) => /(?:_KEY|_TOKEN|_SECRET|_PASSWORD|_CREDENTIALS)$/.test(name));
  if (secrets.length > 0)
    problems.push({
      id: "password-in-entry",
      text: `It has a secret in its arguments (${secrets.join(", ")}): every process of this machine can read it.`,
    });
  if (databaseContainer(run.env) !== null)
    problems.push({
      id: "data-in-container",
      text: "Some versions of its set-up gave the database no volume: removing that container may remove every collection.",
    });
  return problems;
}

/** Where the collections are: its variables name a ChromaDB, or nothing does and the defaults of its versions hold. */
export function contextServerData(
  entry: ServerEntry,
  { env, home, platform }: Pick<PathSurroundings, "env" | "home" | "platform">,
): EarlierData {
  const run = containerRunOf(entry);
  const given = run === null ? { ...env, ...entry.env } : run.env;
  const lance = given["VESPO_DB_PATH"];
  if (lance) return { kind: "lancedb", directory: lance };
  const url = databaseUrl(given);
  if (url === null && run === null)
    // Without a ChromaDB the desktop version keeps a LanceDB below the home.
    return { kind: "lancedb", directory: clientPath("{home}/.vespo/lancedb", { env, home, platform, cwd: home }) };
  // The later set-up has the address in an --env-file; it always is this container in its own network.
  if (url === null)
    return run?.network === setupNetwork
      ? { kind: "container", container: setupContainer, port: chromaPort, network: setupNetwork }
      : { kind: "unknown" };
  const container = run === null ? null : databaseContainer(given);
  if (container !== null)
    return { kind: "container", container, port: Number(url.port) || chromaPort, network: run?.network ?? null };
  // What containers call the machine that they run on.
  if (/^(?:host\.docker\.internal|host\.containers\.internal)$/i.test(url.hostname)) url.hostname = "localhost";
  return { kind: "url", url: url.origin, tenant: null, database: null, headers: {} };
}

/** The name of a container as the host of the database's address: a word without a dot that is not this machine. */
function databaseContainer(env: Readonly<Record<string, string | undefined>>): string | null {
  const host = databaseUrl(env)?.hostname ?? "";
  return /^[a-z0-9][\w-]*$/i.test(host) && host !== "localhost" ? host : null;
}

function databaseUrl(env: Readonly<Record<string, string | undefined>>): URL | null {
  for (const name of ["CHROMA_URL", "CHROMADB_URL", "REMOTE_CHROMA_URL", "LOCAL_CHROMA_URL"]) {
    const text = env[name];
    if (text && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  }
  return null;
}
