import { createBoundingBox, type Extent } from "./bounding-box.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { addPlacedMeshes } from "./gltf-placement.ts";
import { listOf, numberOf, objectOf, textOf, type Json } from "./json-values.ts";
import { modelRecord } from "./model-record.ts";
import { createNameList, type NameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

const maxJsonBytes = 24_000_000;
const glbMagic = 0x46546c67;
const jsonChunk = 0x4e4f534a;
const triangleMode = 4;

/** Counts, names, generator and bounding box of a glTF model, as JSON or binary (GLB). Errors: DamagedFile. */
export async function extractGltf(file: FileContent): Promise<Extracted> {
  const head = await file.read(0, 20);
  const isBinary = head.length >= 20 && head.readUInt32LE(0) === glbMagic;
  if (isBinary && head.readUInt32LE(16) !== jsonChunk) throw new DamagedFile("has no description");
  if (isBinary && head.readUInt32LE(12) + 20 > file.sizeBytes) throw new DamagedFile("is cut short");
  const [start, length] = isBinary ? [20, head.readUInt32LE(12)] : [0, file.sizeBytes];
  if (length > maxJsonBytes) return { kind: "skipped", reason: "too-complex", message: "its description is too large" };
  return recordOfModel(file, parse(await file.read(start, length)), isBinary);
}

function recordOfModel(file: FileContent, model: Json, isBinary: boolean): Extracted {
  const asset = objectOf(model["asset"]);
  const version = textOf(asset["version"]);
  if (version === null) throw new DamagedFile("is no glTF model");
  const box = createBoundingBox();
  const { triangles, primitives, boxes } = measureMeshes(model);
  addPlacedMeshes(model, boxes, box);
  // A library of meshes without a scene is as large as the largest of them.
  if (box.extent() === null)
    for (const each of boxes) if (each !== null) [each.min, each.max].forEach((corner) => box.add(...corner));
  const lists = ["scenes", "nodes", "meshes", "materials", "animations", "images"].map((key) => ({
    label: `${key[0]?.toUpperCase() ?? ""}${key.slice(1)}`,
    names: namesOf(model[key]),
  }));
  const counts = ["nodes", "meshes", "materials", "textures", "animations", "skins", "cameras"].map(
    (key) => [key, listOf(model[key]).length] as const,
  );
  const generator = textOf(asset["generator"]);
  const extensions = listOf(model["extensionsUsed"]).filter((each) => typeof each === "string");
  return modelRecord(file, {
    what: `3D model (glTF ${version}${isBinary ? ", binary" : ""})`,
    title: lists[0]?.names.names[0] ?? null,
    facts: [
      triangles > 0 ? quantity(triangles, "triangle") : null,
      ...counts
        .filter(([, count]) => count > 0)
        .map(([key, count]) => quantity(count, key === "meshes" ? "mesh" : key.slice(0, -1), key)),
      generator === null ? null : `made by ${generator}`,
    ],
    extent: box.extent(),
    unit: "m",
    lists: [...lists, { label: "Extensions", names: namesFrom(extensions) }],
    metadata: {
      format: isBinary ? "glb" : "gltf",
      generator,
      copyright: textOf(asset["copyright"]),
      triangles,
      primitives,
      ...Object.fromEntries(counts),
    },
  });
}

function parse(bytes: Buffer): Json {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
    return objectOf(value);
  } catch (error) {
    throw new DamagedFile("is no glTF model: its JSON is broken", error);
  }
}

/** Triangles and primitives, and the box of each mesh as the accessors of its positions say it. */
function measureMeshes(model: Json): { triangles: number; primitives: number; boxes: (Extent | null)[] } {
  const accessors = listOf(model["accessors"]);
  let triangles = 0;
  let primitives = 0;
  const boxes = listOf(model["meshes"]).map((mesh) => {
    const box = createBoundingBox();
    for (const each of listOf(objectOf(mesh)["primitives"])) {
      const primitive = objectOf(each);
      primitives++;
      const position = objectOf(accessors[numberOf(objectOf(primitive["attributes"])["POSITION"])]);
      const indices = objectOf(accessors[numberOf(primitive["indices"])]);
      const corners = numberOf(indices["count"] ?? position["count"]);
      if ((primitive["mode"] ?? triangleMode) === triangleMode && corners > 0) triangles += Math.floor(corners / 3);
      for (const corner of [listOf(position["min"]), listOf(position["max"])])
        if (corner.length >= 3) box.add(numberOf(corner[0]), numberOf(corner[1]), numberOf(corner[2]));
    }
    return box.extent();
  });
  return { triangles, primitives, boxes };
}

function namesOf(value: unknown): NameList {
  return namesFrom(listOf(value).map((each) => objectOf(each)["name"] ?? objectOf(each)["uri"]));
}

function namesFrom(values: readonly unknown[]): NameList {
  const names = createNameList();
  for (const value of values) if (typeof value === "string" && !value.startsWith("data:")) names.add(value);
  return names;
}
