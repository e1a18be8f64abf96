import { everyTag } from "../extract/image/every-tag.ts";
import { readSidecar } from "../extract/image/companion-facts.ts";
import type { FileContent } from "../extract/extracted.ts";
import { layoutOf } from "../extract/image/image-layout.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { boundedFacts, cameraOf, exposureText, metadataOf } from "../extract/image/photo-metadata.ts";
import type { Unread } from "./document-reader.ts";

/** What XMP in a file of its own says, under the names of a photo's facts; "damaged" where that is nothing. */
export async function readSidecarFacts(file: FileContent, isWhole: boolean): Promise<PhotoFacts | Unread> {
  const { facts, packet, isDamaged } = await readSidecar(file);
  if (packet === null) return { kind: "skipped", reason: "too-large", message: "more than 4 MB of XMP" };
  if (isDamaged && Object.keys(facts).length === 0)
    return { kind: "skipped", reason: "damaged", message: "no XMP in it" };
  const bounded = boundedFacts(facts);
  const metadata = metadataOf({
    path: file.path,
    format: "XMP",
    facts: bounded,
    camera: cameraOf(bounded),
    exposureText: bounded.exposureSeconds === undefined ? undefined : exposureText(bounded.exposureSeconds),
    size: null,
    named: null,
    setting: null,
    companions: [],
    brokenCompanions: [],
  });
  const every = isWhole ? await everyTag(layoutOf({ format: "XMP", xmp: [packet] })) : { tags: null, leftOut: 0 };
  return {
    kind: "photo",
    format: "XMP",
    sizeBytes: file.sizeBytes,
    facts: { ...metadata, ...(isDamaged ? { isDamaged } : {}) },
    hasExif: false,
    gpsTime: null,
    inferredZone: null,
    inferredFrom: null,
    positionNote: null,
    tags: every.tags,
    tagsLeftOut: every.leftOut,
  };
}
