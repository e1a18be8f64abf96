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

/** Sound, film and fonts: found by their names. */
export const mediaTypes: readonly FileType[] = [
  named("audio-video", "other", [
    "mp3",
    "wav",
    "flac",
    "ogg",
    "m4a",
    "aac",
    "mp4",
    "mov",
    "avi",
    "mkv",
    "webm",
    "m4v",
    "wmv",
    "mid",
  ]),
  named("font", "other", ["ttf", "otf", "woff", "woff2", "eot"]),
];

/** Machine code and stored numbers: nobody searches for one of thousands of object files. */
export const binaryTypes: readonly FileType[] = [
  {
    ...named("binary", "other", [
      "exe",
      "dll",
      "so",
      "dylib",
      "a",
      "o",
      "obj",
      "lib",
      "class",
      "pyc",
      "wasm",
      "node",
      "bin",
      "dat",
      "mdb",
      "parquet",
      "arrow",
      "feather",
      "avro",
      "orc",
      "npy",
      "npz",
      "h5",
      "hdf5",
      "pkl",
      "pickle",
      "pt",
      "pth",
      "onnx",
      "safetensors",
      "gguf",
      "tflite",
      "mo",
    ]),
    extracts: "Nothing: skipped as binary.",
    extractor: { reads: "nothing" },
  },
];
