import { chmod, lstat, readdir } from "node:fs/promises";
import type { Stats } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../../core/errors.ts";
import {
  type DoctorCheck,
  type DoctorContext,
  failure,
  type Finding,
  note,
  ok,
  type Repair,
  warning,
} from "./finding.ts";

interface LooseFile {
  readonly path: string;
  readonly mode: number;
}

// Chroma's and the models' own trees are behind the home's 0700; these are what others must never read.
const deepestLook = 3;
const mostFiles = 5_000;

/** The home and what is in it belong to the user alone. */
export const checkPermissions: DoctorCheck = {
  area: "permissions",
  run: async ({ paths }) => {
    if (process.platform === "win32") return [ok("the home follows the permissions of the user's profile")];
    const home = await lookAt(paths.home);
    if (home === null) return [ok(`there is no home yet (${paths.home})`)];
    const findings: Finding[] = [];
    if (home.isSymbolicLink()) findings.push(note(`The home ${paths.home} is a link.`, "That is fine if you made it."));
    const walked = await walk(await walkRoot(paths.home));
    if (walked.foreign.length > 0)
      findings.push(
        failure(
          `Files of the home belong to another user: ${shown(walked.foreign)}.`,
          `Give them back: sudo chown -R "$USER" ${paths.home}`,
        ),
      );
    // Behind a home that only its user may enter, nobody gets at what is open.
    const say = walked.loose.some(({ path }) => path === paths.home || path === join(paths.home, "/"))
      ? failure
      : warning;
    if (walked.loose.length > 0)
      findings.push(
        say(
          `Others may read or write ${walked.loose.length === 1 ? "" : `${walked.loose.length} files, among them `}${shown(walked.loose.map(({ path }) => path))}.`,
          "commons doctor --fix takes that from them.",
          tighten,
        ),
      );
    if (walked.closed.length > 0)
      findings.push(
        failure(
          `The program may not use its own files: ${shown(walked.closed.map(({ path }) => path))}.`,
          "commons doctor --fix sets their permissions.",
          tighten,
        ),
      );
    return findings.some(({ level }) => level !== "note")
      ? findings
      : [...findings, ok(`the home is yours alone (${paths.home})`)];
  },
};

const tighten: Repair = {
  key: "permissions",
  title: "Take the home's files from others, and give the program back what it needs of them",
  needsConsent: false,
  run: async ({ paths }: DoctorContext) => {
    let changed = 0;
    // A directory that was closed shows more only after it is opened.
    for (let round = 0; round < deepestLook + 1; round++) {
      const { loose, closed } = await walk(await walkRoot(paths.home));
      if (loose.length + closed.length === 0) break;
      for (const { path, mode } of [...loose, ...closed]) await chmod(path, mode);
      changed += loose.length + closed.length;
    }
    return [`The permissions of ${changed} files and directories were set.`];
  },
};

/** Where the walk begins: a home that is a link is the directory behind it. */
async function walkRoot(home: string): Promise<string> {
  return (await lookAt(home))?.isSymbolicLink() === true ? join(home, "/") : home;
}

interface Walked {
  readonly loose: readonly LooseFile[];
  /** Without leave for their owner. */
  readonly closed: readonly LooseFile[];
  readonly foreign: readonly string[];
}

async function walk(root: string): Promise<Walked> {
  const [loose, closed, foreign]: [LooseFile[], LooseFile[], string[]] = [[], [], []];
  const uid = process.getuid?.() ?? 0;
  let seen = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    const stat = await lookAt(path);
    if (stat === null || stat.isSymbolicLink() || ++seen > mostFiles) return;
    const wanted = stat.isDirectory() ? 0o700 : leaveNeeded(root, path);
    // What may be run by its owner, as the engine's files, stays so.
    const right = { path, mode: (stat.mode & 0o700) | wanted };
    if (stat.uid !== uid) foreign.push(path);
    else if (!isOwn(root, path, depth)) return;
    else if ((stat.mode & wanted) !== wanted) closed.push(right);
    else if ((stat.mode & 0o077) !== 0) loose.push(right);
    if (!stat.isDirectory() || depth >= deepestLook) return;
    const names = await readdir(path).catch((error: unknown) => {
      if (systemErrorCode(error) === "EACCES") return [];
      throw error;
    });
    for (const name of names) await visit(join(path, name), depth + 1);
  };
  await visit(root, 0);
  return { loose, closed, foreign };
}

/** The program writes its catalog, locks and log; what else it keeps it reads, or replaces as a whole. */
function leaveNeeded(root: string, path: string): number {
  return ["catalog", "hub"].includes(topOf(root, path)) ? 0o600 : 0o400;
}

function topOf(root: string, path: string): string {
  return path.slice(root.length).split("/").find(Boolean) ?? "";
}

/** Behind a home that only its user may enter, other programs' files may have any mode; ours have their own. */
function isOwn(root: string, path: string, depth: number): boolean {
  if (depth === 0) return true;
  return !["engine", "models", "cache"].includes(topOf(root, path));
}

async function lookAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(systemErrorCode(error) ?? "")) return null;
    throw error;
  }
}

function shown(paths: readonly string[]): string {
  return paths.slice(0, 3).join(", ") + (paths.length > 3 ? " ..." : "");
}
