import { blocksOf, viewOf } from "../byte-stream.ts";
import { createBoundingBox } from "./bounding-box.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { linesOf } from "../line-stream.ts";
import { maxModelBytes, maxModelTextBytes, modelRecord } from "./model-record.ts";
import { createNameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

const headerBytes = 84;
const triangleBytes = 50;

/** Triangles, bounding box and names of an STL model, as text or binary. Errors: DamagedFile. */
export async function extractStl(file: FileContent): Promise<Extracted> {
  const head = await file.read(0, 1_024);
  const triangles = head.length >= headerBytes ? head.readUInt32LE(80) : 0;
  const binaryBytes = headerBytes + triangles * triangleBytes;
  // Many binary files begin with "solid" too: the size that the count asks for tells them apart.
  const saysSolid = /^\s*solid\b/i.test(head.toString("latin1"));
  if (head.length >= headerBytes && binaryBytes === file.sizeBytes) return binaryModel(file, head, triangles);
  if (saysSolid && !head.includes(0)) return textModel(file);
  if (head.length < headerBytes) throw new DamagedFile("is no STL model");
  if (binaryBytes > file.sizeBytes) throw new DamagedFile("is cut short, or no STL model");
  return binaryModel(file, head, triangles);
}

async function binaryModel(file: FileContent, head: Buffer, triangles: number): Promise<Extracted> {
  const box = createBoundingBox();
  const end = headerBytes + Math.min(triangles, Math.floor(maxModelBytes / triangleBytes)) * triangleBytes;
  let carry: Buffer = Buffer.alloc(0);
  for await (const block of blocksOf(file, headerBytes, end)) {
    const bytes = carry.length === 0 ? block : Buffer.concat([carry, block]);
    const view = viewOf(bytes);
    const whole = bytes.length - (bytes.length % triangleBytes);
    for (let at = 0; at < whole; at += triangleBytes) {
      for (let corner = at + 12; corner < at + 48; corner += 12)
        box.add(view.getFloat32(corner, true), view.getFloat32(corner + 4, true), view.getFloat32(corner + 8, true));
    }
    carry = bytes.subarray(whole);
  }
  return modelRecord(file, {
    what: "3D model (STL, binary)",
    title: printable(head.toString("latin1", 0, 80)),
    facts: [quantity(triangles, "triangle")],
    extent: box.extent(),
    metadata: { format: "stl-binary", triangles },
    ...(end < headerBytes + triangles * triangleBytes ? { bytesRead: end } : {}),
  });
}

async function textModel(file: FileContent): Promise<Extracted> {
  const box = createBoundingBox();
  const solids = createNameList();
  let triangles = 0;
  let isEnded = false;
  for await (const lines of linesOf(file, maxModelTextBytes)) {
    for (const line of lines) {
      const content = line.trim();
      const words = content.includes("  ") || content.includes("\t") ? content.split(/\s+/) : content.split(" ");
      const word = words[0]?.toLowerCase();
      if (word === "vertex") box.add(Number(words[1]), Number(words[2]), Number(words[3]));
      else if (word === "facet") triangles++;
      else if (word === "solid") solids.add(content.slice(6));
      isEnded = word === "endsolid" || (isEnded && word === "");
    }
  }
  if (triangles === 0 && !isEnded) throw new DamagedFile("is no STL model");
  if (!isEnded && file.sizeBytes <= maxModelTextBytes) throw new DamagedFile("is cut short: the last solid has no end");
  return modelRecord(file, {
    what: "3D model (STL, text)",
    title: solids.names[0] ?? null,
    facts: [quantity(triangles, "triangle"), solids.size > 1 ? quantity(solids.size, "solid") : null],
    extent: box.extent(),
    lists: solids.size > 1 ? [{ label: "Solids", names: solids }] : [],
    metadata: { format: "stl-text", triangles, solids: solids.size > 1 ? solids.size : null },
    bytesRead: Math.min(file.sizeBytes, maxModelTextBytes),
  });
}

/** A header's text up to its first character that is none. */
function printable(text: string): string {
  return /^[\x20-\x7E]*/.exec(text)?.[0] ?? "";
}
