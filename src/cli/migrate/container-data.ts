import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { homePaths } from "../../config/load-settings.ts";
import { currentProgram } from "../../config/program.ts";
import { labelFlags, ownLabels } from "../../container/owner-label.ts";
import { findRuntime, type Runtime } from "../../container/runtime.ts";
import { CommonsError } from "../../core/errors.ts";
import { makePrivateDirectory } from "../../portable/earlier/private-directory.ts";

/** A directory with the database of a container or volume; `close` removes what was copied out. */
export interface ContainerData {
  readonly directory: string;
  close(): Promise<void>;
}

export interface ContainerTools {
  readonly runtime: Runtime;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Where copies go. */
  readonly scratch: string;
}

/** Where the images of ChromaDB have their data: 1.x, up to 0.6, and 0.4. */
const dataDirectories = ["/data", "/chroma/chroma", "/chroma/.chroma/index", "/index_data"];
const databaseFiles = ["chroma.sqlite3", "chroma.sqlite3-wal", "chroma.sqlite3-journal"] as const;
const mountPoint = "/commons-earlier";
const askMs = 20_000;
const copyMs = 600_000;

/** Errors: CONTAINERS_UNAVAILABLE. */
export function containerTools(wanted: string, rest: Omit<ContainerTools, "runtime">): ContainerTools {
  return { ...rest, runtime: findRuntime(wanted, rest.env) };
}

/**
 * The database of a volume: where the system has it, when this user may read that, else copied out of a container that has the volume, or
 * of one that is made for it and never started. No image is fetched. Errors: MIGRATION_UNUSABLE, CONTAINERS_UNAVAILABLE.
 */
export async function openVolume(volume: string, tools: ContainerTools): Promise<ContainerData> {
  const directory = (await told(tools, ["volume", "inspect", "--format", "{{.Mountpoint}}", volume])).trim();
  const isReadable = await access(join(directory, "."), constants.R_OK | constants.X_OK).then(
    () => directory !== "",
    () => false,
  );
  if (isReadable) return { directory, close: () => Promise.resolve() };
  const [holder] = lines(await told(tools, ["ps", "--all", "--filter", `volume=${volume}`, "--format", "{{.ID}}"]));
  if (holder !== undefined) {
    const format = `{{range .Mounts}}{{if eq .Name "${volume}"}}{{.Destination}}{{end}}{{end}}`;
    const place = (await told(tools, ["inspect", "--format", format, holder])).trim();
    if (place !== "") return copyOut(holder, [place], tools);
  }
  return copyByNewContainer(volume, tools);
}

/** The database of a container, running or not, from its volumes or its own layer. Errors: MIGRATION_UNUSABLE, CONTAINERS_UNAVAILABLE. */
export async function openContainer(container: string, tools: ContainerTools): Promise<ContainerData> {
  const mounts = lines(
    await told(tools, ["inspect", "--format", "{{range .Mounts}}{{println .Destination}}{{end}}", container]),
  );
  return copyOut(container, [...new Set([...mounts, ...dataDirectories])], tools);
}

/** Where a container's port can be reached from this machine; null: nowhere, or it does not run. */
export async function publishedAddress(container: string, port: number, tools: ContainerTools): Promise<string | null> {
  const answer = await ran(tools, ["port", container, `${port}/tcp`]);
  const published = /:(\d{1,5})\s*$/.exec(lines(answer.stdout)[0] ?? "")?.[1];
  return answer.code === 0 && published !== undefined ? `http://127.0.0.1:${published}` : null;
}

/** Volumes and containers that look like ChromaDB's, by name and image. */
export async function chromaLooks(tools: ContainerTools): Promise<{ volumes: string[]; containers: string[] }> {
  const volumes = lines(await told(tools, ["volume", "ls", "--format", "{{.Name}}"])).filter((name) =>
    /chroma/i.test(name),
  );
  const rows = lines(await told(tools, ["ps", "--all", "--format", "{{.Names}}\t{{.Image}}"])).map((row) =>
    row.split("\t"),
  );
  const isServer = ([name = "", image = ""]: string[]) =>
    name === "chromadb-vespo" || /(?:^|\/)chromadb\/chroma(?:[:@]|$)/.test(image);
  return { volumes, containers: rows.filter(isServer).map(([name = ""]) => name) };
}

