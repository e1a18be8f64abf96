import { containerRunOf } from "./earlier-container.ts";
import type { EarlierEntry } from "./earlier-entry.ts";
import { programName, type StartedProgram, startedProgram } from "./earlier-program.ts";
import { type ServerEntry, startsThisProgram } from "./server-entry.ts";

export type EarlierKind = Pick<EarlierEntry, "kind" | "shownBy">;

// What the set-up scripts and packages of the context server were called, in all their versions.
const contextNames = [
  "chromadb_context_vespo",
  "chromadb-context-vespo",
  "chromadblocal-mcp-server",
  "chromamcp-vespo",
];
const contextDirectories = [...contextNames, "chroma-mcp-vespo", "vespo-patched"];
const contextImages = new Set([
  "chroma-mcp-vespo",
  "chroma-mcp-vespo-patched",
  "chromamcp-vespo",
  "chromadblocal-mcp-server",
]);
const contextContainers = new Set(["chromadb-mcp-server"]);
const databaseContainer = "chromadb-vespo";
const databaseVariables = /^(?:(?:REMOTE_|LOCAL_)?CHROMA_URL|CHROMADB_URL|VESPO_DB_PATH)$/;

/** Which of the earlier servers the entry starts; null: none of them. Only the program counts, not its arguments, nor words in a path. */
export function earlierKind(entry: ServerEntry): EarlierKind | null {
  if (startsThisProgram(entry)) return null;
  const program = startedProgram(entry);
  if (program === null) return null;
  const kind = kindOfProgram(program, entry);
  if (kind !== null) return { kind, shownBy: "program" };
  if (!/^chromadb[-_]context(?:[-_]vespo)?$|^chromadb[-_]vespo$/i.test(entry.name)) return null;
  // The name, and the variables that only its versions have: that is more than a name.
  const given = { ...entry.env, ...containerRunOf(entry)?.env };
  const isTold = Object.keys(given).some((name) => databaseVariables.test(name));
  return { kind: "context-server", shownBy: isTold ? "program" : "name" };
}

/** Whether the words of a process start one of the earlier servers. */
export function isEarlierCommand([command = "", ...args]: readonly string[]): boolean {
  const entry = { name: "", command, args, env: {}, url: null, isEnabled: true, toolTimeoutSeconds: null };
  return earlierKind(entry) !== null;
}

/** Whether a container is an earlier server's, or the database of one's set-up, by its name and its image. */
export function isEarlierContainer(name: string, image: string): boolean {
  return name === databaseContainer || contextContainers.has(name) || kindOfImage(image) !== null;
}

function kindOfProgram(program: StartedProgram, entry: ServerEntry): EarlierEntry["kind"] | null {
  if (program.kind === "package") return kindOfPackage(program);
  if (program.kind === "exec")
    return contextContainers.has(program.container) ? "context-server" : kindInside(program.args);
  return kindOfRun(entry) ?? (program.kind === "run" ? null : kindOfFile(program));
}

function kindOfRun(entry: ServerEntry): EarlierEntry["kind"] | null {
  const run = containerRunOf(entry);
  if (run === null) return null;
  const kind = kindOfImage(run.image);
  if (kind !== null) return kind;
  // Other programs have a docker-wrapper too: it is the earlier server's in its own directory, or where a ChromaDB is named beside it.
  const isOwn = run.wrapper !== null && /[\\/]\.codex[\\/]docker-wrapper\.\w+$/i.test(run.wrapper);
  const isWrapped = run.wrapper !== null && Object.keys(run.env).some((name) => /^CHROMA(?:DB)?_/.test(name));
  if (isOwn || isWrapped) return "context-server";
  return kindInside(run.command);
}

/** A general image, such as one of Python or uv, that is told what to start. */
function kindInside([command, ...args]: readonly string[]): EarlierEntry["kind"] | null {
  const program = command === undefined ? null : startedProgram({ command, args });
  if (program?.kind === "package") return kindOfPackage(program);
  return program?.kind === "program" || program?.kind === "script" ? kindOfFile(program) : null;
}

function kindOfPackage({ ecosystem, name }: Extract<StartedProgram, { kind: "package" }>): EarlierEntry["kind"] | null {
  if (ecosystem === "node") return contextNames.includes(name.toLowerCase()) ? "context-server" : null;
  const isOfficial =
    /^chroma[-_.]mcp(?:\.server)?$/i.test(name) || /github\.com[/:]chroma-core\/chroma-mcp\b/i.test(name);
  return isOfficial ? "chroma-mcp" : null;
}

/** `docker.io/mcp/chroma:latest` is `mcp/chroma`. Other people's images may have the same last part. */
function kindOfImage(image: string): EarlierEntry["kind"] | null {
  const name = image
    .toLowerCase()
    .replace(/@.*$/, "")
    .replace(/:[^/]*$/, "");
  const parts = name.split("/");
  if (/^(?:(?:docker\.io\/)?mcp\/chroma|(?:[\w.-]+\/)?chroma-core\/chroma-mcp|(?:localhost\/)?chroma-mcp)$/.test(name))
    return "chroma-mcp";
  const isLocal = /^(?:localhost\/)?chroma-mcp-server$/.test(name);
  return isLocal || contextImages.has(parts.at(-1) ?? "") ? "context-server" : null;
}

function kindOfFile(program: Extract<StartedProgram, { kind: "program" | "script" }>): EarlierEntry["kind"] | null {
  const name = programName(program.path);
  const isPython = program.kind === "program" || program.interpreter === "python";
  if (isPython && (name === "chroma-mcp" || /(?:^|[\\/])chroma_mcp[\\/]server\.py$/i.test(program.path)))
    return "chroma-mcp";
  if (program.kind === "program") return contextNames.includes(name) ? "context-server" : null;
  if (/[\\/]\.codex[\\/]docker-wrapper\.\w+$/i.test(program.path)) return "context-server";
  // A checkout of it: its own server file, right in the directory of that name or built below it.
  const [, directory = ""] =
    /([^\\/]+)(?:[\\/](?:dist|build|src))?[\\/](?:index|server|main)\.(?:[cm]?js|ts)$/i.exec(program.path) ?? [];
  return contextDirectories.includes(directory.toLowerCase()) ? "context-server" : null;
}
