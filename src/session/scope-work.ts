import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CollectionSummary } from "../core/collections.ts";
import type { KnownFile, Source } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { canonicalScope, type IngestScope } from "../core/scopes.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { fileTypeOf } from "../extract/registry.ts";
import { ingestDirectory } from "../ingest/ingest.ts";
import type { HasContent, IngestProgress, IngestReport } from "../ingest/requests.ts";
import { filterOf, isInScope } from "../ingest/select-files.ts";
import { isNameOnly } from "../reader/fingerprint.ts";
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

/**
 * Which paths a scope of names leaves alone: those that another scope of the same source and collection takes with their content. Two scopes
 * that disagree would otherwise rewrite each other's files for ever. Absent for a scope that wants contents itself.
 */
export function contentElsewhere(
  scope: IngestScope,
  others: readonly IngestScope[],
  stored: { readonly files: ReadonlyMap<string, KnownFile> } | null,
): { readonly hasContent?: HasContent } {
  const withContent = others.filter(({ includeContent }) => includeContent);
  if (scope.includeContent || withContent.length === 0) return {};
  const takers = withContent.map((other) => ({ other, isChosen: filterOf(selectionOf(other)) }));
  const isStored = (path: string) => {
    const file = stored?.files.get(path);
    return file !== undefined && !isNameOnly(file.fingerprint);
  };
  // A limit, or a kind that the name does not tell, is decided by the other scope when it reads: what it stored tells.
  const isSure = ({ maxFiles, categories }: IngestScope, path: string) =>
    maxFiles === null && (categories === null || fileTypeOf(path) !== null);
  return {
    hasContent: (path, paths) =>
      takers.some(
        ({ other, isChosen }) =>
          isInScope(other, path) && isChosen(path, paths) && (isSure(other, path) || paths.some(isStored)),
      ),
  };
}

/** Makes the target mirror a scope of one of the session's directories; null when the scope's folder is not there. Errors: as of an ingest. */
export async function ingestScope(
  session: Session,
  what: { readonly place: OpenWorkspace; readonly scope: IngestScope; readonly target: DocumentTarget },
  how: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: IngestProgress) => void;
    readonly newSinceMs?: number | null;
    readonly hasContent?: HasContent;
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
