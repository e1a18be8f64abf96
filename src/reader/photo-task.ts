import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import type { CheckedFile } from "../workspace/checked-file.ts";
import type { Unread } from "./document-reader.ts";

/** What an image says of itself. */
export async function readPhoto(
  _file: CheckedFile,
  _request: { readonly isWhole: boolean },
): Promise<PhotoFacts | Unread> {
  throw new Error("not built yet");
}