async function copyByNewContainer(volume: string, tools: ContainerTools): Promise<ContainerData> {
  const [image] = lines(await told(tools, ["image", "ls", "--format", "{{.ID}}"]));
  if (image === undefined)
    throw new CommonsError(
      "CONTAINERS_UNAVAILABLE",
      `There is no image to read the volume ${volume} with, and none is fetched.`,
      {
        hint: "Start the container that has the volume and give its address (--from http://127.0.0.1:8003), or copy the volume to a directory as root.",
      },
    );
  // nocopy: an empty volume would be filled from the image. It is never started, so the program in it does not matter.
  const mount = `${volume}:${mountPoint}:ro,nocopy`;
  // What a kill leaves of it, commons doctor --fix removes.
  const labels = ownLabels({
    kind: "migration",
    home: homePaths(tools.env).home,
    version: currentProgram().version,
    start: randomUUID(),
  });
  const create = ["create", "--pull=never", "--network=none", ...labelFlags(labels), "-v", mount, image, "true"];
  const made = (await told(tools, create)).trim().split("\n").at(-1) ?? "";
  try {
    return await copyOut(made, [mountPoint], tools);
  } finally {
    // Without the signal: what was made must go also when somebody cancels.
    await ran({ ...tools, signal: AbortSignal.timeout(askMs) }, ["rm", "--force", made]);
  }
}

async function copyOut(
  container: string,
  directories: readonly string[],
  tools: ContainerTools,
): Promise<ContainerData> {
  const { path: directory, close } = await makePrivateDirectory(tools.scratch);
  try {
    for (const from of directories) {
      const [database, ...companions] = databaseFiles;
      if (!(await copied(container, `${from}/${database}`, directory, tools))) continue;
      for (const file of companions) await copied(container, `${from}/${file}`, directory, tools);
      return { directory, close };
    }
    throw new CommonsError(
      "MIGRATION_UNUSABLE",
      `No database of ChromaDB is in ${directories.join(", ")} of ${container}.`,
      {
        hint: "If it has its data elsewhere: docker cp CONTAINER:DIRECTORY . and then commons migrate --from DIRECTORY",
      },
    );
  } catch (error) {
    await close();
    throw error;
  }
}

async function copied(container: string, path: string, to: string, tools: ContainerTools): Promise<boolean> {
  const { code, stderr } = await ran(tools, ["cp", `${container}:${path}`, `${to}/`], copyMs);
  if (code === 0) return true;
  if (/no such (?:file|container:path)|could not find|not found|does not exist/i.test(stderr)) return false;
  throw refusal(tools.runtime, stderr);
}

/** What the program wrote; errors in its own words where they are not known. */
async function told(tools: ContainerTools, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ran(tools, args);
  if (code === 0) return stdout;
  throw refusal(tools.runtime, stderr);
}

function refusal({ kind }: Runtime, stderr: string): CommonsError {
  const line = (stderr.trim().split("\n").at(-1) ?? "").slice(0, 300) || "it gave no reason";
  if (/permission denied/i.test(stderr))
    return new CommonsError("CONTAINERS_UNAVAILABLE", `You may not use ${kind} as this user.`, {
      hint: "Run the command as a user who may, or read the data by its address: commons migrate --from http://127.0.0.1:8003",
    });
  if (/cannot connect to|daemon running|error during connect|connection refused|podman machine/i.test(stderr))
    return new CommonsError("CONTAINERS_UNAVAILABLE", `${kind} is installed, but does not run.`, {
      hint:
        kind === "docker"
          ? "Start Docker Desktop, or the daemon: sudo systemctl start docker"
          : "Start its machine: podman machine start",
    });
  return new CommonsError("MIGRATION_UNUSABLE", `${kind} says: ${line}`, {
    hint: `Look at what there is: ${kind} volume ls, ${kind} ps --all`,
  });
}

async function ran(
  { runtime, env, signal }: ContainerTools,
  args: readonly string[],
  timeoutMs = askMs,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  try {
    const options = { env, signal, timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 4_000_000 } as const;
    return { code: 0, ...(await promisify(execFile)(runtime.command, [...args], options)) };
  } catch (error) {
    signal.throwIfAborted();
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    return { code: 1, stdout: "", stderr: said || (error instanceof Error ? error.message : String(error)) };
  }
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}
