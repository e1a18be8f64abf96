import type { Category } from "../core/document.ts";
import type { FileType } from "./extracted.ts";

const named = (id: string, category: Category, extensions: readonly string[]): FileType => ({
  id,
  category,
  language: null,
  extensions,
  fileNames: [],
  extracts: "Name and size.",
  extractor: { reads: "name" },
  version: "name-1",
});

export const cadTypes: readonly FileType[] = [
  named("cad", "cad", [
    "dwg",
    "dxf",
    "step",
    "stp",
    "iges",
    "igs",
    "stl",
    "obj",
    "3mf",
    "fcstd",
    "skp",
    "sldprt",
    "sldasm",
    "ipt",
    "iam",
    "gltf",
    "glb",
    "fbx",
    "blend",
    "ifc",
    "scad",
  ]),
];
