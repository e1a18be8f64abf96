import { lstatSync } from "node:fs";
import { join } from "node:path";
import { fileStat } from "../workspace/file-stat.ts";
import { chooseCopyToKeep, type KeepRules } from "./copy-to-keep.ts";
import type { Comparison, Copy, CopyGroup, CopyLikeness } from "./copies.ts";
import type { DuplicateFile, DuplicateGroup, DuplicatesInput, FolderPair } from "./duplicate-report.ts";

const maxFolderPairs = 10;

/** A group whose copy to keep is chosen. */
interface DecidedGroup extends CopyGroup {
  /** Place of the copy to keep. */
  readonly keep: number;
  readonly because: string;
  readonly wastedBytes: number;
}

export interface GroupListing {
  readonly groups: readonly DuplicateGroup[];
  readonly groupCount: number;
  readonly copies: number;
  readonly wastedBytes: number;
  readonly folders: readonly FolderPair[];
}

/** Chooses the copies to keep and lists the groups, most wasted bytes first. What changed since it was read is noted, and in no group. */
export function listGroups(
  found: readonly CopyGroup[],
  work: Comparison,
  { limit, rules }: { readonly limit: DuplicatesInput["limit"]; readonly rules: KeepRules },
): GroupListing {
  const decided = found.flatMap((group) => decide(group, work, rules));
  const ordered = decided.toSorted((a, b) => b.wastedBytes - a.wastedBytes);
  return {
    groups: ordered.slice(0, limit.groups).map((group) => listed(group, work, limit.filesPerGroup)),
    groupCount: decided.length,
    copies: decided.reduce((sum, { copies }) => sum + copies.length - 1, 0),
    wastedBytes: decided.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0),
    folders: folderPairs(decided, work),
  };
}

function decide(group: CopyGroup, work: Comparison, rules: KeepRules): DecidedGroup[] {
  const isUnchanged = group.copies.map((copy) => isAsRead(copy, work));
  const kept = [...group.copies.keys()].filter((index) => isUnchanged[index]);
  const copies = kept.flatMap((index) => group.copies[index] ?? []);
  if (copies.length < 2) return [];
  const facts = copies.map(({ names, sizeBytes, mtimeMs, pixels }) => {
    return { path: work.files.path(names[0] ?? 0), names: names.length, sizeBytes, mtimeMs, pixels };
  });
  const { index, because } = chooseCopyToKeep(facts, rules);
  const allocated = copies.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0);
  return [
    {
      copies,
      isProven: group.isProven,
      compare: (a, b) => group.compare(kept[a] ?? 0, kept[b] ?? 0),
      keep: index,
      because,
      wastedBytes: allocated - (copies[index]?.allocatedBytes ?? 0),
    },
  ];
}

function isAsRead(copy: Copy, { root, files, notes }: Comparison): boolean {
  const path = files.path(copy.names[0] ?? 0);
  try {
    // A link that took a directory's place leads to another inode.
    if (fileStat(lstatSync(join(root, path), { bigint: true })).signature === copy.signature) return true;
  } catch {
    // It is gone, or a link took its place: changed, whatever the error says.
  }
  notes.changed(path);
  return false;
}

function listed(group: DecidedGroup, work: Comparison, most: number): DuplicateGroup {
  const order = [group.keep, ...[...group.copies.keys()].filter((index) => index !== group.keep)];
  const files = order.slice(0, most).flatMap((index) => {
    const copy = group.copies[index];
    if (copy === undefined) return [];
    return [fileOf(copy, index === group.keep ? itself : group.compare(group.keep, index), work)];
  });
  return {
    files,
    moreFiles: group.copies.length - files.length,
    keepBecause: `It is ${group.because}.`,
    wastedBytes: group.wastedBytes,
    isProven: group.isProven,
  };
}

const itself: CopyLikeness = { likeness: 1, note: null };

function fileOf(copy: Copy, { likeness, note }: CopyLikeness, { files }: Comparison): DuplicateFile {
  const { names, sizeBytes, mtimeMs } = copy;
  const [path = "", ...otherNames] = names.map((index) => files.path(index));
  const notes = [copy.note, note].filter((each) => each !== null);
  return { path, sizeBytes, mtimeMs, otherNames, likeness, note: notes.length === 0 ? null : notes.join(", ") };
}

/** Which folders have most copies of one another: often a whole folder was copied, and one line says it. */
function folderPairs(groups: readonly DecidedGroup[], { files }: Comparison): FolderPair[] {
  const pairs = new Map<string, { keep: string; other: string; files: number; wastedBytes: number }>();
  for (const { copies, keep } of groups) {
    const keepFolder = folderOf(files.path(copies[keep]?.names[0] ?? 0));
    for (const [index, copy] of copies.entries()) {
      const other = folderOf(files.path(copy.names[0] ?? 0));
      if (index === keep || other === keepFolder) continue;
      const key = `${keepFolder}\0${other}`;
      const pair = pairs.get(key) ?? { keep: keepFolder, other, files: 0, wastedBytes: 0 };
      pair.files++;
      pair.wastedBytes += copy.allocatedBytes;
      pairs.set(key, pair);
    }
  }
  return [...pairs.values()]
    .filter((pair) => pair.files > 1)
    .toSorted((a, b) => b.wastedBytes - a.wastedBytes)
    .slice(0, maxFolderPairs);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
