import { createBoundingBox } from "./bounding-box.ts";
import { decodeText } from "../decode.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { linesOf } from "../line-stream.ts";
import { maxModelTextBytes, modelRecord } from "./model-record.ts";
import { createNameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

/** Vertices, faces, objects, groups, materials and bounding box of a Wavefront OBJ model. A compiler's ".obj" is binary. Errors: DamagedFile. */
export async function extractObj(file: FileContent): Promise<Extracted> {
  if (decodeText(await file.read(0, 8_192)).kind === "binary") return { kind: "skipped", reason: "binary" };
  const box = createBoundingBox();
  const [objects, groups, materials, libraries] = [
    createNameList(),
    createNameList(),
    createNameList(),
    createNameList(),
  ];
  const lists = new Map([
    ["o", objects],
    ["g", groups],
    ["usemtl", materials],
    ["mtllib", libraries],
  ]);
  let vertices = 0;
  let faces = 0;
  for await (const lines of linesOf(file, maxModelTextBytes)) {
    for (const line of lines) {
      if (line.startsWith("v ")) {
        const words = line.split(" ");
        const [, x, y, z] = words.length >= 4 && !words.includes("") ? words : line.split(/\s+/);
        box.add(Number(x), Number(y), Number(z));
        vertices++;
      } else if (line.startsWith("f ")) faces++;
      else if (!line.startsWith("v")) lists.get(/^\w+(?=\s)/.exec(line)?.[0] ?? "")?.add(line.replace(/^\w+\s+/, ""));
    }
  }
  if (vertices === 0 && faces === 0 && objects.size === 0) throw new DamagedFile("has no vertices: is no OBJ model");
  return modelRecord(file, {
    what: "3D model (Wavefront OBJ)",
    title: objects.size === 1 ? (objects.names[0] ?? null) : null,
    facts: [
      quantity(vertices, "vertex", "vertices"),
      quantity(faces, "face"),
      objects.size > 1 ? quantity(objects.size, "object") : null,
      materials.size > 0 ? quantity(materials.size, "material") : null,
    ],
    extent: box.extent(),
    lists: [
      { label: "Objects", names: objects },
      { label: "Groups", names: groups },
      { label: "Materials", names: materials },
      { label: "Material libraries", names: libraries },
    ],
    metadata: { format: "obj", vertices, faces, objects: objects.size, groups: groups.size, materials: materials.size },
    bytesRead: Math.min(file.sizeBytes, maxModelTextBytes),
  });
}
