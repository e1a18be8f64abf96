import { createHash } from "node:crypto";
import { chunkDocument } from "../chunk/registry.ts";
import type { Metadata, Source } from "../core/document.ts";
import { packChunks, type PackedDocument } from "../core/writes.ts";
import { redactFacts, redactSecrets } from "../extract/redaction.ts";

/** All notes of a collection share one source: an id means the same note for every session. */
export const notesSource: Source = {
  key: "notes",
  kind: "notes",
  name: "notes",
  machine: "",
  path: null,
  repository: null,
};

const noteVersion = "note-2";

/** A note as a document, its id as the path, and how many secrets were taken out of it. Long notes are cut at their headings. */
export async function noteDocument(note: {
  id: string;
  content: string;
  metadata: Metadata;
}): Promise<{ document: PackedDocument; secrets: number }> {
  const contentHash = createHash("sha256").update(note.content).digest("hex");
  const metadataHash = createHash("sha256").update(JSON.stringify(note.metadata)).digest("hex").slice(0, 16);
  const readAtMs = Date.now();
  const { text, secrets } = await redactSecrets(note.content.replaceAll("\r\n", "\n"));
  const chunks = await chunkDocument({ fileType: "markdown", language: null, content: { kind: "text", text } });
  const { facts, secrets: inFacts } = await redactFacts(note.metadata);
  const document: PackedDocument = {
    path: note.id,
    stat: { sizeBytes: Buffer.byteLength(note.content), mtimeMs: readAtMs, signature: contentHash },
    contentHash,
    fingerprint: `${contentHash}+${noteVersion}+${metadataHash}`,
    readAtMs,
    fileType: "note",
    language: null,
    category: "documents",
    metadata: facts,
    givenMetadata: facts,
    chunks: packChunks(chunks.map((chunk) => ({ ...chunk, kind: "note" }))),
  };
  return { document, secrets: secrets + inFacts };
}
