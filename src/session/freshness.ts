import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Freshness } from "../core/document.ts";
import { systemErrorCode } from "../core/errors.ts";
import type { Hit } from "../core/search.ts";
import { ingestPaths } from "../ingest/ingest.ts";
import { fileStat } from "../workspace/file-stat.ts";
import { ensureCollection } from "./collections.ts";
import type { OpenWorkspace, Session } from "./session.ts";

export interface CheckedHit extends Hit {
  readonly freshness: Freshness;
}

/** A search must not turn into an ingest: more stale files than this are only marked. */
const maxMended = 50;

/** Each hit with what the disk says of its file now; `own` null where the session has no workspace. */
export async function checkFreshness(own: OpenWorkspace | null, hits: readonly Hit[]): Promise<CheckedHit[]> {
  const byFile = new Map<string, Promise<Freshness>>();
  return Promise.all(
    hits.map(async (hit) => {
      if (hit.sourcePath === null) return { ...hit, freshness: "note" };
      if (own === null || hit.sourceKey !== own.source.key) return { ...hit, freshness: "unverified" };
      const key = `${hit.collection}\0${hit.path}`;
      const known = byFile.get(key) ?? compareWithDisk(own, hit);
      byFile.set(key, known);
      return { ...hit, freshness: await known };
    }),
  );
}

/** Ingests the files of changed and deleted hits again; returns their paths. A file that cannot be read again keeps its mark. */
export async function mendStale(session: Session, hits: readonly CheckedHit[], signal?: AbortSignal): Promise<string[]> {
  const stale = new Map<string, Set<string>>();
  for (const hit of hits) {
    if (hit.freshness !== "changed" && hit.freshness !== "deleted") continue;
    stale.set(hit.collection, (stale.get(hit.collection) ?? new Set()).add(hit.path));
  }
  const mended: string[] = [];
  if (stale.size === 0) return mended;
  const open = await session.workspace();
  const settings = await session.settings();
  for (const [name, paths] of stale) {
    const chosen = [...paths].slice(0, maxMended);
    const target = session.target(await ensureCollection(session, name, "any"), open.source);
    const request = {
      workspace: open.workspace,
      paths: chosen,
      maxFileBytes: settings["ingest.maxFileBytes"],
      includeContent: true,
      signal: signal ?? new AbortController().signal,
    };
    await ingestPaths(request, target);
    mended.push(...chosen);
  }
  return mended;
}

async function compareWithDisk({ workspace }: OpenWorkspace, hit: Hit): Promise<Freshness> {
  try {
    const now = fileStat(await lstat(join(workspace.root, hit.path), { bigint: true }));
    if (now.signature === hit.stat.signature) return "fresh";
    // The times moved, or were too close to the reading to prove anything: the bytes decide.
    if (now.sizeBytes !== hit.stat.sizeBytes) return "changed";
    return (await hashFile(workspace, hit.path)) === hit.contentHash ? "fresh" : "changed";
  } catch (error) {
    const code = systemErrorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "deleted" : "changed";
  }
}

async function hashFile(workspace: OpenWorkspace["workspace"], path: string): Promise<string> {
  await using file = await workspace.openInside(path);
  return createHash("sha256").update(await file.readFile()).digest("hex");
}
