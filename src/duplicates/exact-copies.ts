import { createBreather } from "../workspace/directory-listing.ts";
import { copyOf, inodeKey, requireWanted, type Comparison, type Copy, type CopyGroup } from "./copies.ts";
import { look, readEnds, type DiskPace, type SameEnds } from "./file-ends.ts";
import { digestBytes, endBytes, hashSmall, hashWhole, smallBytes, wholeBytes } from "./file-hash.ts";
import { sizeClasses, type SizeClass } from "./same-size.ts";

const hashedAtOnce = 4;
// Of a hash of nothing: the file was not read to its end.
const unread = Buffer.alloc(0);

/** What is to be decided on: files whose size stands more than once. */
export interface ExactWork {
  readonly classes: readonly SizeClass[];
  readonly files: number;
  readonly sizeBytes: number;
}

export function exactWork({ files }: Pick<Comparison, "files">): ExactWork {
  const classes = sizeClasses(files);
  const count = classes.reduce((sum, each) => sum + each.files.length, 0);
  return {
    classes,
    files: count,
    sizeBytes: classes.reduce((sum, each) => sum + each.files.length * each.sizeBytes, 0),
  };
}

/**
 * Groups of equal files: of one size, then of equal head and tail, then (`isFull`) of one sha256 of all bytes. Only files whose size
 * stands more than once are opened, a file with several names is read once. When the time is over, what was not decided on is not
 * settled. Errors: the signal's.
 */
export async function* exactCopies(
  { classes }: ExactWork,
  work: Comparison,
  { isFull }: { readonly isFull: boolean },
): AsyncGenerator<CopyGroup> {
  const pace: DiskPace = { isSlow: false, breather: createBreather() };
  for (const sizeClass of classes) {
    if (work.isTimeOver()) return;
    const { sizeBytes } = sizeClass;
    const ends = await readEnds(sizeClass, work, pace);
    work.notes.read(ends.opened * Math.min(sizeBytes, 2 * endBytes));
    const isProven = sizeBytes <= wholeBytes;
    const repeated = ends.repeated();
    const undecided = isFull && !isProven ? repeated.reduce((sum, { length }) => sum + length, 0) : 0;
    settle(work, ends.opened - undecided, sizeClass);
    for (const files of repeated) {
      const copies = mergeNames(files, work);
      if (copies.length > 1 && isFull && !isProven) yield* hashedCopies(copies, work, pace);
      else if (copies.length > 1) yield groupOf(copies, isProven);
      if (undecided > 0 && !work.isTimeOver()) settle(work, files.length, sizeClass);
    }
  }
}

/** Files that are one file on the disk become one copy. */
function mergeNames(ends: SameEnds, { notes }: Comparison): Copy[] {
  const copies = new Map<string, Copy>();
  for (const { index, stats } of ends) {
    const same = copies.get(inodeKey(stats));
    if (same === undefined) copies.set(inodeKey(stats), copyOf(index, stats));
    else {
      same.names.push(index);
      notes.hardLinks(1);
    }
  }
  return [...copies.values()];
}

async function* hashedCopies(copies: readonly Copy[], work: Comparison, pace: DiskPace): AsyncGenerator<CopyGroup> {
  const classes = new Map<string, Copy[]>();
  const waiting = [...copies];
  const hashNext = async (): Promise<void> => {
    for (let copy = waiting.shift(); copy !== undefined && !work.isTimeOver(); copy = waiting.shift()) {
      const digest = await hashOf(copy, work, pace);
      if (digest === null) continue;
      const key = digest.toString("latin1");
      const members = classes.get(key);
      if (members === undefined) classes.set(key, [copy]);
      else members.push(copy);
    }
  };
  await Promise.all(Array.from({ length: hashedAtOnce }, hashNext));
  for (const members of classes.values()) if (members.length > 1) yield groupOf(members, true);
}

async function hashOf(copy: Copy, work: Comparison, pace: DiskPace): Promise<Buffer | null> {
  requireWanted(work);
  const { signal, isTimeOver } = work;
  const reading = { signal, isTimeOver, onBytes: work.notes.read };
  if (pace.breather.isDue()) await pace.breather.pause();
  const digest = await look(copy.names[0] ?? 0, work, async (file) => {
    if (copy.sizeBytes <= smallBytes && !pace.isSlow) return hashSmall(file, copy.sizeBytes, reading);
    const hashed = await hashWhole(file, copy.sizeBytes, reading);
    return hashed === null && isTimeOver() ? unread : hashed;
  });
  requireWanted(work);
  return digest?.length === digestBytes ? digest : null;
}

function groupOf(copies: readonly Copy[], isProven: boolean): CopyGroup {
  return { copies, isProven, compare: () => ({ likeness: 1, note: null }), isNear: null };
}

function settle(work: Comparison, count: number, { files, sizeBytes }: SizeClass): void {
  work.onSettled(count, count * sizeBytes, work.files.path(files[0] ?? 0));
}
