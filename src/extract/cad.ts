import type { BytesExtractor, FileType } from "./extracted.ts";
import { extractDxf } from "./model/dxf.ts";
import { extractGltf } from "./model/gltf.ts";
import { extractIges } from "./model/iges.ts";
import { extractModelHeader } from "./model/model-header.ts";
import { extractObj } from "./model/obj.ts";
import { extractPly } from "./model/ply.ts";
import { extractStep } from "./model/step.ts";
import { extractStl } from "./model/stl.ts";
import { extractThreeMf } from "./model/three-mf.ts";

// One record of facts and names.
const expectedRecordBytes = 1_000;

interface Format {
  readonly extensions: readonly string[];
  readonly extracts: string;
  readonly extract: BytesExtractor;
}

const format = (
  id: string,
  { extensions, extracts, extract }: Format,
  reads: "ranges" | "whole" = "ranges",
): FileType => ({
  id,
  category: "cad",
  language: null,
  extensions,
  fileNames: [],
  extracts,
  extractor: { reads, extract },
  expectedBytes: (_head, sizeBytes) => Math.min(sizeBytes, expectedRecordBytes),
  version: "cad-1",
});

// Formats of one maker each, and those that say little without all of their content.
const named =
  "dwg dwt dgn skp sldprt sldasm slddrw ipt iam idw prt catpart catproduct x_t x_b sat sab jt 3dm f3d f3z fcstd rvt rfa nwd " +
  "fbx blend max ma mb c4d 3ds lwo dae usd usda usdc usdz off amf vrml wrl x3d gcode kicad_pcb kicad_sch";

export const cadTypes: readonly FileType[] = [
  format("dxf", {
    extensions: ["dxf"],
    extracts: "Layers, blocks, texts, extents, units and entity counts of the drawing.",
    extract: extractDxf,
  }),
  format("stl", {
    extensions: ["stl"],
    extracts: "Triangles, bounding box and names, of text and binary files.",
    extract: extractStl,
  }),
  format("obj", {
    extensions: ["obj"],
    extracts: "Vertices, faces, objects, groups, materials and bounding box.",
    extract: extractObj,
  }),
  {
    id: "mtl",
    category: "cad",
    language: null,
    extensions: ["mtl"],
    fileNames: [],
    extracts: "The materials of an OBJ model, as text.",
    extractor: { reads: "text", extract: (text) => ({ kind: "text", text, metadata: {} }) },
    version: "cad-1",
  },
  format("ply", {
    extensions: ["ply"],
    extracts: "Elements, properties and bounding box, of text and binary files.",
    extract: extractPly,
  }),
  format(
    "3mf",
    {
      extensions: ["3mf"],
      extracts: "Objects, triangles, units, bounding box, title and designer.",
      extract: extractThreeMf,
    },
    "whole",
  ),
  format("gltf", {
    extensions: ["gltf", "glb"],
    extracts: "Counts and names of nodes, meshes, materials and animations, bounding box, generator.",
    extract: extractGltf,
  }),
  format("step", {
    extensions: ["step", "stp", "p21"],
    extracts: "Header, product names, units and entity counts.",
    extract: extractStep,
  }),
  format("ifc", {
    extensions: ["ifc"],
    extracts: "Header, names of the project, buildings, storeys, spaces and materials, entity counts.",
    extract: extractStep,
  }),
  format("iges", {
    extensions: ["iges", "igs"],
    extracts: "Description, product, author, units, date and entity counts.",
    extract: extractIges,
  }),
  format("cad", {
    extensions: named.split(" "),
    extracts: "Name, size, and the version that DWG, Blender and FBX files say.",
    extract: extractModelHeader,
  }),
];
