import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { inflateSync } from "node:zlib";
import type { GitPlace } from "./git-facts.ts";
import { inflateExactly, openGitPack, openRegular, orNull, type GitObject, type GitPack } from "./git-pack.ts";

/** What git has stored of a repository, read from its files: git itself is never run, because a repository's settings can name commands. */
export interface GitObjects {
  /** The object of that name in hex; null when it is not there (a partial clone), larger than `maxBytes`, or damaged. */
  read(id: string, maxBytes: number): GitObject | null;
  close(): void;
}

const maxStores = 50;
const maxAlternateDepth = 5;
const maxAlternatesBytes = 100_000;
// Each is two open files. git joins packs long before.
const maxPacks = 200;
const looseHeader = 32;

/** Opens the object database with its alternates. Loose objects and packs are looked up when asked for. */
export function openGitObjects({ commonDirectory }: GitPlace, hashBytes: 20 | 32): GitObjects {
  const stores = storesOf(join(commonDirectory, "objects"));
  let packs: readonly GitPack[] | null = null;
  const openPacks = (): GitPack[] =>
    stores
      .flatMap(packIndexes)
      .slice(0, maxPacks)
      .flatMap((path) => openGitPack(path, hashBytes) ?? []);
  return {
    read: (id, maxBytes) => {
      for (const store of stores) {
        const loose = readLoose(join(store, id.slice(0, 2), id.slice(2)), maxBytes);
        if (loose !== null) return loose;
      }
      packs ??= openPacks();
      const name = Buffer.from(id, "hex");
      for (const pack of packs) {
        const found = pack.read(name, maxBytes);
        if (found !== null) return found;
      }
      return null;
    },
    close: () => {
      for (const pack of packs ?? []) pack.close();
      packs = [];
    },
  };
}

/** The directory itself and those that its `info/alternates` name, theirs too. */
function storesOf(objects: string): string[] {
  const stores = [objects];
  let level = [objects];
  for (let depth = 0; depth < maxAlternateDepth && level.length > 0; depth++) {
    level = level.flatMap(alternatesOf).filter((store) => !stores.includes(store) && isDirectory(store));
    stores.push(...level);
  }
  return stores.slice(0, maxStores);
}

function alternatesOf(store: string): string[] {
  using file = openRegular(join(store, "info", "alternates"));
  const lines = file?.read(0, maxAlternatesBytes).toString("utf8").split("\n") ?? [];
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => resolve(store, line));
}

function isDirectory(path: string): boolean {
  return orNull(() => statSync(path).isDirectory()) ?? false;
}

function packIndexes(store: string): string[] {
  const directory = join(store, "pack");
  const names = orNull(() => readdirSync(directory)) ?? [];
  return names.filter((name) => name.endsWith(".idx")).map((name) => join(directory, name));
}

/** A loose object: a zlib stream of "blob 12\0" and the bytes. */
function readLoose(path: string, maxBytes: number): GitObject | null {
  using file = openRegular(path);
  if (file === null) return null;
  const compressed = file.read(0, maxBytes + (maxBytes >>> 6) + 1_024);
  const begin = orNull(() => inflateBegin(compressed));
  const match = /^(commit|tree|blob|tag) (\d{1,12})\0/.exec(begin?.toString("latin1") ?? "");
  if (match === null || Number(match[2]) > maxBytes) return null;
  const whole = inflateExactly(compressed, match[0].length + Number(match[2]));
  // Safe: the pattern allows these four only.
  return whole === null ? null : { type: match[1] as GitObject["type"], bytes: whole.subarray(match[0].length) };
}

/** The first bytes of a stream, without the rest of it. */
function inflateBegin(compressed: Buffer): Buffer {
  // A stream that is cut anywhere gives what it holds so far when it is flushed.
  return inflateSync(compressed.subarray(0, 512), { finishFlush: 2, maxOutputLength: 1_000_000 }).subarray(
    0,
    looseHeader,
  );
}
