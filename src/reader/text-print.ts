import type { CheckedFile } from "../workspace/checked-file.ts";
import type { Unread } from "./document-reader.ts";

/** What a text is made of, small enough to keep for a hundred thousand files. */
export interface TextPrint {
  readonly kind: "text";
  /** Characters that are no white space. */
  readonly characters: number;
  /** sha256 of the text without white space, hex: equal for texts that differ in layout only. */
  readonly layoutFreeHash: string;
  /** A sketch of the runs of words: its share of equal places estimates the resemblance of two texts. */
  readonly sketch: Uint32Array;
}

export async function printText(
  _file: CheckedFile,
  _request: { readonly maxBytes: number },
): Promise<TextPrint | Unread> {
  throw new Error("not built yet");
}
