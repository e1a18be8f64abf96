import { readdir, readFile, stat } from "node:fs/promises";

export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its command line, arguments apart. */
  readonly words: readonly string[];
}

/** Processes of this user, from /proc; null where there is none. Others' and what ends meanwhile are left out. */
export async function processesOfUser(): Promise<SeenProcess[] | null> {
  if (process.platform !== "linux") return null;
  const uid = process.getuid?.();
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const seen = await Promise.all(
    pids.map(async (pid) => {
      try {
        if ((await stat(`/proc/${pid}`)).uid !== uid) return null;
        const [line, status] = await Promise.all([
          readFile(`/proc/${pid}/cmdline`, "utf8"),
          readFile(`/proc/${pid}/stat`, "utf8"),
        ]);
        // "pid (name) state parent": a name may hold anything, also brackets.
        const [, parent] = status.slice(status.lastIndexOf(")") + 2).split(" ");
        return { pid, parent: Number(parent), words: line.split("\0").filter(Boolean) };
      } catch {
        return null;
      }
    }),
  );
  return seen.filter((each) => each !== null);
}
