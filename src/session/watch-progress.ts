import { z } from "zod";

const schema = z.object({
  state: z.enum(["mirroring", "watching", "polling", "gone", "failing"]),
  /** Why it polls, or what fails: a sentence. */
  reason: z.string().nullable(),
  /** Directories that are watched by the system's file events. */
  directories: z.number(),
  /** Files that were added, changed, renamed or removed in the collection since this session took the work. */
  filesUpdated: z.number(),
  lastChangeMs: z.number().nullable(),
  /** How far a look at the whole folder is: files done, and files to read, null while that is not known. */
  look: z.object({ done: z.number(), total: z.number().nullable() }).nullable().default(null),
});

/** What the session that does the work of a watch says of it to all others. */
export type WatchProgress = Readonly<z.output<typeof schema>>;

export const newWatchProgress: WatchProgress = {
  state: "mirroring",
  reason: null,
  directories: 0,
  filesUpdated: 0,
  lastChangeMs: null,
  look: null,
};

/** What another session said, maybe of another version of the program; null when it cannot be understood. */
export function parseWatchProgress(said: unknown): WatchProgress | null {
  const parsed = schema.safeParse(said);
  return parsed.success ? parsed.data : null;
}

/** The lease on a watch's work. */
export function watchKey(id: number): string {
  return `watch ${id}`;
}
