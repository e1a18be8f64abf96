import { lstatSync } from "node:fs";
import { join } from "node:path";
import { fileStat } from "../workspace/file-stat.ts";
import { chooseCopyToKeep, type KeepChoice, type KeepRules } from "./copy-to-keep.ts";
import { freedBytes, namesElsewhere, type Comparison, type Copy, type CopyGroup, type CopyLikeness } from "./copies.ts";
import { countOf } from "../core/quantities.ts";
import type { DuplicateFile, DuplicateGroup, DuplicatesInput, FolderPair } from "./duplicate-report.ts";

const maxFolderPairs = 10;
// Of larger groups the first stays: all would be compared with all.
const mostChosenFrom = 200;

/** A group whose copy to keep is chosen. */
interface DecidedGroup extends Omit<CopyGroup, "isNear"> {
  /** Place of the copy to keep. */
  readonly keep: number;
  readonly because: string;
  readonly wastedBytes: number;
}

/** By what a copy is chosen. */
interface KeepOptions {
  readonly rules: KeepRules;
  /** How many files are one item with a photo, by its path; only of photos that have some. */
  readonly companions: ReadonlyMap<string, number>;
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
  { limit, ...how }: KeepOptions & { readonly limit: DuplicatesInput["limit"] },
): GroupListing {
  const decided = found.flatMap((group) => decide(group, work, how));
  const ordered = decided.toSorted((a, b) => b.wastedBytes - a.wastedBytes);
  return {
    groups: ordered.slice(0, limit.groups).map((group) => listed(group, work, limit.filesPerGroup)),
    groupCount: decided.length,
    copies: decided.reduce((sum, { copies }) => sum + copies.length - 1, 0),
    wastedBytes: decided.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0),
    folders: folderPairs(decided, work),
  };
}

function decide(group: CopyGroup, work: Comparison, how: KeepOptions): DecidedGroup[] {
  const unchanged = [...group.copies.keys()].filter((index) => {
    const copy = group.copies[index];
    return copy !== undefined && isAsRead(copy, work);
  });
  if (unchanged.length < 2) return [];
  const { index: keep, because } = chosenOf(group, unchanged, { work, ...how });
  const isNear = group.isNear ?? (() => true);
  // Where the copy is gone that all were like, some may be like no other.
  const members = unchanged.filter((index) => index === keep || isNear(keep, index));
  const copies = members.flatMap((index) => group.copies[index] ?? []);
  if (copies.length < 2) return [];
  const place = members.indexOf(keep);
  return [
    {
      copies,
      isProven: group.isProven,
      compare: (a, b) => group.compare(members[a] ?? 0, members[b] ?? 0),
      keep: place,
      because,
      wastedBytes: copies.reduce((sum, copy, index) => (index === place ? sum : sum + freedBytes(copy)), 0),
    },
  ];
}

/** Which of some copies of a group stays, by its place in the group: one that all of them are like, if there is one. */
function chosenOf(
  { copies, isNear }: CopyGroup,
  among: readonly number[],
  { work, rules, companions }: KeepOptions & { readonly work: Comparison },
): KeepChoice {
  const facts = among.flatMap((index) => {
    const copy = copies[index];
    if (copy === undefined) return [];
    const { names, linkCount, sizeBytes, mtimeMs, worth } = copy;
    const path = work.files.path(names[0] ?? 0);
    const beside = companions.get(path) ?? 0;
    return [{ path, names: Math.max(names.length, linkCount), sizeBytes, mtimeMs, worth, companions: beside }];
  });
  const places = [...among.keys()];
  const isLikeAll = (place: number): boolean =>
    isNear === null || among.every((other) => other === among[place] || isNear(among[place] ?? 0, other));
  const candidates = among.length > mostChosenFrom && isNear !== null ? [0] : places.filter(isLikeAll);
  const { index, because } = chooseCopyToKeep(facts, rules, candidates.length === 0 ? places : candidates);
  return { index: among[index] ?? 0, because };
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
  const elsewhere = namesElsewhere(copy);
  const linked =
    elsewhere === 0
      ? null
      : `has ${countOf(elsewhere, "other name")} outside of what was compared: removing it frees nothing`;
  const notes = [copy.note, note, linked].filter((each) => each !== null);
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
      pair.wastedBytes += freedBytes(copy);
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
