import type { MetadataValue } from "../core/document.ts";
import type { PhotoBurst } from "../core/search.ts";
import type { Connection } from "./connection.ts";

/** Finds the series of which a photo is part; each folder is read once. */
export type BurstFinder = (photo: { readonly documentId: number; readonly path: string }) => PhotoBurst | null;

interface SiblingRow {
  readonly id: number;
  readonly path: string;
  readonly takenAt: string | null;
  readonly camera: string | null;
  readonly title: string | null;
  readonly caption: string | null;
}

interface TimedPhoto extends SiblingRow {
  readonly takenMs: number;
}

const maxGapMs = 2_000;
/** Two photos within two seconds are two photos. */
const leastPhotos = 3;
/** Cameras that take more in a second write parts of it, too: these times are of a program that knew no better. */
const maxAtOneTime = 15;
/** They date what they read as somebody told them to. */
const scanner = /\bscan|scan(?:ner|jet|snap|maker)?\b|\bperfection\b|\bcoolscan|\bplustek|\bflextight/i;
const maxFolder = 20_000;
const maxPaths = 50;

const siblingsSql = `
  SELECT d.id, d.path, json_extract(d.metadata, '$.takenAt') AS takenAt, json_extract(d.metadata, '$.camera') AS camera,
    json_extract(d.metadata, '$.title') AS title, json_extract(d.metadata, '$.caption') AS caption
  FROM documents own JOIN documents d ON d.collection_id = own.collection_id AND d.source_id = own.source_id
  WHERE own.id = ? AND d.path >= ? AND d.path < ? AND d.category = 'images' AND instr(substr(d.path, ?), '/') = 0
  LIMIT ${maxFolder}`;

/** Makes finders; one is for one search. */
export function createBurstFinders(connection: Connection): () => BurstFinder {
  const siblings = connection.prepare<SiblingRow>(siblingsSql);
  return () => {
    const burstOf = new Map<number, PhotoBurst>();
    const read = new Set<number>();
    return ({ documentId, path }) => {
      if (!read.has(documentId)) {
        const folder = path.slice(0, path.lastIndexOf("/") + 1);
        // Behind every path of the folder, and before all else: "0" comes after "/".
        const end = folder === "" ? "\u{10ffff}" : `${folder.slice(0, -1)}0`;
        const rows = siblings.all(documentId, folder, end, folder.length + 1);
        for (const row of rows) read.add(row.id);
        for (const [id, burst] of burstsAmong(rows)) burstOf.set(id, burst);
        read.add(documentId);
      }
      return burstOf.get(documentId) ?? null;
    };
  };
}

/** The series among photos of one folder, by the row of each of their photos. */
function burstsAmong(rows: readonly SiblingRow[]): Map<number, PhotoBurst> {
  const timed = rows.flatMap((row): TimedPhoto[] => {
    const takenMs = takenMsOf(row.takenAt);
    // Midnight to the second is a day without a time.
    const isOfNoClock = /T00:00:00(?![.\d])/.test(row.takenAt ?? "") || scanner.test(row.camera ?? "");
    return takenMs === null || isOfNoClock ? [] : [{ ...row, takenMs }];
  });
  const bursts = new Map<number, PhotoBurst>();
  for (const photos of Map.groupBy(timed, ({ camera }) => camera ?? "").values()) {
    const inOrder = photos.toSorted(
      (a, b) => a.takenMs - b.takenMs || a.path.localeCompare(b.path, "en", { numeric: true }),
    );
    for (const run of runsOf(inOrder).filter(isBurst)) {
      const paths = run.map(({ path }) => path);
      const [first = ""] = paths;
      const burst = { photos: stemsOf(run).size, first, last: paths.at(-1) ?? first, paths: paths.slice(0, maxPaths) };
      for (const { id } of run) bursts.set(id, burst);
    }
  }
  return bursts;
}

function runsOf(inOrder: readonly TimedPhoto[]): TimedPhoto[][] {
  const runs: TimedPhoto[][] = [];
  for (const photo of inOrder) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && photo.takenMs - last.takenMs <= maxGapMs) run.push(photo);
    else runs.push([photo]);
  }
  return runs;
}

function isBurst(run: readonly TimedPhoto[]): boolean {
  if (stemsOf(run).size < leastPhotos) return false;
  const atOneTime = Map.groupBy(run, ({ takenMs }) => takenMs);
  if ([...atOneTime.values()].some((photos) => stemsOf(photos).size > maxAtOneTime)) return false;
  // Who says of each what it shows has told them apart.
  return isOneText(run, ({ caption }) => caption) && isOneText(run, ({ title }) => title);
}

/** Photos without a text are as the others; the name of its own file is no text. */
function isOneText(run: readonly TimedPhoto[], textOf: (photo: TimedPhoto) => string | null): boolean {
  const texts = run.flatMap((photo) => {
    const text = textOf(photo);
    return text === null || photo.path.includes(text) ? [] : [text];
  });
  return new Set(texts).size <= 1;
}

/** A raw file and its JPEG are one photo. */
function stemsOf(run: readonly TimedPhoto[]): Set<string> {
  return new Set(run.map(({ path }) => path.replace(/\.[^./]*$/, "").toLowerCase()));
}

/** Epoch ms of a time as metadata have it; one without a zone as if it were UTC. Null for a day without a time. */
export function takenMsOf(takenAt: MetadataValue | null | undefined): number | null {
  if (typeof takenAt !== "string" || !takenAt.includes("T")) return null;
  const ms = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(takenAt) ? takenAt : `${takenAt}Z`);
  return Number.isNaN(ms) ? null : ms;
}
