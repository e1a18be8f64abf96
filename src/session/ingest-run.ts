import { categories, type Category, type Metadata } from "../core/document.ts";
import { requireCollectionName } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import { countOf } from "../core/quantities.ts";
import { ingestDirectory, ingestFile } from "../ingest/ingest.ts";
import type { IngestProgress, IngestReport, TargetDoor } from "../ingest/requests.ts";
import { defaultCollection, ensureCollection, findCollection } from "./collections.ts";
import type { OpenWorkspace, Session } from "./session.ts";

export interface IngestRunInput {
  /** In the workspace; null is its root. A file or a directory. */
  readonly path: string | null;
  /** null: the workspace's default collection. */
  readonly collection: string | null;
  readonly kind: "permanent" | "temporary" | "any";
  readonly recursive: boolean;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
  readonly maxFiles?: number;
  /** False: names and metadata only. */
  readonly includeContent: boolean;
  /** Added to a single file's own. */
  readonly metadata?: Metadata;
}

export interface IngestRunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/**
 * Brings a collection up to date with a file or directory of the session's workspace. Errors: those of paths, names and the hub;
 * CANCELLED, with everything written so far kept.
 */
export async function runIngest(
  session: Session,
  input: IngestRunInput,
  options: IngestRunOptions = {},
): Promise<{ collection: string; report: IngestReport }> {
  const open = await session.workspace();
  const place = await open.workspace.resolve(input.path ?? ".");
  const name = requireCollectionName(input.collection ?? (await defaultCollection(session, open)));
  const wanted = knownCategories(input.categories);
  const own = (await session.places()).find(({ workspace }) => workspace.root === place.root) ?? open;
  const door = doorTo(session, { name, kind: input.kind, own });
  const shared = {
    workspace: own.workspace,
    ...(await session.reading()),
    includeContent: input.includeContent,
    signal: options.signal ?? new AbortController().signal,
  };
  try {
    if (place.kind === "file")
      return {
        collection: name,
        report: await ingestFile(
          { ...shared, path: place.absolute, ...(input.metadata === undefined ? {} : { metadata: input.metadata }) },
          door,
        ),
      };
    const onProgress = (progress: IngestProgress) => {
      void session.describe(`${progressText(progress)} into ${name}`);
      options.onProgress?.(progress);
    };
    const report = await ingestDirectory(
      {
        ...shared,
        directory: place.absolute,
        recursive: input.recursive,
        onProgress,
        ...(wanted === undefined ? {} : { categories: wanted }),
        ...(input.extensions === undefined ? {} : { extensions: input.extensions }),
        ...(input.maxFiles === undefined ? {} : { maxFiles: input.maxFiles }),
      },
      door,
    );
    return { collection: name, report };
  } finally {
    await session.describe(null, { isFinal: true });
  }
}

function doorTo(
  session: Session,
  place: { readonly name: string; readonly kind: IngestRunInput["kind"]; readonly own: OpenWorkspace },
): TargetDoor {
  const { name, kind, own } = place;
  return {
    open: async () => session.target(await ensureCollection(session, name, kind), own.source),
    find: async () => {
      const found = await findCollection(session, name);
      return found === null ? null : session.target(found, own.source);
    },
  };
}

/** "ingesting 12 of 40 files", "scanning 18,000 names". */
function progressText({ phase, scanned, done, total }: IngestProgress): string {
  if (phase !== "write") return `scanning ${countOf(scanned, "name")}`;
  return `ingesting ${done.toLocaleString("en-US")} of ${countOf(total ?? done, "file")}`;
}

/** Checks names of categories, also in the singular ("image"). Errors: INPUT_INVALID with the known ones. */
export function knownCategories(given: readonly string[] | undefined): Category[] | undefined {
  return given?.map((name) => {
    const wanted = name.trim().toLowerCase();
    const found = categories.find((category) => category === wanted || category === `${wanted}s`);
    if (found !== undefined) return found;
    throw new CommonsError("INPUT_INVALID", `There is no category "${name.slice(0, 60)}".`, {
      hint: `Categories: ${categories.join(", ")}.`,
    });
  });
}
