import type { PhotoReport, PhotosInput } from "../photos/photo-report.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import type { Session } from "./session.ts";

export async function runPhotos(
  _session: Session,
  _input: PhotosInput,
  _options: { readonly signal: AbortSignal; readonly onProgress?: (progress: IngestProgress) => void },
): Promise<PhotoReport> {
  throw new Error("not built yet");
}
