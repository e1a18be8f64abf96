import type { ClientAdapter } from "./client-adapter.ts";
import { clientPath } from "./client-paths.ts";
import { type ContainerRun, containerRunOf, containerVariables } from "./earlier-container.ts";
import type { EarlierData, EarlierProblem, EntrySurroundings } from "./earlier-entry.ts";
import { startedProgram } from "./earlier-program.ts";
import type { ServerEntry } from "./server-entry.ts";

const shortTimeoutSeconds = 300;
const chromaPort = 8_000;
// Names that the set-up scripts give in all their versions.
const setupNetwork = "chroma-net";
const setupContainer = "chromadb-vespo";

/** What is wrong with an entry of chromadb_context_vespo or of one of its relatives, the worst first. */
export function contextServerProblems(entry: ServerEntry, { title }: Pick<ClientAdapter, "title">): EarlierProblem[] {
  const run = containerRunOf(entry);
  const problems = run === null ? looseProblems(entry) : containerProblems(run);
  const limit = entry.toolTimeoutSeconds;
  if (limit !== null && limit < shortTimeoutSeconds)
    problems.push({
      id: "short-timeout",
      text: `${title} gives up on a tool after ${limit} s: a long ingest seems to fail.`,
    });
  return problems;
}

/** Of one that runs in no container of its own. */
function looseProblems(entry: ServerEntry): EarlierProblem[] {
  const program = startedProgram(entry);
  if (program?.kind === "exec")
    return [
      {
        id: "shared-container",
        text: `It runs in the container ${program.container}, which must have been started by hand and shows the same directory to every session.`,
      },
      { id: "no-init", text: "Its process stays in that container when its session is killed." },
    ];
  return [{ id: "no-container", text: "It runs without a container: its tools can read whatever you can." }];
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
  const url = databaseUrl(run.env);
  if (url !== null && containerHost(url) !== null)
    problems.push({
      id: "data-in-container",
      text: "Some versions of its set-up gave the database no volume: removing that container may remove every collection.",
    });
  return problems;
}

/** Where the collections are: its variables name a ChromaDB, or nothing does and the defaults of its versions hold. */
export function contextServerData(entry: ServerEntry, surroundings: EntrySurroundings): EarlierData {
  const { env, home, platform } = surroundings;
  const program = startedProgram(entry);
  // Its variables are the container's.
  if (program?.kind === "exec") return { kind: "unknown" };
  const run = containerRunOf(entry);
  const given = run === null ? { ...env, ...entry.env } : containerVariables(run, surroundings.readVariables);
  const lance = given["VESPO_DB_PATH"];
  if (lance) return { kind: "lancedb", directory: lance };
  const url = databaseUrl(given);
  if (url !== null) return urlData(url, run);
  // Without a ChromaDB the desktop version keeps a LanceDB below the home.
  if (run === null)
    return { kind: "lancedb", directory: clientPath("{home}/.vespo/lancedb", { env, home, platform, cwd: home }) };
  // Where its file of variables cannot be read: the later set-up always has this container in its own network.
  return run.network === setupNetwork
    ? { kind: "container", container: setupContainer, port: chromaPort, network: setupNetwork }
    : { kind: "unknown" };
}

function urlData(url: URL, run: ContainerRun | null): EarlierData {
  const container = run === null ? null : containerHost(url);
  if (container !== null)
    return { kind: "container", container, port: Number(url.port) || chromaPort, network: run?.network ?? null };
  // What containers call the machine that they run on.
  if (/^(?:host\.docker\.internal|host\.containers\.internal)$/i.test(url.hostname)) url.hostname = "localhost";
  // With its path and its password, as it was reached.
  return { kind: "url", url: url.href.replace(/\/$/, ""), tenant: null, database: null, headers: {} };
}

/** The name of a container as the host of the database's address: a word without a dot that is not this machine. */
function containerHost({ hostname }: URL): string | null {
  return /^[a-z0-9][\w-]*$/i.test(hostname) && hostname !== "localhost" ? hostname : null;
}

function databaseUrl(env: Readonly<Record<string, string | undefined>>): URL | null {
  for (const name of ["CHROMA_URL", "CHROMADB_URL", "REMOTE_CHROMA_URL", "LOCAL_CHROMA_URL"]) {
    const text = env[name];
    if (text && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  }
  return null;
}
