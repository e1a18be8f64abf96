import { decodeText } from "../decode.ts";
import type { Extracted, FileContent } from "../extracted.ts";

const headBytes = 1_048_576;
const lineFeed = 0x0a;

/** The first megabyte of a table as text, up to the end of a line; or the reason why there is none. */
export async function readHead(
  file: FileContent,
): Promise<{ kind: "text"; text: string } | (Extracted & { kind: "skipped" })> {
  const bytes = await file.read(0, headBytes);
  const isWhole = bytes.length >= file.sizeBytes;
  const last = bytes.lastIndexOf(lineFeed);
  const decoded = decodeText(isWhole || last === -1 ? bytes : bytes.subarray(0, last + 1));
  if (decoded.kind === "binary") return { kind: "skipped", reason: "binary" };
  if (decoded.text.trim() === "") return { kind: "skipped", reason: "empty" };
  return { kind: "text", text: decoded.text };
}
