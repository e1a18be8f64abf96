import { chunkDocument } from "../chunk/registry.ts";
import type { Chunk, Metadata, SkipReason } from "../core/document.ts";
import { metadataKeyFault } from "../core/metadata-rule.ts";
import { packChunks } from "../core/writes.ts";
import type { FileContent } from "../extract/extracted.ts";
import { fileTypeByContent, fileTypeOf, readingOf } from "../extract/registry.ts";
import { isSecretText } from "../workspace/secret-names.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import { CompanionFiles } from "./companion-files.ts";
import type { DocumentContent, ReadRequest, ReadResult, Unread } from "./document-reader.ts";
import { extractByRules } from "./extract-by-rules.ts";
import { runFileTask, type FileReader } from "./file-tasks.ts";
import { categoryOf } from "./fingerprint.ts";
import { readName, readStable } from "./file-reading.ts";
import { redactDocument } from "./redact-document.ts";
import { sizeReason, sizeReasonOf } from "./size-reason.ts";
import { unreadFrom } from "./unread.ts";

// A file that is being written is read again; one that is written all the time is left to the next run.
const maxReadings = 3;

/** Reads in the thread that calls. */
export function createDirectReader(): FileReader {
  return { read: readDocument, run: runFileTask, close: async () => undefined };
}

/** One file from disk to chunks: opened inside of the root, read while it stands still, extracted, redacted, cut. Never rejects. */
export async function readDocument(request: ReadRequest): Promise<ReadResult> {
  try {
    if (!request.includeContent) return await readNameOnly(request);
    if (readingOf(request.path) === "nothing") return { kind: "skipped", reason: "binary" };
    using file = openCheckedFile(request.path, request.root);
    for (let attempt = 0; attempt < maxReadings; attempt++) {
      const result = await readOpened(file, request);
      if (result !== null) return result;
    }
    return { kind: "failed", message: "The file kept changing while it was read." };
  } catch (error) {
    return unreadFrom(error, request);
  }
}

async function readOpened(file: CheckedFile, request: ReadRequest): Promise<ReadResult | null> {
  const before = file.stat();
  const reason = sizeReason(request.path, Number(before.size), request.limits);
  if (reason !== null) return { kind: "skipped", reason };
  const late = await lateSizeReason(file, Number(before.size), request);
  if (late !== null) return { kind: "skipped", reason: late };
  using companions = new CompanionFiles(request, request.companions ?? []);
  const stable = readStable(file, before, request.path);
  const reading = stable === null ? null : companions.join(stable.reading);
  if (stable === null || reading === null) return null;
  const content = { ...stable.content, companions: companions.contents() };
  if (request.storedFingerprints.includes(reading.fingerprint)) return { kind: "stored", reading };
  const made = await makeContent(content, request.root);
  return made.kind === "skipped" ? made : { ...made, reading };
}

/** What the size says against a file whose name tells no type. */
async function lateSizeReason(file: CheckedFile, sizeBytes: number, request: ReadRequest): Promise<SkipReason | null> {
  const { path, limits } = request;
  if (sizeBytes <= limits.maxFileBytes || fileTypeOf(path) !== null) return null;
  const read = async (offset: number, length: number) => file.read(offset, length);
  return sizeReasonOf(await fileTypeByContent({ path, sizeBytes, read }), sizeBytes, limits);
}

async function makeContent(
  file: FileContent,
  root: string,
): Promise<(Unread & { kind: "skipped" }) | { kind: "document"; content: DocumentContent; redacted: number }> {
  const extraction = await extractByRules(file, root);
  if (extraction.kind === "skipped") return extraction;
  const { document } = extraction;
  if (document.content.kind === "text" && isSecretText(nameOf(file.path), document.content.text))
    return { kind: "skipped", reason: "secret" };
  const { content, secrets } = await redactDocument(document.content);
  const { fileType, language, category } = document;
  const metadata = {
    ...acceptable(content.metadata),
    ...(content.kind === "parts" && content.unit !== "line" ? { unit: content.unit } : {}),
    ...(secrets > 0 ? { redactedSecrets: secrets } : {}),
  };
  const chunks = packChunks(await chunkDocument({ fileType, language, content }));
  return { kind: "document", content: { fileType, language, category, metadata, chunks }, redacted: secrets };
}

/** One fact whose name is not to be taken must not cost the document, and with it the whole batch: it goes under another name. */
function acceptable(facts: Metadata): Metadata {
  const entries = Object.entries(facts);
  return Object.fromEntries(
    entries.map(([key, value]) => [metadataKeyFault(key) === null ? key : `document.${key}`.slice(0, 500), value]),
  );
}

/** A file of which only the name is stored: found by its path, not by its content. */
async function readNameOnly(request: ReadRequest): Promise<ReadResult> {
  const { reading, stats } = await readName(request);
  if (!stats.isFile()) return { kind: "skipped", reason: stats.isSymbolicLink() ? "symlink" : "special-file" };
  if (request.storedFingerprints.includes(reading.fingerprint)) return { kind: "stored", reading };
  const type = fileTypeOf(request.path);
  const chunk: Chunk = {
    text: request.path,
    startLine: 1,
    endLine: 1,
    kind: "record",
    symbol: nameOf(request.path),
    signature: null,
    doc: null,
    scope: [],
  };
  const content: DocumentContent = {
    fileType: type?.id ?? "text",
    language: type?.language ?? null,
    category: categoryOf(request.path),
    metadata: { sizeBytes: reading.stat.sizeBytes },
    chunks: packChunks([chunk]),
  };
  return { kind: "document", reading, content, redacted: 0 };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
