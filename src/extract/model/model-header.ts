import type { Extracted, FileContent } from "../extracted.ts";
import { autocadReleases } from "./autocad-releases.ts";
import { modelRecord } from "./model-record.ts";

const headBytes = 4_096;

/** Name, size, and the version that DWG, Blender and FBX files say in their first bytes. Never fails for what they hold. */
export async function extractModelHeader(file: FileContent): Promise<Extracted> {
  const head = (await file.read(0, headBytes)).toString("latin1");
  const ending = file.path.slice(file.path.lastIndexOf(".") + 1).toUpperCase();
  const fact = factOf(head);
  return modelRecord(file, {
    what: `Drawing or 3D model (${ending})`,
    facts: [fact, `${file.sizeBytes.toLocaleString("en-US")} bytes`],
    metadata: { format: ending.toLowerCase(), version: fact, sizeBytes: file.sizeBytes },
  });
}

function factOf(head: string): string | null {
  const dwg = /^AC10\d\d/.exec(head)?.[0];
  if (dwg !== undefined) return `AutoCAD ${autocadReleases[dwg] ?? dwg}`;
  const blender = /^BLENDER(?:\d\d-)?[-_]?[vV](\d)(\d\d)/.exec(head) ?? /^BLENDER17-01v(\d\d)(\d\d)/.exec(head);
  if (blender !== null) return `Blender ${Number(blender[1])}.${Number(blender[2])}`;
  if (head.startsWith("Kaydara FBX Binary  \0") && head.length > 27) {
    const version = Buffer.from(head.slice(23, 27), "latin1").readUInt32LE(0);
    return `FBX ${(version / 1_000).toFixed(1)}, binary`;
  }
  const fbx = /^; FBX (\d+\.\d+)/.exec(head)?.[1];
  return fbx === undefined ? null : `FBX ${fbx}, text`;
}
