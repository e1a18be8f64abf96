import type { IngestProgress } from "../ingest/requests.ts";
import type { PhotoReport, PhotosInput } from "../photos/photo-report.ts";
import { readOnePhoto } from "../photos/one-photo.ts";
import { readPhotos } from "../photos/read-photos.ts";
import { createCompanionFinder } from "../workspace/companion-finder.ts";
import type { Session } from "./session.ts";

/**
 * What an image, or all images of a directory, say of themselves; also in the directories that the session was allowed besides its
 * workspace. Errors: those of `workspace.resolve`, FILE_NOT_READABLE for a single file, CANCELLED.
 */
export async function runPhotos(
  session: Session,
  input: PhotosInput,
  options: { readonly signal: AbortSignal; readonly onProgress?: (progress: IngestProgress) => void },
): Promise<PhotoReport> {
  const { workspace } = await session.workspace();
  const work = { ...options, ...(await session.reading()) };
  const resolved = await workspace.resolve(input.path);
  const places = resolved.root === workspace.root ? [] : await session.places();
  const allowed = places.find((place) => place.workspace.root === resolved.root)?.workspace ?? workspace;
  if (resolved.kind === "file")
    return readOnePhoto({ ...resolved, input: input.path, finder: createCompanionFinder(allowed) }, work);
  if (allowed === workspace) return readPhotos(workspace, input, work);
  return readPhotos(allowed, { ...input, path: resolved.absolute }, work);
}
