import type { Unread } from "../reader/document-reader.ts";
import { unreadFrom } from "../reader/unread.ts";
import { statChecked } from "../workspace/checked-file.ts";
import { noteUnread } from "./comparison-notes.ts";
import type { KeptPrints } from "./kept-prints.ts";
import { copyOf, inodeKey, requireWanted, type Comparison, type Copy } from "./copies.ts";

// As many as all readers have in hand, and some that wait for them.
const printsAhead = 16;

export interface PrintedFile<P> {
  readonly path: string;
  readonly copy: Copy;
  readonly print: P;
}

/** How prints are made, and where they are kept. */
export interface Printing<P> {
  /** Names the task and how it is asked: prints of one name are of one kind. */
  readonly name: string;
  readonly print: (path: string) => Promise<P | Unread>;
  readonly kept: KeptPrints;
}

/**
 * What `print` makes of every file, in the order of the list, a file with several names once; what cannot be read is noted. Ends early
 * when the time is over. Errors: CANCELLED, those of `print`.
 */
export async function printFiles<P extends object>(work: Comparison, printing: Printing<P>): Promise<PrintedFile<P>[]> {
  const { files } = work;
  const printed: (PrintedFile<P> | undefined)[] = Array.from({ length: files.length });
  const known = new Map<string, Copy>();
  let next = 0;
  const printNext = async (): Promise<void> => {
    while (next < files.length && !work.isTimeOver()) {
      requireWanted(work);
      const index = next++;
      const path = files.path(index);
      const copy = await newCopy(index, path, { work, known });
      const made = copy === null ? null : await printOnce({ path, copy }, work, printing);
      if (made !== null && isUnread(made)) noteUnread(work.notes, path, made);
      else if (copy !== null && made !== null) {
        printed[index] = { path, copy, print: made };
      }
      work.onSettled(1, files.sizeBytes(index), path);
    }
  };
  await Promise.all(Array.from({ length: printsAhead }, printNext));
  return printed.filter((each) => each !== undefined);
}

async function printOnce<P extends object>(
  { path, copy }: Pick<PrintedFile<P>, "path" | "copy">,
  { root, notes }: Comparison,
  { name, print, kept }: Printing<P>,
): Promise<P | Unread> {
  const key = `${name}:${root}/${path}:${copy.signature}`;
  // Safe: a key begins with the name of the printing, and each has prints of one kind.
  const known = kept.find(key) as P | undefined;
  if (known !== undefined) return known;
  const made = await print(path);
  if (isUnread(made)) return made;
  kept.keep(key, made);
  notes.read(copy.sizeBytes);
  return made;
}

function isUnread(made: object): made is Unread {
  return "kind" in made && (made.kind === "skipped" || made.kind === "failed");
}

/** null: another name of a file that is known, or gone. */
async function newCopy(
  index: number,
  path: string,
  { work, known }: { readonly work: Comparison; readonly known: Map<string, Copy> },
): Promise<Copy | null> {
  try {
    const stats = statChecked(path, work.root);
    const key = inodeKey(stats);
    const same = known.get(key);
    if (same === undefined) {
      const copy = copyOf(index, stats);
      known.set(key, copy);
      return copy;
    }
    same.names.push(index);
    work.notes.hardLinks(1);
  } catch (error) {
    noteUnread(work.notes, path, await unreadFrom(error, { root: work.root, path }));
  }
  return null;
}
