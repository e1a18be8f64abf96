import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CollectionSummary } from "../core/collections.ts";
import type { Source } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { canonicalScope, type IngestScope } from "../core/scopes.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { ingestDirectory } from "../ingest/ingest.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import type { IngestRunInput } from "./ingest-run.ts";
import { knownCategories } from "./known-categories.ts";
import type { OpenWorkspace, Session } from "./session.ts";

/** What an input asks for of a directory, relative to its source. Errors: INPUT_INVALID for an unknown category. */
export function scopeOf(
  input: Pick<IngestRunInput, "recursive" | "categories" | "extensions" | "maxFiles" | "includeContent">,
  directory: string,
): IngestScope {
  return canonicalScope({
    directory,
    recursive: input.recursive,
    categories: knownCategories(input.categories) ?? null,
    extensions: input.extensions ?? null,
    maxFiles: input.maxFiles ?? null,
    includeContent: input.includeContent,
  });
}

/** The scope as the ingest takes it. */
export function selectionOf({ recursive, categories, extensions, maxFiles }: IngestScope) {
  return {
    recursive,
    ...(categories === null ? {} : { categories }),
    ...(extensions === null ? {} : { extensions }),
    ...(maxFiles === null ? {} : { maxFiles }),
  };
}

/** The key of an ingest of this scope into this collection. A temporary one is the session's own: another's of that name is other work. */
export function workKeyOf(
  session: Session,
  work: {
    readonly collection: Pick<CollectionSummary, "name" | "kind">;
    readonly source: Source;
    readonly scope: IngestScope;
  },
): string {
  const { collection, source, scope } = work;
  const parts = [collection.name, collection.kind === "temporary" ? session.id : "", source.key, scope];
  return `ingest ${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}`;
}

/** A scope as the hub's schema wants it, with lists that may be changed. */
export function savedScope(scope: IngestScope) {
  const { categories: kinds, extensions } = scope;
  return {
    ...scope,
    categories: kinds === null ? null : [...kinds],
    extensions: extensions === null ? null : [...extensions],
  };
}

/** What people see of such work: "src into frontend_code". `source` is the source's name. */
export function scopeTitle(scope: Pick<IngestScope, "directory">, source: string, collection: string): string {
  return `${scope.directory === "" ? source : scope.directory} into ${collection}`;
}

/** Makes the target mirror a scope of one of the session's directories; null when the scope's folder is not there. Errors: as of an ingest. */
export async function ingestScope(
  session: Session,
  what: { readonly place: OpenWorkspace; readonly scope: IngestScope; readonly target: DocumentTarget },
  how: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: IngestProgress) => void;
    readonly newSinceMs?: number | null;
  },
): Promise<IngestReport | null> {
  const { scope, target } = what;
  const { workspace } = what.place;
  const request = {
    ...(await session.reading()),
    ...how,
    ...selectionOf(scope),
    workspace,
    directory: join(workspace.root, scope.directory),
    includeContent: scope.includeContent,
  };
  try {
    return await ingestDirectory(request, { open: async () => target, find: async () => target });
  } catch (error) {
    const isGone =
      error instanceof CommonsError && (error.code === "PATH_NOT_FOUND" || error.code === "PATH_WRONG_KIND");
    if (isGone) return null;
    throw error;
  }
}
